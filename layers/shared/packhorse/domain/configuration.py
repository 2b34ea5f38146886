"""What the merchant has set up: account, warehouses and channels, one versioned document."""

from collections.abc import Iterator, Mapping
from enum import StrEnum
from typing import Annotated

from pydantic import Field

from packhorse.domain.errors import FieldError
from packhorse.domain.values import ChannelId, Identifier, Instant, Text, Value, WarehouseId


class WarehouseKind(StrEnum):
    """How the work of a warehouse is done."""

    OWN = "own"
    DROPSHIP = "dropship"
    THIRD_PARTY = "3pl"
    FBA = "fba"


class ChannelKind(StrEnum):
    """The protocol a channel speaks; `offline` speaks none: its orders come by CSV file and by people."""

    SHOPIFY = "shopify"
    GENERIC = "generic"
    OFFLINE = "offline"


class Unmatched(StrEnum):
    """What becomes of an order with a line whose sku is not known."""

    HOLD = "hold"
    CREATE = "create"
    REJECT = "reject"


class ReduceOn(StrEnum):
    """When an order of a channel takes its stock."""

    CREATED = "created"
    PAID = "paid"


class Geo(StrEnum):
    """Whether a line whose regional warehouses lack stock may go elsewhere."""

    PREFER = "prefer"
    STRICT = "strict"


class Restock(StrEnum):
    """What of a cancelled order goes back on the shelf: shipped units too, unshipped ones, none."""

    ALWAYS = "always"
    UNSHIPPED = "unshipped"
    NEVER = "never"


class Region(Value):
    """A part of the world: a country, or a state of it, or a range of its postcodes (ends included)."""

    country: Annotated[str, Field(pattern=r"^[A-Z]{2}$")]
    state: Annotated[str, Field(pattern=r"^[A-Z0-9]{1,5}$")] | None = None
    postcode_from: Annotated[str, Field(max_length=12)] | None = None
    postcode_to: Annotated[str, Field(max_length=12)] | None = None


class WarehouseSettings(Value):
    """How a warehouse is set up; `counts_for_sync`: channels are told of its stock."""

    name: Text = ""
    kind: WarehouseKind = WarehouseKind.OWN
    active: bool = True
    regions: tuple[Region, ...] = ()
    excludes: frozenset[Identifier] = frozenset()
    counts_for_sync: bool = True


class Warehouse(WarehouseSettings):
    """A place that ships: ours, a supplier's, a logistics partner's or Amazon's."""

    id: Identifier


class ChannelSettings(Value):
    """How a channel is set up.

    Of what it is told of stock, `reserve` units are held back and `percent` of the rest is offered; `location` is the
    shop's own id of the place whose stock is set, where it has several.
    """

    name: Text = ""
    kind: ChannelKind
    active: bool = True
    override_warehouse: Identifier | None = None
    reduce_on: ReduceOn = ReduceOn.CREATED
    ignore_before: Instant | None = None
    base_url: Annotated[str, Field(max_length=500, pattern=r"^https?://")] | None = None
    poll_minutes: Annotated[int, Field(ge=1, le=1440)] = 5
    reserve: Annotated[int, Field(ge=0, le=1_000_000_000)] = 0
    percent: Annotated[int, Field(ge=1, le=100)] | None = None
    location: Annotated[str, Field(min_length=1, max_length=200)] | None = None
    calls_per_second: Annotated[float, Field(gt=0, le=100)] = 5


class Channel(ChannelSettings):
    """A place that sells. Its credentials live in Secrets Manager, never here."""

    id: Identifier


class Account(Value):
    """The merchant's own settings; docs/routing.md, docs/stock.md and docs/publishing.md say what each option does."""

    catchall: Identifier
    priorities: tuple[Identifier, ...] = ()
    split_lines: bool = False
    fewest_shipments: bool = False
    geo: Geo = Geo.PREFER
    exclusions_first: bool = False
    ship_partial_lines: bool = False
    ship_complete: bool = False
    unmatched_sku: Unmatched = Unmatched.HOLD
    restock: Mapping[WarehouseKind, Restock] = {}
    sync: bool = False
    heal_drift: bool = False


class Configuration(Value):
    """All of it at one version; routing traces name the version they used."""

    version: int = 0
    account: Account
    warehouses: Mapping[WarehouseId, Warehouse]
    channels: Mapping[ChannelId, Channel] = {}

    @classmethod
    def initial(cls) -> "Configuration":
        """What a fresh deployment has: one warehouse of our own, which is the catchall."""
        main = Warehouse(id="main", name="My Warehouse")
        return cls(account=Account(catchall="main"), warehouses={WarehouseId("main"): main})

    def restock(self, warehouse: WarehouseId) -> Restock:
        """The rule of that warehouse's kind."""
        known = self.warehouses.get(warehouse)
        return self.account.restock.get(known.kind, Restock.UNSHIPPED) if known else Restock.UNSHIPPED

    def with_warehouse(self, new: Warehouse) -> "Configuration":
        """The configuration with that warehouse added or replaced."""
        return self.model_copy(update={"warehouses": {**self.warehouses, WarehouseId(new.id): new}})

    def without_warehouse(self, gone: WarehouseId) -> "Configuration":
        """The configuration without that warehouse."""
        left = {name: found for name, found in self.warehouses.items() if name != gone}
        return self.model_copy(update={"warehouses": left})

    def with_channel(self, new: Channel) -> "Configuration":
        """The configuration with that channel added or replaced."""
        return self.model_copy(update={"channels": {**self.channels, ChannelId(new.id): new}})

    def without_channel(self, gone: ChannelId) -> "Configuration":
        """The configuration without that channel."""
        return self.model_copy(update={"channels": {n: found for n, found in self.channels.items() if n != gone}})

    def errors(self) -> Iterator[FieldError]:
        """What cannot be: pointing to what does not exist, or a catchall that is not there for everything."""
        catchall = self.warehouses.get(WarehouseId(self.account.catchall))
        if catchall is None:
            yield FieldError("catchall", f"there is no warehouse {self.account.catchall}")
        elif not catchall.active:
            yield FieldError("catchall", f"{catchall.id} is the catchall and must be active")
        for name in self.account.priorities:
            if WarehouseId(name) not in self.warehouses:
                yield FieldError("priorities", f"there is no warehouse {name}")
        for channel in self.channels.values():
            if channel.override_warehouse and WarehouseId(channel.override_warehouse) not in self.warehouses:
                yield FieldError("override_warehouse", f"there is no warehouse {channel.override_warehouse}")
            if channel.kind is ChannelKind.GENERIC and channel.base_url is None:
                yield FieldError("base_url", f"channel {channel.id}: a generic channel needs the address of its shop")

    def warnings(self) -> Iterator[str]:
        """What contradicts itself in this configuration; routing copes, a person should look."""
        for channel in self.channels.values():
            override = channel.override_warehouse and self.warehouses.get(WarehouseId(channel.override_warehouse))
            if not override:
                continue
            if not override.active:
                yield f"channel {channel.id}: its override warehouse {override.id} is inactive and is passed over"
            if channel.id in override.excludes:
                yield f"channel {channel.id}: its override warehouse {override.id} excludes it; the override wins"
