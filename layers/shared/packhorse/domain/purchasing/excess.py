"""How many units are bought or built for lines of orders beyond what these lack.

They were cancelled, or edited down, or have other units by now, or wait for others at another warehouse.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import NamedTuple

from packhorse.domain.orders.order import Order
from packhorse.domain.orders.order_line import OrderLine
from packhorse.domain.purchasing.made_for import MadeFor, Outstanding, Purpose
from packhorse.domain.stock.goods import Shelf, take
from packhorse.domain.values import OrderId, Sku


class MadeForUnits(NamedTuple):
    """Units that are made for a line of an order: those that are still to come, and those that are not any more."""

    made_for: MadeFor
    coming: int
    gone: int


class MadeUnits(NamedTuple):
    """Units that a document brings to a shelf for lines of orders; `open` are still to come, for whomever."""

    shelf: Shelf
    outstanding: tuple[Outstanding, ...]
    open: int

    @property
    def parts(self) -> Iterator[MadeForUnits]:
        """Whom it is made for, in their sequence; what is marked as unneeded changes nothing of this."""
        left = self.open
        for each in self.outstanding:
            coming = min(left, each.units)
            left -= coming
            yield MadeForUnits(each.made_for, coming, each.units - coming)

    def purpose(self, made_for: MadeFor) -> Purpose:
        """Return what those units are for that are made for a line of an order."""
        return made_for.purpose(self.shelf.sku)


class Excess(NamedTuple):
    """Units beyond what lines lack: `gone` ones, those that come `elsewhere`, and those that come where a line waits.

    `waits_at` are the warehouses whose stock each line waits for; it has none of the orders that were not checked.
    """

    gone: Counter[Purpose]
    elsewhere: Counter[Purpose]
    there: Counter[Purpose]
    waits_at: Mapping[Purpose, Collection[str]]

    def at(self, shelf: Shelf, purpose: Purpose) -> Counter[Purpose]:
        """Return the excess that units which come to a shelf count in."""
        return self.there if shelf.warehouse in self.waits_at[purpose] else self.elsewhere

    def total(self) -> int:
        """Return all units."""
        return self.gone.total() + self.elsewhere.total() + self.there.total()


def excess_of(made: Iterable[MadeUnits], orders: Mapping[OrderId, Order]) -> Excess:
    """Return the units that are made for lines of these orders beyond what they lack.

    First these are units that do not come any more, then those that come elsewhere. `made` is all that was ever made
    for them. What has come is not in excess, and need not be lacking any less: it may be on its way to the order, or
    have gone elsewhere.
    """
    lines: dict[Purpose, OrderLine | None] = {}
    gone, elsewhere, there = Counter[Purpose](), Counter[Purpose](), Counter[Purpose]()
    for each in (each for each in made if each.open):
        for part in each.parts:
            if order := orders.get(OrderId(part.made_for.order)):
                purpose, line = each.purpose(part.made_for), order.line(part.made_for.line)
                lines[purpose] = line
                gone[purpose] += part.gone
                (there if each.shelf.warehouse in _awaited(line) else elsewhere)[purpose] += part.coming
    for purpose, line in lines.items():
        made_for = sum(pool[purpose] for pool in (gone, elsewhere, there))
        beyond = max(0, made_for - _lacks(line, Sku(purpose.sku))) if line and line.matched else 0
        for pool in (gone, elsewhere, there):
            pool[purpose] = min(pool[purpose], beyond)
            beyond -= pool[purpose]
    return Excess(gone, elsewhere, there, {purpose: _awaited(line) for purpose, line in lines.items()})


def _awaited(line: OrderLine | None) -> Collection[str]:
    return line.awaited if line else ()


def _lacks(line: OrderLine, sku: Sku) -> int:
    return line.recipe.get(sku, 0) * line.unallocated


def marked(made: MadeUnits, excess: Excess) -> tuple[MadeFor, ...]:
    """Return whom units are made for, the last of them with what they do not want; lowers the excess by that.

    Those of orders that were not checked, and of what is over, keep their mark.
    """
    made_for = []
    for part in reversed([*made.parts]):
        purpose = made.purpose(part.made_for)
        if purpose not in excess.waits_at or not made.open:
            made_for.append(part.made_for)
            continue
        unneeded = take(excess.gone, purpose, part.gone)
        unneeded += take(excess.at(made.shelf, purpose), purpose, part.coming)
        made_for.append(part.made_for.replace(unneeded=unneeded))
    return tuple(reversed(made_for))
