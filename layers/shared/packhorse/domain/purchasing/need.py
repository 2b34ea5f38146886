"""Needs: units that lines of orders wait for, and the free units that serve them, of kits as whole kits."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from typing import NamedTuple, Self

from packhorse.domain.purchasing.made_for import Purpose
from packhorse.domain.stock.goods import Goods, Shelf, take
from packhorse.domain.values import OrderId, WarehouseId


class Need(NamedTuple):
    """Units of a shelf that a line of an order waits for, which people call by its `number`.

    One unit of the line takes `per_unit` of them, and units of as many products as it has `parts`. Another shelf serves
    the line with `whole` units or a multiple: those of one kit, or of all of the line where it is not to be split. Of
    what a work order lacks the order is empty, and `work_order` its number.
    """

    order: OrderId
    line: str
    shelf: Shelf
    units: int
    elsewhere: tuple[WarehouseId, ...] = ()
    number: str = ""
    work_order: str = ""
    per_unit: int = 1
    whole: int = 1
    parts: int = 1

    @property
    def purpose(self) -> Purpose:
        """What the units are for."""
        return Purpose(self.order, self.line, self.shelf.sku)

    @property
    def shelves(self) -> Iterator[Shelf]:
        """The shelves whose units serve it: where it would be bought for, then `elsewhere`."""
        yield self.shelf
        yield from map(self.at, self.elsewhere)

    def at(self, warehouse: WarehouseId) -> Shelf:
        """Return the shelf of its product at a warehouse."""
        return Shelf(self.shelf.sku, warehouse)

    def bound_to(self, shelf: Shelf, units: int) -> Self:
        """Return it as a need of so many units of that shelf alone."""
        return self._replace(shelf=shelf, units=units, elsewhere=())


def by_line(needs: Iterable[Need]) -> Iterator[list[Need]]:
    """Yield the needs of each line together, which follow each other: of a kit one for each of its products."""
    for _, found in groupby(needs, key=lambda need: (need.order, need.line)):
        yield list(found)


def serving(needs: Sequence[Need], free: Goods) -> Goods:
    """Return the units of what is free that serve the needs of one line.

    They make whole kits where it is bought for, then elsewhere; what is left are components where it is bought for.
    Elsewhere may serve more than is lacking. It serves nothing where other products of the kit are not among the needs.
    """
    found = Goods(_kits_here(needs, free))
    rest = {need: need.units - found[need.shelf] for need in needs}
    is_complete = len(needs) == needs[0].parts
    for warehouse in needs[0].elsewhere if is_complete else ():
        most = max(-(-units // need.whole) for need, units in rest.items())
        times = min(most, *(max(0, free[need.at(warehouse)]) // need.whole for need in needs))
        for need in needs:
            found[need.at(warehouse)] = times * need.whole
            rest[need] = max(0, rest[need] - times * need.whole)
    for need, units in rest.items():
        found[need.shelf] += min(units, max(0, free[need.shelf] - found[need.shelf]))
    return +found


def _kits_here(needs: Iterable[Need], free: Goods) -> dict[Shelf, int]:
    """Return the units that make whole kits where the line is bought for, with what it does not lack there."""
    lacking = [need for need in needs if need.units]
    kits = min((max(0, free[need.shelf]) // need.per_unit for need in lacking), default=0)
    return {need.shelf: min(need.units, kits * need.per_unit) for need in lacking}


def claims(needs: Sequence[Need], free: Goods) -> Iterator[tuple[Need, Need]]:
    """Yield the needs of one line, each with a need of one shelf: the free units there that are to be named for it.

    It is named for no more than it lacks, so that no units of a kit elsewhere are left over.
    """
    served, rest = serving(needs, free), {need: need.units for need in needs}
    for warehouse in (needs[0].shelf.warehouse, *needs[0].elsewhere):
        if all(served[need.at(warehouse)] <= units for need, units in rest.items()):
            for need in needs:
                if units := served[need.at(warehouse)]:
                    rest[need] -= units
                    yield need, need.bound_to(need.at(warehouse), units)


def take_for(needs: Sequence[Need], free: Goods) -> list[Need]:
    """Take what serves the needs of one line from what is free; return them with what they still lack, maybe nothing.

    Units elsewhere that are too few to serve it are kept for it all the same, as routing keeps them.
    """
    served, left = serving(needs, free), []
    for need in needs:
        rest = max(0, need.units - sum(take(free, shelf, served[shelf]) for shelf in need.shelves))
        for shelf in map(need.at, need.elsewhere):
            if free[shelf] < max(rest, need.whole):
                take(free, shelf, rest)
        left.append(need._replace(units=rest))
    return left
