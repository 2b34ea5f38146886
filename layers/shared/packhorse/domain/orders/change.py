"""Changes of orders: the order as it shall be, what that does to stock, and the movements that record it."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import chain
from typing import NamedTuple

from packhorse.domain.orders.order import Order, Owed
from packhorse.domain.stock.goods import Goods, Shelf
from packhorse.domain.stock.movement import Movement, MovementKind
from packhorse.domain.values import Sku, WarehouseId

MAX_SHELVES = 25
"""Places whose stock one transaction changes: with a movement each, and the order and its waits, under a hundred."""


class Change(NamedTuple):
    """An order as it shall be (its version is the one it was read at), and what that does to stock.

    `committed` may be negative (released); `shipped` leaves both on_hand and committed; `returned` comes back on hand
    or, negative, is written off.
    """

    order: Order
    committed: Goods = Goods()
    shipped: Goods = Goods()
    returned: Goods = Goods()

    def then(self, later: "Change") -> "Change":
        """Both changes, one after the other."""
        return Change(later.order, *map(_both, self[1:], later[1:]))

    @property
    def places(self) -> list[Shelf]:
        """Where stock changes, in the order in which every transaction takes them."""
        goods = self[1:]
        return sorted(at for at in {*chain(*goods)} if any(part[at] for part in goods))

    def affordable(self) -> "Change":
        """The part that fits one transaction; the order remembers the rest as owed, for `paying` to make.

        Only what cannot fail may be owed: stock that goes back or out. What takes stock comes first, and is cut by the
        routing.
        """
        places = sorted(self.places, key=lambda place: self.committed[place] <= 0)
        now, later = places[:MAX_SHELVES], places[MAX_SHELVES:]
        if not later:
            return self
        if any(self.committed[place] > 0 for place in later):
            raise AssertionError(f"order {self.order.id} would owe stock that it takes")
        owed = tuple(
            Owed(
                sku=at.sku,
                warehouse=at.warehouse,
                committed=self.committed[at],
                shipped=self.shipped[at],
                returned=self.returned[at],
            )
            for at in later
        )
        order = self.order.replace(owed=(*self.order.owed, *owed))
        return Change(order, *(_only(part, now) for part in self[1:]))


def _both(one: Goods, other: Goods) -> Goods:
    goods = Goods(one)
    goods.update(other)
    return goods


def _only(goods: Goods, places: Sequence[Shelf]) -> Goods:
    return Goods({place: goods[place] for place in places if goods[place]})


def owed_change(order: Order) -> Change:
    """The order without (some of) what it owed, and those changes."""
    now = order.owed[:MAX_SHELVES]
    committed, shipped, returned = Goods(), Goods(), Goods()
    for part in now:
        place = Shelf(Sku(part.sku), WarehouseId(part.warehouse))
        committed[place] += part.committed
        shipped[place] += part.shipped
        returned[place] += part.returned
    return Change(order.replace(owed=order.owed[MAX_SHELVES:]), committed, shipped, returned)


def movements_of(change: Change, at: datetime, who: str) -> Iterator[Movement]:
    """What a change of an order does to stock; its event is the order's version, which exists once."""
    order = change.order
    for place in change.places:
        taken, gone, back = change.committed[place], change.shipped[place], change.returned[place]
        yield Movement(
            sku=place.sku,
            warehouse=place.warehouse,
            event=f"{order.id}#{order.version + 1:06d}",
            kind=_kind(taken, gone, back),
            on_hand=back - gone,
            committed=taken - gone,
            reference=order.id,
            who=who,
            at=at,
        )


def _kind(taken: int, gone: int, back: int) -> MovementKind:
    if gone:
        return MovementKind.SHIP
    if back:
        return MovementKind.RETURN if back > 0 else MovementKind.WRITE_OFF
    return MovementKind.COMMIT if taken > 0 else MovementKind.RELEASE
