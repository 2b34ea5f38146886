"""Quantities of stock as arithmetic: `Goods` are units by shelf."""

from collections import Counter
from collections.abc import Mapping
from typing import NamedTuple

from packhorse.domain.values import Sku, WarehouseId


class Shelf(NamedTuple):
    """One row of the stock table: a sku in a warehouse."""

    sku: Sku
    warehouse: WarehouseId


Goods = Counter[Shelf]
"""Units by shelf; `taken = wanted & available; wanted -= taken`."""

Recipe = Mapping[Sku, int]
"""The stock that one unit of a line takes: a stocked product itself once, a kit its components."""
