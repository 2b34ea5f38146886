"""Changes of orders: the order after the change, the stock that changes with it, and the movements that record it."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from itertools import chain
from types import MappingProxyType
from typing import NamedTuple

from packhorse.domain.orders.order import Order, Owed
from packhorse.domain.stock.goods import Goods, Shelf
from packhorse.domain.stock.movement import Movement, MovementKind
from packhorse.domain.stock.shelf_change import Reserved

NOTHING_RESERVED: Mapping[Shelf, Reserved] = MappingProxyType({})
MAX_SHELVES = 25
"""Shelves that one transaction changes: with their movements, the order and its waits under a hundred actions."""


class Change(NamedTuple):
    """An order after a change (with the version that was read), and the stock that changes with it.

    `committed` may be negative (released); `shipped` leaves both on_hand and committed or, negative, has not left after
    all; `returned` comes back on hand or, negative, is written off; `waiting` are more or fewer units that the order
    waits for. `reserved` is what may not be taken of the shelves that units are taken from.
    """

    order: Order
    committed: Goods = Goods()
    shipped: Goods = Goods()
    returned: Goods = Goods()
    waiting: Goods = Goods()
    reserved: Mapping[Shelf, Reserved] = NOTHING_RESERVED

    @property
    def goods(self) -> tuple[Goods, ...]:
        """What changes: committed, shipped, returned, waiting."""
        return self.committed, self.shipped, self.returned, self.waiting

    def then(self, later: "Change") -> "Change":
        """Return this change and a later one together, as one change."""
        committed, shipped, returned, waiting = map(_both, self.goods, later.goods)
        return Change(later.order, committed, shipped, returned, waiting, {**self.reserved, **later.reserved})

    def counted(self, before: Order | None) -> "Change":
        """Return the change with what the order waits for, less what it waited for `before`."""
        waiting = Goods(self.order.waiting)
        waiting.subtract(before.waiting if before else ())
        return self._replace(waiting=Goods({shelf: units for shelf, units in waiting.items() if units}))

    @property
    def shelves(self) -> list[Shelf]:
        """The shelves that change, sorted, as in every transaction."""
        return sorted(shelf for shelf in {*chain(*self.goods)} if any(part[shelf] for part in self.goods))

    def affordable(self) -> "Change":
        """Return the part that fits one transaction; the rest is `owed` by the order, and committed right after.

        Only stock that is released or shipped, and what waits, can be owed, since that cannot fail. Shelves that stock
        is taken from come first; routing takes from no more than MAX_SHELVES at once.
        """
        shelves = sorted(self.shelves, key=lambda shelf: self.committed[shelf] <= 0)
        now, later = shelves[:MAX_SHELVES], shelves[MAX_SHELVES:]
        if not later:
            return self
        if any(self.committed[shelf] > 0 for shelf in later):
            raise AssertionError(f"order {self.order.id} would owe stock that it takes")
        owed = tuple(
            Owed(
                sku=shelf.sku,
                warehouse=shelf.warehouse,
                committed=self.committed[shelf],
                shipped=self.shipped[shelf],
                returned=self.returned[shelf],
                waiting=self.waiting[shelf],
            )
            for shelf in later
        )
        order = self.order.replace(owed=(*self.order.owed, *owed))
        committed, shipped, returned, waiting = (_only(part, now) for part in self.goods)
        return Change(order, committed, shipped, returned, waiting, self.reserved)


def _both(one: Goods, other: Goods) -> Goods:
    goods = Goods(one)
    goods.update(other)
    return goods


def _only(goods: Goods, shelves: Sequence[Shelf]) -> Goods:
    return Goods({shelf: goods[shelf] for shelf in shelves if goods[shelf]})


def owed_change(order: Order) -> Change:
    """Return the order without the first MAX_SHELVES changes that it owes, and these changes."""
    now = order.owed[:MAX_SHELVES]
    committed, shipped, returned = Goods(), Goods(), Goods()
    for part in now:
        committed[part.shelf] += part.committed
        shipped[part.shelf] += part.shipped
        returned[part.shelf] += part.returned
    return Change(order.replace(owed=order.owed[MAX_SHELVES:]), committed, shipped, returned)


def movements_of(change: Change, at: datetime, who: str) -> Iterator[Movement]:
    """Yield the movement of each shelf whose stock changes; its event is the order's next version, which is unique."""
    order = change.order
    for shelf in change.shelves:
        committed, shipped, returned, _ = (part[shelf] for part in change.goods)
        if not (committed or shipped or returned):
            continue
        yield Movement(
            sku=shelf.sku,
            warehouse=shelf.warehouse,
            event=f"{order.id}#{order.version + 1:06d}",
            kind=_kind(committed, shipped, returned),
            on_hand=returned - shipped,
            committed=committed - shipped,
            reference=order.id,
            who=who,
            at=at,
        )


def _kind(committed: int, shipped: int, returned: int) -> MovementKind:
    if shipped:
        return MovementKind.SHIP if shipped > 0 else MovementKind.VOID
    if returned:
        return MovementKind.RETURN if returned > 0 else MovementKind.WRITE_OFF
    return MovementKind.COMMIT if committed > 0 else MovementKind.RELEASE
