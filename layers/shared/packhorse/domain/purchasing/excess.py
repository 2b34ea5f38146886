"""How many units are bought or built for lines of orders beyond what these lack.

They were cancelled, or edited down, or have other units by now.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from packhorse.domain.orders.order import Order, OrderLine
from packhorse.domain.purchasing.made_for import MadeFor, Outstanding
from packhorse.domain.values import OrderId, Sku

Excess = Counter[tuple[str, str, str]]
"""Units by order, line and sku; those of orders that were not checked are not in it."""


class MadeUnits(NamedTuple):
    """Units of a product that a document brings for lines of orders; of what `is_over` no more will come."""

    sku: str
    outstanding: tuple[Outstanding, ...]
    is_over: bool


def excess_of(made: Iterable[MadeUnits], orders: Mapping[OrderId, Order]) -> Excess:
    """Return the units that are to come for lines of these orders beyond what they lack.

    `made` is all that was ever made for them. What has come is not in excess, and need not be lacking any less: it may
    be on its way to the order, or have gone elsewhere.
    """
    to_come = Excess()
    for each in made:
        for rest in each.outstanding:
            if OrderId(rest.made_for.order) in orders:
                to_come[rest.made_for.order, rest.made_for.line, each.sku] += 0 if each.is_over else rest.units
    found = Excess()
    for place, units in to_come.items():
        order_id, line_id, sku = place
        line = orders[OrderId(order_id)].line(line_id)
        found[place] = max(0, units - _lacks(line, Sku(sku))) if line and line.matched else 0
    return found


def _lacks(line: OrderLine, sku: Sku) -> int:
    return line.recipe.get(sku, 0) * line.unallocated


def marked(made: MadeUnits, excess: Excess) -> tuple[MadeFor, ...]:
    """Return whom units are made for, the last of them with what they do not want; lowers the excess by that.

    Those of orders that were not checked, and of what is over, keep their mark.
    """
    made_for = []
    for each in reversed(made.outstanding):
        key = (each.made_for.order, each.made_for.line, made.sku)
        if key not in excess or made.is_over:
            made_for.append(each.made_for)
            continue
        units = min(excess[key], each.units)
        excess[key] -= units
        made_for.append(each.made_for.replace(unneeded=units))
    return tuple(reversed(made_for))
