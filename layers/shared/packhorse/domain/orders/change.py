"""Changes of orders: the order after the change, the stock that changes with it, and the movements that record it."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from itertools import chain
from types import MappingProxyType
from typing import Any, NamedTuple

from packhorse.domain.orders.order import Order, Owed
from packhorse.domain.stock.goods import Goods, Shelf, both
from packhorse.domain.stock.movement import Movement, MovementKind
from packhorse.domain.stock.shelf_change import Reserved
from packhorse.domain.values import Sku

NOTHING_RESERVED: Mapping[Shelf, Reserved] = MappingProxyType({})
NOTHING_EMPTIED: Mapping[Shelf, int] = MappingProxyType({})
GOODS = ("committed", "shipped", "returned", "waiting", "lacking", "quarantined")
MAX_SHELVES = 25
"""Shelves that one transaction changes: with their movements, the order and its waits under a hundred actions."""


class Change(NamedTuple):
    """An order after a change (with the version that was read), and the stock that changes with it.

    `committed` may be negative (released); `shipped` leaves both on_hand and committed or, negative, has not left after
    all; `returned` comes back on hand or, negative, is written off; `waiting` are more or fewer units that the order
    waits for. `reserved` is what may not be taken of the shelves that units are taken from.

    Of units that a warehouse rejected, `lacking` are not on hand and `quarantined` are not to be sold; `emptied` are
    shelves of which all that is available is lacking, with what that is; `reason` is for the ledger. `waited` are the
    skus that the order waited for.
    """

    order: Order
    committed: Goods = Goods()
    shipped: Goods = Goods()
    returned: Goods = Goods()
    waiting: Goods = Goods()
    lacking: Goods = Goods()
    quarantined: Goods = Goods()
    reserved: Mapping[Shelf, Reserved] = NOTHING_RESERVED
    emptied: Mapping[Shelf, int] = NOTHING_EMPTIED
    reason: str = ""
    waited: Collection[Sku] = ()

    @property
    def goods(self) -> tuple[Goods, ...]:
        """What changes: committed, shipped, returned, waiting, lacking, quarantined."""
        return self.committed, self.shipped, self.returned, self.waiting, self.lacking, self.quarantined

    def then(self, later: "Change") -> "Change":
        """Return this change and a later one together, as one change."""
        joined = later._with_goods(map(both, self.goods, later.goods))
        return joined._replace(
            reserved={**self.reserved, **later.reserved},
            emptied={**self.emptied, **later.emptied},
            reason=later.reason or self.reason,
        )

    def _with_goods(self, goods: Iterable[Goods]) -> "Change":
        fields: dict[str, Any] = dict(zip(GOODS, goods, strict=True))
        return self._replace(**fields)

    def counted(self, before: Order | None) -> "Change":
        """Return the change with what the order waits for, less what it waited for `before`, and which skus it did."""
        waiting = Goods(self.order.waiting)
        waiting.subtract(before.waiting if before else ())
        counted = Goods({shelf: units for shelf, units in waiting.items() if units})
        return self._replace(waiting=counted, waited=before.short_of if before else ())

    @property
    def shelves(self) -> list[Shelf]:
        """The shelves that change, sorted, as in every transaction."""
        return sorted(shelf for shelf in {*chain(*self.goods)} if any(part[shelf] for part in self.goods))

    def affordable(self) -> "Change":
        """Return the part that fits one transaction; the rest is `owed` by the order, and committed right after.

        Only stock that is released, shipped or rejected, and what waits, can be owed, since that cannot fail. Shelves
        that stock is taken from come first; routing takes from no more than MAX_SHELVES at once.
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
                lacking=self.lacking[shelf] - self.emptied.get(shelf, 0),
                quarantined=self.quarantined[shelf],
            )
            for shelf in later
        )
        order = self.order.replace(owed=(*self.order.owed, *owed))
        emptied = {shelf: units for shelf, units in self.emptied.items() if shelf in now}
        return self._with_goods(_only(part, now) for part in self.goods)._replace(order=order, emptied=emptied)


def _only(goods: Goods, shelves: Sequence[Shelf]) -> Goods:
    return Goods({shelf: goods[shelf] for shelf in shelves if goods[shelf]})


def owed_change(order: Order) -> Change:
    """Return the order without the first MAX_SHELVES changes that it owes, and these changes."""
    now = order.owed[:MAX_SHELVES]
    left = Change(order.replace(owed=order.owed[MAX_SHELVES:]))
    fields: dict[str, Any] = {name: _owed(now, name) for name in GOODS if name != "waiting"}
    return left._replace(**fields)


def _owed(parts: Iterable[Owed], name: str) -> Goods:
    goods = Goods()
    for part in parts:
        goods[part.shelf] += getattr(part, name)
    return goods


def movements_of(change: Change, at: datetime, who: str) -> Iterator[Movement]:
    """Yield the movement of each shelf whose stock changes; its event is the order's next version, which is unique.

    A shelf has two where units leave and others are rejected at once.
    """
    order = change.order
    for shelf in change.shelves:
        committed, shipped, returned, _, lacking, quarantined = (part[shelf] for part in change.goods)
        if not (committed or shipped or returned or lacking or quarantined):
            continue
        rejected = _kind_of_rejected(lacking, quarantined)
        movement = Movement(
            sku=shelf.sku,
            warehouse=shelf.warehouse,
            event=f"{order.id}#{order.version + 1:06d}",
            kind=rejected or _kind(committed, shipped, returned),
            on_hand=returned - shipped - lacking,
            committed=committed - shipped,
            quarantined=quarantined,
            reference=order.id,
            reason=change.reason,
            who=who,
            at=at,
            waited_since=order.received_at.date() if _counts_when_ordered(change, shelf) else None,
        )
        yield from _apart(movement, shipped) if rejected and shipped else (movement,)


def _counts_when_ordered(change: Change, shelf: Shelf) -> bool:
    """Return whether units count as demand on the day on which the order came: those it waited for, or wants no more.

    What it gives back to take the same elsewhere is no such demand.
    """
    if change.committed[shelf] >= 0:
        return change.committed[shelf] > 0 and shelf.sku in change.waited
    if change.order.cancelled_at:
        return True
    is_moved = any(units > 0 and taken.sku == shelf.sku for taken, units in change.committed.items())
    return not is_moved and not any(line.unallocated > 0 and shelf.sku in line.recipe for line in change.order.lines)


def _apart(movement: Movement, shipped: int) -> Iterator[Movement]:
    """Yield what leaves and what is rejected of one shelf: nothing that left was missing there, or damaged."""
    yield movement.replace(
        event=f"{movement.event}#shipped",
        kind=_kind(0, shipped, 0),
        on_hand=-shipped,
        committed=-shipped,
        quarantined=0,
        reason="",
    )
    yield movement.replace(on_hand=movement.on_hand + shipped, committed=movement.committed + shipped)


def _kind_of_rejected(lacking: int, quarantined: int) -> MovementKind | None:
    if lacking:
        return MovementKind.SHORT_PICK
    return MovementKind.QUARANTINE if quarantined else None


def _kind(committed: int, shipped: int, returned: int) -> MovementKind:
    if shipped:
        return MovementKind.SHIP if shipped > 0 else MovementKind.VOID
    if returned:
        return MovementKind.RETURN if returned > 0 else MovementKind.WRITE_OFF
    return MovementKind.COMMIT if committed > 0 else MovementKind.RELEASE
