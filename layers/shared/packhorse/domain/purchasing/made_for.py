"""Whom units of a purchase order are bought for: lines of orders, which get them first."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from packhorse.domain.purchasing.case_pack import PurchaseUnits, SomeUnits
from packhorse.domain.values import OrderIdText, Text, Value

MAX_MADE_FOR = 200
"""Lines of orders that a line names; the others are served by their age."""


class Purpose(NamedTuple):
    """What units are for: a sku that a line of an order takes."""

    order: str
    line: str
    sku: str


class MadeFor(Value):
    """Units that are bought for a line of an order, which gets them first.

    `unneeded` ones of them it does not want any more: it was cancelled, or edited down, after they were submitted.
    `came_before` are the units that had come when it was named: none of them is for it.
    """

    order: OrderIdText
    line: Text
    units: PurchaseUnits
    unneeded: SomeUnits = 0
    came_before: SomeUnits = 0

    @property
    def needed(self) -> int:
        """Units that the order still wants."""
        return self.units - self.unneeded

    def purpose(self, sku: str) -> Purpose:
        """Return what its units are for, which are of that sku."""
        return Purpose(self.order, self.line, sku)


def needed_units(sku: str, made_for: Iterable[MadeFor]) -> Counter[Purpose]:
    """Return how many units of a sku each purpose needs.

    >>> needed_units("MUG", [MadeFor(order="a", line="1", units=4, unneeded=1)] * 2)[Purpose("a", "1", "MUG")]
    6
    """
    found = Counter[Purpose]()
    for each in made_for:
        found[each.purpose(sku)] += each.needed
    return found


class Outstanding(NamedTuple):
    """Whom units are made for, and how many of those needed, and of all of them, have not come yet, or are to come."""

    made_for: MadeFor
    needed: int
    units: int


def outstanding(made_for: Iterable[MadeFor], came: int) -> Iterator[Outstanding]:
    """Yield what has not come yet for each, who are served in their sequence.

    >>> [each.needed for each in outstanding([MadeFor(order="a", line="1", units=4)] * 2, 5)]
    [0, 3]
    >>> [each.needed for each in outstanding([MadeFor(order="a", line="1", units=4, came_before=5)], 6)]
    [3]
    """
    for each, taken in _served(made_for, came):
        yield Outstanding(each, each.needed - taken, each.units - taken)


def to_come(parts: Sequence[Outstanding], most: int) -> Iterator[Outstanding]:
    """Yield how many of these units are to come if `most` are: first those needed, in their sequence.

    >>> parts = [*outstanding([MadeFor(order="a", line="1", units=4, unneeded=1)] * 2, 0)]
    >>> [(each.needed, each.units) for each in to_come(parts, 5)], [each.units for each in to_come(parts, 7)]
    ([(3, 3), (2, 2)], [4, 3])
    """
    free = max(0, most - sum(each.needed for each in parts))
    for each in parts:
        needed, unneeded = min(most, each.needed), min(free, each.units - each.needed)
        most, free = most - needed, free - unneeded
        yield Outstanding(each.made_for, needed, needed + unneeded)


def _served(made_for: Iterable[MadeFor], came: int) -> Iterator[tuple[MadeFor, int]]:
    """Yield how many units that came each gets, in their sequence."""
    given = 0
    for each in made_for:
        given = max(given, each.came_before)
        taken = max(0, min(came - given, each.needed))
        given += taken
        yield each, taken


def served_first(made_for: Iterable[MadeFor], came: int) -> Iterator[OrderIdText]:
    """Yield the orders that units were made for, as far as those that came reach.

    >>> list(served_first([MadeFor(order="a", line="1", units=4), MadeFor(order="b", line="1", units=4)], 4))
    ['a']
    """
    for each, taken in _served(made_for, came):
        if taken:
            yield each.order


def orders_giving_up(made_for: Iterable[MadeFor]) -> tuple[OrderIdText, ...]:
    """Return the orders that do not want all of their units any more, each once."""
    return tuple(dict.fromkeys(each.order for each in made_for if each.unneeded))


def without_unneeded(made_for: Sequence[MadeFor], units: int) -> tuple[MadeFor, ...]:
    """Return whom a line is made for, without so many unneeded units: the supplier or another order took them."""
    after = []
    for each in made_for:
        taken = min(units, each.unneeded)
        units -= taken
        after.append(each.replace(units=each.units - taken, unneeded=each.unneeded - taken) if taken else each)
    return tuple(each for each in after if each.units > 0)


def needed_only(made_for: Iterable[MadeFor]) -> tuple[MadeFor, ...]:
    """Return whom a line is made for, without any unneeded units: they are for whoever waits."""
    return tuple(each.replace(units=each.needed, unneeded=0) for each in made_for if each.needed)
