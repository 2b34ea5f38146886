"""How many units are bought or built for lines of orders beyond what these want: cancelled, or edited down."""

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from packhorse.domain.orders.order import Order, OrderLine
from packhorse.domain.purchasing.made_for import MadeFor, Outstanding
from packhorse.domain.values import OrderId, Sku

Excess = Counter[tuple[str, str, str]]
"""Units by order, line and sku; those of orders that were not checked are not in it."""


class MadeUnits(NamedTuple):
    """Units of a product that a document brings for lines of orders; of one that `is_over` no more will come."""

    sku: str
    outstanding: tuple[Outstanding, ...]
    is_over: bool


def excess_of(made: Iterable[MadeUnits], orders: Mapping[OrderId, Order]) -> Excess:
    """Return the units that are made for lines of these orders beyond what they want.

    `made` is all that was ever made for them. What a line lacks is never in excess: units that came for it may have
    gone elsewhere, as those of a fulfilment order that was taken back.
    """
    units, to_come = Excess(), Excess()
    for each in made:
        for rest in each.outstanding:
            if OrderId(rest.made_for.order) in orders:
                key = (rest.made_for.order, rest.made_for.line, each.sku)
                never = rest.units if each.is_over else 0
                units[key] += rest.made_for.units - never
                to_come[key] += rest.units - never
    found = Excess()
    for place, brought in units.items():
        order_id, line_id, sku = place
        line = orders[OrderId(order_id)].line(line_id)
        found[place] = max(0, _beyond(line, Sku(sku), brought, to_come[place])) if line and line.matched else 0
    return found


def _beyond(line: OrderLine, sku: Sku, brought: int, to_come: int) -> int:
    """Return by how many units of a product those for a line are more than it is to have in all, and than it lacks."""
    per_unit = line.recipe.get(sku, 0)
    wanted = per_unit * (line.quantity - line.cancelled - line.elsewhere)
    return min(brought - wanted, to_come - per_unit * line.unallocated)


def marked(made: MadeUnits, excess: Excess) -> tuple[MadeFor, ...]:
    """Return whom units are made for, the last of them with what they do not want; lowers the excess by that.

    Those of orders that were not checked keep their mark.
    """
    made_for = []
    for each in reversed(made.outstanding):
        key = (each.made_for.order, each.made_for.line, made.sku)
        if key not in excess:
            made_for.append(each.made_for)
            continue
        units = min(excess[key], each.units)
        excess[key] -= units
        made_for.append(each.made_for.replace(unneeded=units))
    return tuple(reversed(made_for))
