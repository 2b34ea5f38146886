"""Documents of ours with a number that people call them by, and what changes together with one, in one transaction."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import NamedTuple, Self, TypeVar

from packhorse.domain.errors import FieldError, Rejected
from packhorse.domain.money import AMOUNT_TOO_LARGE, is_amount
from packhorse.domain.problem import Problem
from packhorse.domain.purchasing.made_for import Outstanding
from packhorse.domain.stock.costing import CostChange
from packhorse.domain.stock.goods import Goods, Shelf
from packhorse.domain.stock.movement import Movement
from packhorse.domain.stock.shelf_change import Reserved
from packhorse.domain.values import Instant, OrderId, OrderIdText, Sku, Text, Value

NO_COSTS: Mapping[Shelf, CostChange] = MappingProxyType({})
NOTHING_RESERVED: Mapping[Shelf, Reserved] = MappingProxyType({})


class Entry(Value):
    """What happened to a document: when, by whom."""

    at: Instant
    what: str
    who: Text
    detail: Text = ""


S = TypeVar("S", bound=StrEnum)


class Coming(NamedTuple):
    """Units that are to come to a shelf, and for which lines of orders they are meant."""

    shelf: Shelf
    units: int
    parts: tuple[Outstanding, ...] = ()

    def without_others(self, orders: Collection[str]) -> Self:
        """Return it without the units that other orders need of it."""
        needed = sum(each.needed for each in self.parts if each.made_for.order not in orders)
        return self._replace(units=self.units - needed)


class Numbered(Value):
    """A document with a number, and its timeline."""

    id: str
    timeline: tuple[Entry, ...] = ()
    created_at: Instant
    version: int = 0

    @property
    def incoming(self) -> Goods:
        """The units that are still to arrive by it, by shelf."""
        return Goods()

    @property
    def in_transit(self) -> Goods:
        """The share of what is incoming that has left another shelf."""
        return Goods()

    @property
    def coming(self) -> Iterator[Coming]:
        """The units that it is to bring in the end, drafted ones too."""
        yield from ()

    @property
    def given_up(self) -> Goods:
        """The units by shelf that are to come for orders which do not need them any more: others may take them."""
        return Goods()

    @property
    def made_for_orders(self) -> frozenset[OrderId]:
        """The orders that follow from it, or that it follows from."""
        return frozenset()

    @property
    def sums(self) -> Iterator[tuple[str, int]]:
        """The amounts in minor units that it is shown with and that are calculated, each with its name."""
        yield from ()

    def served_first(self, sku: Sku) -> Iterator[OrderIdText]:  # noqa: ARG002 -- for documents that are made for orders
        """Yield the orders that it was made for, as far as what has come of a product reaches."""
        yield from ()

    @property
    def named(self) -> Iterator[str]:
        """The texts that people search it by."""
        yield self.id

    def is_found_by(self, words: Iterable[str]) -> bool:
        """Return whether each of these folded words is in a text that people search it by."""
        text = "\n".join(self.named).casefold()
        return all(word in text for word in words)

    def with_entry(self, at: Instant, what: str, who: str, detail: str = "") -> Self:
        """Return it with one more entry in its timeline."""
        return self.replace(timeline=(*self.timeline, Entry(at=at, what=what, who=who, detail=detail[:255])))


def check_sums(document: Numbered) -> None:
    """Raise Rejected if an amount that a document is shown with is too large to be one."""
    if faults := [FieldError(name, AMOUNT_TOO_LARGE) for name, minor in document.sums if not is_amount(minor)]:
        raise Rejected(f"the amounts of {document.id} cannot be that large", faults)


class Effects(NamedTuple):
    """What a change of a document does beside: movements, what units cost, its exceptions.

    `reserved` is what has to stay available on shelves that its movements take units from.
    """

    movements: tuple[Movement, ...] = ()
    costs: Mapping[Shelf, CostChange] = NO_COSTS
    reserved: Mapping[Shelf, Reserved] = NOTHING_RESERVED
    opened: tuple[Problem, ...] = ()
    ended: tuple[Problem, ...] = ()


def opened_and_ended(
    before: Iterable[Problem], after: Iterable[Problem]
) -> tuple[tuple[Problem, ...], tuple[Problem, ...]]:
    """Return the problems that a change brings, or words otherwise, and those that it ends.

    What may fail again with the same words needs an `event`: a person may have dismissed it meanwhile.
    """
    were = {(each.cause, each.subject): each for each in before}
    now = {(each.cause, each.subject): each for each in after}
    opened = (each for key, each in now.items() if were.get(key) != each)
    return tuple(opened), tuple(each for key, each in were.items() if key not in now)


def next_state(name: str, before: S, after: S, moves: Mapping[S, Collection[S]]) -> S:
    """Return the state of a document after another one; a move that is not written down is a bug."""
    if after != before and after not in moves[before]:
        raise AssertionError(f"{name} cannot go from {before} to {after}")
    return after
