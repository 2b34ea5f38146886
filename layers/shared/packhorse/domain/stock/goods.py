"""Quantities of stock as arithmetic: `Goods` are units by shelf."""

from collections import Counter
from collections.abc import Mapping
from typing import NamedTuple, TypeVar

from packhorse.domain.values import Identifier, Sku, SkuText, Value, WarehouseId, Whole


class Shelf(NamedTuple):
    """One row of the stock table: a sku in a warehouse."""

    sku: Sku
    warehouse: WarehouseId


Goods = Counter[Shelf]
"""Units by shelf; `taken = wanted & available; wanted -= taken`."""

K = TypeVar("K")


def both(one: Goods, other: Goods) -> Goods:
    """Return the units of both together, negative ones included, which `+` would drop."""
    goods = Goods(one)
    goods.update(other)
    return goods


def take(units: Counter[K], name: K, wanted: int) -> int:
    """Take units of that name out of a count, as many as are wanted and there; return how many."""
    taken = min(wanted, max(units[name], 0))
    units[name] -= taken
    return taken


class Pick(Value):
    """Units of a sku to pick from a warehouse's shelf."""

    sku: SkuText
    quantity: Whole


class WaitingUnits(Value):
    """Units of a sku that a short line waits for in a warehouse."""

    sku: SkuText
    warehouse: Identifier
    units: int

    @property
    def shelf(self) -> Shelf:
        """The shelf that they are of."""
        return Shelf(Sku(self.sku), WarehouseId(self.warehouse))


Recipe = Mapping[Sku, int]
"""The stock that one unit of a line takes: a stocked product itself once, a kit its components."""
