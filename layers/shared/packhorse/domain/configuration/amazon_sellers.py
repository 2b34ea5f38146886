"""What channels and warehouses of one seller at Amazon share: stock in its warehouses, and quantities of a sku."""

from collections.abc import Iterator, Mapping

from packhorse.domain.configuration.channel import Channel, ChannelKind
from packhorse.domain.configuration.warehouse import Warehouse, WarehouseKind
from packhorse.domain.configuration.web_address import store_address
from packhorse.domain.errors import FieldError
from packhorse.domain.values import ChannelId, WarehouseId

EUROPEAN_UNION = frozenset(
    {
        "A28R8C7NBKEWEA",  # IE
        "A1RKKUPIHCS9HS",  # ES
        "A13V1IB3VIYZZH",  # FR
        "AMEN7PMS3EDWL",  # BE
        "A1805IZSGTT6HS",  # NL
        "A1PA6795UKMFR9",  # DE
        "APJ6JRA9NG5V4",  # IT
        "A2NODRKZP88ZB9",  # SE
        "A1C3SOZRARQ6R3",  # PL
    }
)
"""Marketplaces that have one stock: for each of them Amazon lists what a seller has in all."""

INDIA = "A21TJRUUN4KGV"


def fba_errors(
    warehouse: Warehouse, warehouses: Mapping[WarehouseId, Warehouse], channels: Mapping[ChannelId, Channel]
) -> Iterator[FieldError]:
    """Yield what is wrong with how Amazon ships from a warehouse, and whose stock it has."""
    if (warehouse.kind is WarehouseKind.FBA) != (warehouse.fba is not None):
        wrong = "says how Amazon ships: name its `channel`" if warehouse.fba is None else "is for the kind fba only"
        yield FieldError("fba", f"warehouse {warehouse.id}: {wrong}")
    if warehouse.fba is None:
        return
    channel = channels.get(ChannelId(warehouse.fba.channel))
    if channel is None or channel.kind is not ChannelKind.AMAZON:
        wrong = f"there is no channel {warehouse.fba.channel} of kind amazon"
        yield FieldError("fba.channel", f"warehouse {warehouse.id}: {wrong}")
    elif channel.marketplace == INDIA:
        wrong = (
            "orders in India need how their buyers paid, which Amazon is not sent: no warehouse is of that marketplace"
        )
        yield FieldError("fba.channel", f"warehouse {warehouse.id}: {wrong}")
    stock = _stock_of(warehouse, channels)
    for other in warehouses.values():
        is_later = other.id < warehouse.id and other.active and warehouse.active
        if is_later and stock and stock == _stock_of(other, channels):
            wrong = f"{other.id} has the stock of its account, too: each unit would be two; keep one of them active"
            if channel and channel.marketplace in EUROPEAN_UNION:
                wrong += ", since the seller's stock in the European Union is one"
            yield FieldError("fba.channel", f"warehouse {warehouse.id}: {wrong}")


def _stock_of(warehouse: Warehouse, channels: Mapping[ChannelId, Channel]) -> str:
    """Return what the stock at Amazon that a warehouse has is recognised by; empty for any other warehouse."""
    channel = channels.get(ChannelId(warehouse.fba.channel)) if warehouse.fba else None
    if channel is None or not channel.seller:
        return ""
    place = "EU" if channel.marketplace in EUROPEAN_UNION else channel.marketplace or ""
    return f"{store_address(channel.base_url)} {channel.seller} {place}"


def seller_warnings(
    channels: Mapping[ChannelId, Channel], warehouses: Mapping[WarehouseId, Warehouse]
) -> Iterator[str]:
    """Yield the channels of one seller whose settings make other quantities of a sku, which has one at Amazon."""
    sellers: dict[str, list[Channel]] = {}
    for channel in channels.values():
        if channel.kind is ChannelKind.AMAZON and channel.active and channel.seller:
            sellers.setdefault(f"{store_address(channel.base_url)} {channel.seller}", []).append(channel)
    for first, *others in sellers.values():
        for other in others:
            wanted, found = _quantity_settings(first, warehouses), _quantity_settings(other, warehouses)
            differing = " and ".join(name for name, value in wanted.items() if found[name] != value)
            if differing:
                yield (
                    f"channel {other.id}: {first.id} is of the same seller, of whom Amazon has one quantity of a sku, "
                    f"and {differing} differ: the quantity that is published last holds in both"
                )


def _quantity_settings(channel: Channel, warehouses: Mapping[WarehouseId, Warehouse]) -> Mapping[str, object]:
    excluding = {name for name, each in warehouses.items() if each.active and channel.id in each.excludes}
    return {
        "reserve": channel.reserve,
        "percent": channel.percent or 100,
        "override_warehouse": channel.override_warehouse,
        "the warehouses that exclude it": excluding,
    }
