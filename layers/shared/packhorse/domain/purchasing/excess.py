"""How many units are bought or built for lines of orders beyond what these lack.

They were cancelled, or edited down, or have other units by now, or wait for others at another warehouse.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from typing import NamedTuple

from packhorse.domain.orders.order import Order, OrderLine
from packhorse.domain.purchasing.made_for import MadeFor, Outstanding, Purpose, to_come
from packhorse.domain.stock.goods import Shelf
from packhorse.domain.values import OrderId, Sku


class MadeUnits(NamedTuple):
    """Units that a document brings to a shelf for lines of orders; `open` are still to come, for whomever."""

    shelf: Shelf
    outstanding: tuple[Outstanding, ...]
    open: int

    @property
    def to_come(self) -> tuple[Outstanding, ...]:
        """Whom it is made for, with what is still to come for them."""
        return tuple(to_come(self.outstanding, self.open))

    def purpose(self, made_for: MadeFor) -> Purpose:
        """Return what those units are for that are made for a line of an order."""
        return made_for.purpose(self.shelf.sku)


class Excess(NamedTuple):
    """Units beyond what lines lack: of those that come to where a line waits, and of those that come `elsewhere`.

    `waits_at` are the warehouses whose stock each line waits for; it has none of the orders that were not checked.
    """

    there: Counter[Purpose]
    elsewhere: Counter[Purpose]
    waits_at: Mapping[Purpose, Collection[str]]

    def at(self, shelf: Shelf, purpose: Purpose) -> Counter[Purpose]:
        """Return the excess that units of a shelf count in."""
        return self.there if shelf.warehouse in self.waits_at[purpose] else self.elsewhere

    def total(self) -> int:
        """Return all units."""
        return self.there.total() + self.elsewhere.total()


def excess_of(made: Iterable[MadeUnits], orders: Mapping[OrderId, Order]) -> Excess:
    """Return the units that are to come for lines of these orders beyond what they lack: those from elsewhere first.

    `made` is all that was ever made for them. What has come is not in excess, and need not be lacking any less: it may
    be on its way to the order, or have gone elsewhere.
    """
    lines: dict[Purpose, OrderLine | None] = {}
    there, elsewhere = Counter[Purpose](), Counter[Purpose]()
    for each in made:
        for rest in each.to_come:
            if order := orders.get(OrderId(rest.made_for.order)):
                purpose, line = each.purpose(rest.made_for), order.line(rest.made_for.line)
                lines[purpose] = line
                (there if each.shelf.warehouse in _awaited(line) else elsewhere)[purpose] += rest.units
    for purpose, line in lines.items():
        lacks = _lacks(line, Sku(purpose.sku)) if line and line.matched else None
        beyond = 0 if lacks is None else max(0, there[purpose] + elsewhere[purpose] - lacks)
        elsewhere[purpose] = min(beyond, elsewhere[purpose])
        there[purpose] = beyond - elsewhere[purpose]
    return Excess(there, elsewhere, {purpose: _awaited(line) for purpose, line in lines.items()})


def _awaited(line: OrderLine | None) -> Collection[str]:
    return line.awaited if line else ()


def _lacks(line: OrderLine, sku: Sku) -> int:
    return line.recipe.get(sku, 0) * line.unallocated


def marked(made: MadeUnits, excess: Excess) -> tuple[MadeFor, ...]:
    """Return whom units are made for, the last of them with what they do not want; lowers the excess by that.

    Where a line does not want all that is still to come for it, it does not want either what does not come any more.
    Those of orders that were not checked, and of what is over, keep their mark.
    """
    made_for = []
    for made_before, rest in zip(reversed(made.outstanding), reversed(made.to_come), strict=True):
        purpose = made.purpose(rest.made_for)
        if purpose not in excess.waits_at or not made.open:
            made_for.append(rest.made_for)
            continue
        left = excess.at(made.shelf, purpose)
        units = min(left[purpose], rest.units)
        left[purpose] -= units
        gone = made_before.units - rest.units if units else 0
        made_for.append(rest.made_for.replace(unneeded=units + gone))
    return tuple(reversed(made_for))
