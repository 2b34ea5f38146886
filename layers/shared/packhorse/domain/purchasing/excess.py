"""How many units are bought or built for lines of orders beyond what these want: cancelled, or edited down."""

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from packhorse.domain.orders.order import Order
from packhorse.domain.purchasing.made_for import MadeFor, Outstanding
from packhorse.domain.values import OrderId, Sku

Excess = Counter[tuple[str, str, str]]
"""Units by order, line and sku."""


class MadeUnits(NamedTuple):
    """Units of a product that a document brings for lines of orders; of one that `is_over` no more will come."""

    sku: str
    outstanding: tuple[Outstanding, ...]
    is_over: bool


def excess_of(made: Iterable[MadeUnits], orders: Mapping[OrderId, Order]) -> Excess:
    """Return the units that are made for lines of orders beyond what these want.

    `made` is all that was ever made for them. Orders that are not given have none.
    """
    units = Excess()
    for each in made:
        for rest in each.outstanding:
            never = rest.units if each.is_over else 0
            units[rest.made_for.order, rest.made_for.line, each.sku] += rest.made_for.units - never
    found = Excess()
    for key, brought in units.items():
        order = orders.get(OrderId(key[0]))
        if (wanted := _wanted(order, *key[1:]) if order else None) is not None:
            found[key] = brought - wanted
    return +found


def _wanted(order: Order, line_id: str, sku: str) -> int | None:
    """Return the units of a product that a line is to have in all; None without a product."""
    line = order.line(line_id)
    if line is None or line.matched is None:
        return None
    return line.recipe.get(Sku(sku), 0) * (line.quantity - line.cancelled - line.elsewhere)


def marked(made: MadeUnits, excess: Excess) -> tuple[MadeFor, ...]:
    """Return whom units are made for, the last of them with what they do not want; lowers the excess by that."""
    made_for = []
    for each in reversed(made.outstanding):
        key = (each.made_for.order, each.made_for.line, made.sku)
        units = min(excess[key], each.units)
        excess[key] -= units
        made_for.append(each.made_for.replace(unneeded=units))
    return tuple(reversed(made_for))
