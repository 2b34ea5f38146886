"""How many units are bought or built for lines of orders beyond what these lack.

They were cancelled, or edited down, or have other units by now, or wait for others at another warehouse.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from typing import NamedTuple

from packhorse.domain.orders.order import Order, OrderLine
from packhorse.domain.purchasing.made_for import MadeFor, Outstanding, to_come
from packhorse.domain.stock.goods import Shelf
from packhorse.domain.values import OrderId, Sku

Place = tuple[str, str, str]
"""An order, a line of it, and a sku that the line takes."""


class MadeUnits(NamedTuple):
    """Units that a document brings to a shelf for lines of orders; `open` are still to come, for whomever."""

    shelf: Shelf
    outstanding: tuple[Outstanding, ...]
    open: int

    @property
    def to_come(self) -> tuple[Outstanding, ...]:
        """Whom it is made for, with what is still to come for them."""
        return tuple(to_come(self.outstanding, self.open))

    def place(self, made_for: MadeFor) -> Place:
        """Return what some of the units are for."""
        return made_for.order, made_for.line, self.shelf.sku


class Excess(NamedTuple):
    """Units beyond what lines lack, of those that come where a line waits, and of those that come `elsewhere`.

    `waits_at` are the warehouses that each waits for; places of orders that were not checked are not in it.
    """

    there: Counter[Place]
    elsewhere: Counter[Place]
    waits_at: Mapping[Place, Collection[str]]

    def at(self, shelf: Shelf, place: Place) -> Counter[Place]:
        """Return the excess that units of a shelf count in."""
        return self.there if shelf.warehouse in self.waits_at[place] else self.elsewhere

    def total(self) -> int:
        """Return all units."""
        return self.there.total() + self.elsewhere.total()


def excess_of(made: Iterable[MadeUnits], orders: Mapping[OrderId, Order]) -> Excess:
    """Return the units that are to come for lines of these orders beyond what they lack: those from elsewhere first.

    `made` is all that was ever made for them. What has come is not in excess, and need not be lacking any less: it may
    be on its way to the order, or have gone elsewhere.
    """
    lines: dict[Place, OrderLine | None] = {}
    there, elsewhere = Counter[Place](), Counter[Place]()
    for each in made:
        for rest in each.to_come:
            if order := orders.get(OrderId(rest.made_for.order)):
                place, line = each.place(rest.made_for), order.line(rest.made_for.line)
                lines[place] = line
                (there if each.shelf.warehouse in _awaited(line) else elsewhere)[place] += rest.units
    for place, line in lines.items():
        beyond = max(0, there[place] + elsewhere[place] - _lacks(line, Sku(place[2]))) if line and line.matched else 0
        elsewhere[place] = min(beyond, elsewhere[place])
        there[place] = beyond - elsewhere[place]
    return Excess(there, elsewhere, {place: _awaited(line) for place, line in lines.items()})


def _awaited(line: OrderLine | None) -> Collection[str]:
    return line.awaited if line else ()


def _lacks(line: OrderLine, sku: Sku) -> int:
    return line.recipe.get(sku, 0) * line.unallocated


def marked(made: MadeUnits, excess: Excess) -> tuple[MadeFor, ...]:
    """Return whom units are made for, the last of them with what they do not want; lowers the excess by that.

    Of what does not come any more, they do not want it either then. Those of orders that were not checked, and of what
    is over, keep their mark.
    """
    made_for = []
    for made_before, rest in zip(reversed(made.outstanding), reversed(made.to_come), strict=True):
        place = made.place(rest.made_for)
        if place not in excess.waits_at or not made.open:
            made_for.append(rest.made_for)
            continue
        left = excess.at(made.shelf, place)
        units = min(left[place], rest.units)
        left[place] -= units
        gone = made_before.units - rest.units if units else 0
        made_for.append(rest.made_for.replace(unneeded=units + gone))
    return tuple(reversed(made_for))
