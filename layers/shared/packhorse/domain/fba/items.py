"""Items of orders at Amazon, and the units of lines that they make: a kit is several items, its components."""

from collections import Counter
from collections.abc import Mapping

from packhorse.domain.orders.mcf import McfItem
from packhorse.domain.orders.order import Order
from packhorse.domain.values import Sku, Units


def lines_of(items: tuple[McfItem, ...], order: Order, units: Mapping[str, int], *, any_part: bool = False) -> Units:
    """Return the units of lines in so many units of items.

    Of a kit as many as all its components make or, with `any_part`, as many as lack one of them.
    """
    found: dict[str, list[int]] = {}
    for item in items:
        line = order.line(item.line)
        each = line.recipe.get(Sku(item.sku), 1) if line else 1
        quantity = units.get(item.id, 0)
        found.setdefault(item.line, []).append(-(-quantity // each) if any_part else quantity // each)
    return +Counter({line: max(parts) if any_part else min(parts) for line, parts in found.items()})
