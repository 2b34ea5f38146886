"""The configuration: account, warehouses, channels and carrier accounts, one versioned document."""

from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from packhorse.domain.configuration.account import Account, Restock
from packhorse.domain.configuration.amazon_sellers import fba_errors, seller_warnings
from packhorse.domain.configuration.carrier import CarrierAccount
from packhorse.domain.configuration.channel import Channel, ChannelKind
from packhorse.domain.configuration.region_warnings import region_warnings
from packhorse.domain.configuration.store_locations import location_errors, location_warnings
from packhorse.domain.configuration.warehouse import ShipsOn, Warehouse
from packhorse.domain.errors import FieldError
from packhorse.domain.labels.box_sizes import BoxSize
from packhorse.domain.values import ChannelId, Value, WarehouseId

ADDRESSES: Mapping[ChannelKind, str] = {
    ChannelKind.GENERIC: "a generic channel needs the address of its shop",
    ChannelKind.WOOCOMMERCE: "a woocommerce channel needs the address of its shop",
    ChannelKind.EBAY: "an eBay channel needs the address of the API: https://api.ebay.com, or that of the sandbox",
    ChannelKind.AMAZON: "an Amazon channel needs the endpoint of its region, as https://sellingpartnerapi-eu.amazon.com",
}
"""Kinds of channels that cannot be without a `base_url`, and the error of one that is."""


class Configuration(Value):
    """The configuration at one version; routing traces name the version that they used."""

    version: int = 0
    account: Account
    warehouses: Mapping[WarehouseId, Warehouse]
    channels: Mapping[ChannelId, Channel] = {}
    carriers: Mapping[str, CarrierAccount] = {}

    @classmethod
    def initial(cls) -> "Configuration":
        """Return the configuration of a fresh deployment: one own warehouse, which is the catchall."""
        main = Warehouse(id="main", name="My Warehouse")
        return cls(account=Account(catchall="main"), warehouses={WarehouseId("main"): main})

    def restock(self, warehouse: WarehouseId) -> Restock:
        """Return the restock rule of that warehouse's kind."""
        found = self.warehouses.get(warehouse)
        return self.account.restock.get(found.kind, Restock.UNSHIPPED) if found else Restock.UNSHIPPED

    def absence(self, warehouse: WarehouseId) -> str | None:
        """Return why a person cannot name that warehouse for a line; None if it exists and is active."""
        found = self.warehouses.get(warehouse)
        if found is None:
            return f"there is no warehouse {warehouse}"
        return None if found.active else f"warehouse {warehouse} is inactive"

    @property
    def counted_elsewhere(self) -> frozenset[WarehouseId]:
        """The warehouses whose stock Amazon counts, and people do not."""
        return frozenset(name for name, found in self.warehouses.items() if found.fba)

    def with_warehouse(self, new: Warehouse) -> "Configuration":
        """Return the configuration with that warehouse added or replaced."""
        return self.replace(warehouses={**self.warehouses, WarehouseId(new.id): new})

    def without_warehouse(self, removed: WarehouseId) -> "Configuration":
        """Return the configuration without that warehouse."""
        remaining = {name: found for name, found in self.warehouses.items() if name != removed}
        return self.replace(warehouses=remaining)

    def with_channel(self, new: Channel) -> "Configuration":
        """Return the configuration with that channel added or replaced."""
        return self.replace(channels={**self.channels, ChannelId(new.id): new})

    def without_channel(self, removed: ChannelId) -> "Configuration":
        """Return the configuration without that channel."""
        return self.replace(channels={n: found for n, found in self.channels.items() if n != removed})

    def channel_beside(self, channel: Channel) -> Channel | None:
        """Return another active channel of the same store, whose orders an active one would take in again."""
        store = channel.store if channel.active else ""
        others = (each for each in self.channels.values() if each.active and each.id != channel.id)
        same = (each for each in others if store and each.kind is channel.kind and each.store == store)
        return next(same, None)

    def with_carrier(self, new: CarrierAccount) -> "Configuration":
        """Return the configuration with that carrier account added or replaced."""
        return self.replace(carriers={**self.carriers, new.id: new})

    def without_carrier(self, removed: str) -> "Configuration":
        """Return the configuration without that carrier account."""
        return self.replace(carriers={n: found for n, found in self.carriers.items() if n != removed})

    def carrier_accounts(self, warehouse: WarehouseId, named: str | None = None) -> tuple[CarrierAccount, ...]:
        """Return the active accounts that may sell a warehouse's labels: the named one, its own, or all."""
        found = self.warehouses.get(warehouse)
        wanted = named or (found.carrier_account if found else None)
        selling = {each.id: each for each in self.carriers.values() if each.active and each.sells}
        if wanted:
            return (selling[wanted],) if wanted in selling else ()
        return tuple(selling.values())

    def errors(self) -> Iterator[FieldError]:
        """Yield errors: references to what does not exist, an inactive catchall, a channel without its url."""
        return (error for _, error in self.errors_by_part())

    def errors_by_part(self) -> Iterator[tuple[str, FieldError]]:
        """Yield the errors, each with the part that its field is of: `account`, `warehouses.leeds`, `channels.web`."""
        yield from (("account", error) for error in self._account_errors())
        for warehouse in self.warehouses.values():
            yield from ((f"warehouses.{warehouse.id}", error) for error in self._warehouse_errors(warehouse))
        for channel in self.channels.values():
            yield from ((f"channels.{channel.id}", error) for error in self._channel_errors(channel))

    def _account_errors(self) -> Iterator[FieldError]:
        catchall = self.warehouses.get(WarehouseId(self.account.catchall))
        if catchall is None:
            yield FieldError("catchall", f"there is no warehouse {self.account.catchall}")
        elif not catchall.active:
            yield FieldError("catchall", f"{catchall.id} is the catchall and must be active")
        for name in self.account.priorities:
            if WarehouseId(name) not in self.warehouses:
                yield FieldError("priorities", f"there is no warehouse {name}")
        yield from self._box_errors()

    def _box_errors(self) -> Iterator[FieldError]:
        seen: set[str] = set()
        for index, box in enumerate(self.account.boxes):
            if box.id in seen:
                yield FieldError(f"boxes.{index}.id", f"another box size is {box.id}, too")
            seen.add(box.id)
            for name in box.warehouses:
                if WarehouseId(name) not in self.warehouses:
                    yield FieldError(f"boxes.{index}.warehouses", f"there is no warehouse {name}")

    def _warehouse_errors(self, warehouse: Warehouse) -> Iterator[FieldError]:
        if warehouse.carrier_account and warehouse.carrier_account not in self.carriers:
            yield FieldError("carrier_account", f"there is no carrier account {warehouse.carrier_account}")
        yield from fba_errors(warehouse, self.warehouses, self.channels)
        default = warehouse.default_box
        if default and not any(box.id == default and box.is_at(warehouse.id) for box in self.account.boxes):
            yield FieldError("default_box", f"warehouse {warehouse.id} has no active box size {default}")

    def _channel_errors(self, channel: Channel) -> Iterator[FieldError]:
        if channel.override_warehouse and WarehouseId(channel.override_warehouse) not in self.warehouses:
            yield FieldError("override_warehouse", f"there is no warehouse {channel.override_warehouse}")
        yield from location_errors(channel, self.warehouses)
        if channel.base_url is None and (address := ADDRESSES.get(channel.kind)):
            yield FieldError("base_url", f"channel {channel.id}: {address}")
        if channel.kind is ChannelKind.AMAZON:
            yield from _errors_of_seller(channel)

    def box(self, name: str | None) -> BoxSize | None:
        """Return the box size of that id, None if it does not exist."""
        return next((each for each in self.account.boxes if each.id == name), None)

    def ships_on(self, warehouse: str) -> ShipsOn:
        """Return what makes the work of a warehouse count as shipped; of one that was removed, its label."""
        found = self.warehouses.get(WarehouseId(warehouse))
        return found.ships_on if found else ShipsOn.LABEL

    @property
    def time_zone(self) -> str:
        """The time zone of days that come without one: that of the catchall warehouse."""
        return self.warehouses[WarehouseId(self.account.catchall)].handling.time_zone

    def day_at(self, warehouse: str, moment: datetime) -> date:
        """Return the day that a moment is in at a warehouse; at one that was removed, in UTC."""
        found = self.warehouses.get(WarehouseId(warehouse))
        return moment.astimezone(ZoneInfo(found.handling.time_zone) if found else UTC).date()

    def warnings(self) -> Iterator[str]:
        """Yield what is saved and makes no sense; routing copes with it, a person should read it."""
        yield from self._override_warnings()
        yield from self._priority_warnings()
        yield from seller_warnings(self.channels, self.warehouses)
        for each in self.channels.values():
            if other := self.channel_beside(each):
                yield f"channel {each.id}: {other.id} is of the same store, so that each of its orders is two here"
            yield from location_warnings(each, self.warehouses)
        for warehouse in self.warehouses.values():
            for region in warehouse.regions:
                yield from (f"warehouse {warehouse.id}: {wrong}" for wrong in region_warnings(region))
            for name in sorted(warehouse.excludes):
                channel = self.channels.get(ChannelId(name))
                if channel is None or not channel.active:
                    absence = "does not exist" if channel is None else "is inactive"
                    yield f"warehouse {warehouse.id}: it excludes channel {name}, which {absence}"

    def _priority_warnings(self) -> Iterator[str]:
        active = [warehouse for warehouse in self.warehouses.values() if warehouse.active]
        if not self.account.priorities and len(active) > 1:
            yield f"account: without priorities, what regions do not cover goes to the catchall {self.account.catchall}"
        for name in self.account.priorities:
            if absent := self.absence(WarehouseId(name)):
                yield f"account: its priorities name a warehouse in vain: {absent}"

    def _override_warnings(self) -> Iterator[str]:
        for channel in self.channels.values():
            override = channel.override_warehouse and self.warehouses.get(WarehouseId(channel.override_warehouse))
            if not override:
                continue
            if not override.active:
                yield f"channel {channel.id}: its override warehouse {override.id} is inactive and is passed over"
            if channel.id in override.excludes:
                waits = self.account.exclusions_first and override.active
                what = "its orders wait for a person" if waits else "the override wins"
                yield f"channel {channel.id}: its override warehouse {override.id} excludes it; {what}"


def _errors_of_seller(channel: Channel) -> Iterator[FieldError]:
    for name, value in (("seller", channel.seller), ("marketplace", channel.marketplace)):
        if value is None:
            yield FieldError(name, f"channel {channel.id}: an Amazon channel needs the id of its {name}")
