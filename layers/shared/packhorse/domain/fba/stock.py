"""Stock at Amazon by the numbers that it reports, and why a person must confirm them first."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import NamedTuple

from packhorse.domain.configuration.fba import FbaSettings
from packhorse.domain.orders.order import Order
from packhorse.domain.orders.shipping import goods_of
from packhorse.domain.stock.adjustment import ShelfUnits
from packhorse.domain.stock.goods import Goods, Shelf
from packhorse.domain.supply.answer_layout import Reads
from packhorse.domain.supply.feeds import concerns_within, on_hand_by
from packhorse.domain.values import Sku, WarehouseId

LAG = timedelta(minutes=15)
"""How old an order at Amazon is before its units count as reserved there: until then rather too few are available."""


class SellableUnits(NamedTuple):
    """The units that a channel can sell from its own places, by its sku.

    `unread` are the skus of which the units could not be read. `is_whole`: each row named its sku, so that a sku which
    is not in the list has no units there.
    """

    units: Mapping[str, int]
    unread: frozenset[str] = frozenset()
    is_whole: bool = True


def reserved_there(order: Order, number: int, warehouse: WarehouseId, now: datetime) -> Goods:
    """Return the goods of a fulfilment order that Amazon does not count as sellable any more."""
    fulfilment = order.fulfilment(number)
    if fulfilment is None or fulfilment.mcf is None or fulfilment.warehouse != warehouse or not fulfilment.is_open:
        return Goods()
    is_reserved = fulfilment.mcf.is_taken and not fulfilment.mcf.is_over and now - fulfilment.mcf.tried_at >= LAG
    return goods_of(order, warehouse, fulfilment.remaining) if is_reserved else Goods()


def on_hand_of(sellable: int, units: ShelfUnits, reserved: int) -> int:
    """Return the units on hand with which so many are available as can be sold; never fewer than are committed.

    Amazon's number still has the units of orders that it does not have yet, and not those that it has reserved.

    >>> on_hand_of(10, ShelfUnits(on_hand=20, committed=5), 3)
    13
    """
    return on_hand_by(sellable, units, reserved, Reads.AVAILABLE)


def concerns_about(before: Mapping[Sku, int], sellable: Mapping[Sku, int], fba: FbaSettings) -> tuple[str, ...]:
    """Return why a person must confirm the numbers before they set the stock; none: they do."""
    found = concerns_within(before, sellable, fba.most_dropped_percent, fba.most_emptied_percent)
    return tuple(each.message for each in found)


def shelf_units(shelf: Shelf, units: Mapping[Shelf, ShelfUnits]) -> ShelfUnits:
    """Return the units of a shelf, none for one that never had any."""
    return units.get(shelf, ShelfUnits())
