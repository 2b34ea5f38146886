"""What units of a shelf cost, as attributes of its balance; see store/stock.py."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from packhorse.aws.settings import settings
from packhorse.domain.stock.costing import CostBasis, CostedShelf
from packhorse.domain.stock.goods import Shelf
from packhorse.domain.values import Sku, WarehouseId
from packhorse.store import expressions
from packhorse.store.expressions import Attributes, Expression, equals, missing
from packhorse.store.reading import batch_get

UNITS, MINOR, CURRENCY = "cost_units", "cost_minor", "cost_currency"


def costs_at(shelves: Iterable[Shelf]) -> dict[Shelf, CostedShelf]:
    """Return what is on hand on those shelves that have a balance, and what it costs."""
    keys = [expressions.key(shelf.sku, shelf.warehouse) for shelf in shelves]
    return {
        Shelf(Sku(item["pk"]["S"]), WarehouseId(item["sk"]["S"])): CostedShelf(
            int(item.get("on_hand", {"N": "0"})["N"]), cost_in(item)
        )
        for item in batch_get(settings.stock_table, keys)
    }


def cost_in(item: Mapping[str, Any]) -> CostBasis | None:
    """Return the cost in the item of a balance."""
    if UNITS not in item:
        return None
    return CostBasis(int(item[UNITS]["N"]), int(item[MINOR]["N"]), item[CURRENCY]["S"])


def attributes_of(basis: CostBasis) -> Attributes:
    """Return the attributes that hold a cost."""
    return {UNITS: basis.units, MINOR: basis.minor, CURRENCY: basis.currency}


def has_cost(basis: CostBasis | None) -> Iterator[Expression]:
    """Yield the conditions that the cost is as it was read."""
    if basis is None:
        yield missing(UNITS)
        return
    for name, value in attributes_of(basis).items():
        yield equals(name, value)
