"""What does not fit in a channel's `locations`: which of its shop's locations offers the stock of which warehouse."""

from collections.abc import Iterator, Mapping

from packhorse.domain.configuration.channel import Channel, ChannelKind
from packhorse.domain.configuration.warehouse import Warehouse
from packhorse.domain.errors import FieldError
from packhorse.domain.values import WarehouseId

WITH_LOCATIONS = frozenset({ChannelKind.SHOPIFY})
"""Kinds of channels whose quantities are of a location each."""


def location_errors(channel: Channel, warehouses: Mapping[WarehouseId, Warehouse]) -> Iterator[FieldError]:
    """Yield what is wrong with the locations of a channel.

    Without a `location` the other stock would be set at the primary one, which may be one of them under its number.
    """
    if channel.locations and channel.kind not in WITH_LOCATIONS:
        yield FieldError("locations", f"channel {channel.id}: a channel of kind {channel.kind} has no locations")
    elif channel.locations and channel.location is None:
        wanted = "beside `locations` it needs a `location`, for warehouses that they do not name"
        yield FieldError("location", f"channel {channel.id}: {wanted}")
    for name in channel.locations:
        if WarehouseId(name) not in warehouses:
            yield FieldError(f"locations.{name}", f"there is no warehouse {name}")


def location_warnings(channel: Channel, warehouses: Mapping[WarehouseId, Warehouse]) -> Iterator[str]:
    """Yield the warehouses with a location at which nothing of their stock is ever offered."""
    for name in channel.locations:
        if (found := warehouses.get(WarehouseId(name))) and (reason := _not_offered(found, channel, warehouses)):
            yield f"channel {channel.id}: its locations name warehouse {name} in vain: {reason}"


def _not_offered(warehouse: Warehouse, channel: Channel, warehouses: Mapping[WarehouseId, Warehouse]) -> str:
    override = warehouses.get(WarehouseId(channel.override_warehouse)) if channel.override_warehouse else None
    if not warehouse.active:
        return "it is inactive"
    if override and override.active:
        return "" if override.id == warehouse.id else f"all is shipped by the override warehouse {override.id}"
    if channel.id in warehouse.excludes:
        return "it excludes the channel"
    return "" if warehouse.counts_for_sync else "its stock does not count (`counts_for_sync`)"
