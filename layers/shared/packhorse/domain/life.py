"""The life of an order: its status, what may follow what, and the steps that people and channels ask for.

A step takes an order and gives a `Change`: the order as it shall be, and what that does to stock.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from itertools import chain
from typing import NamedTuple

from packhorse.domain.errors import NotNow
from packhorse.domain.fulfilment_order import FulfilmentOrder, FulfilmentStatus, parts_of
from packhorse.domain.goods import Goods, Place
from packhorse.domain.order import Allocation, Hold, Order, OrderException, OrderLine, Owed, Status, TimelineEntry
from packhorse.domain.values import Sku, WarehouseId

MOVES: Mapping[Status, frozenset[Status]] = {
    Status.AWAITING_PAYMENT: frozenset(Status) - {Status.AWAITING_PAYMENT},
    Status.OPEN: frozenset({Status.IN_FULFILMENT, Status.PARTIALLY_SHIPPED, Status.COMPLETE, Status.CANCELLED}),
    Status.IN_FULFILMENT: frozenset({Status.OPEN, Status.PARTIALLY_SHIPPED, Status.COMPLETE, Status.CANCELLED}),
    Status.PARTIALLY_SHIPPED: frozenset({Status.COMPLETE}),
    Status.COMPLETE: frozenset({Status.PARTIALLY_SHIPPED}),
    Status.CANCELLED: frozenset({Status.AWAITING_PAYMENT, Status.OPEN}),
}
"""What may follow what. A complete order opens again only when its channel adds something to it; so does one of which
the channel had removed every line. What somebody cancelled stays cancelled."""


MOST_PLACES = 25
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
    def places(self) -> list[Place]:
        """Where stock changes, in the order in which every transaction takes them."""
        goods = self[1:]
        return sorted(at for at in {*chain(*goods)} if any(part[at] for part in goods))

    def affordable(self) -> "Change":
        """The part that fits one transaction; the order remembers the rest as owed, for `paying` to make.

        Only what cannot fail may be owed: stock that goes back or out. What takes stock comes first, and is cut by the
        routing.
        """
        places = sorted(self.places, key=lambda place: self.committed[place] <= 0)
        now, later = places[:MOST_PLACES], places[MOST_PLACES:]
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
        order = self.order.model_copy(update={"owed": (*self.order.owed, *owed)})
        return Change(order, *(_only(part, now) for part in self[1:]))


def _both(one: Goods, other: Goods) -> Goods:
    goods = Goods(one)
    goods.update(other)
    return goods


def _only(goods: Goods, places: Sequence[Place]) -> Goods:
    return Goods({place: goods[place] for place in places if goods[place]})


def paying(order: Order) -> Change:
    """The order without (some of) what it owed, and those changes."""
    now = order.owed[:MOST_PLACES]
    committed, shipped, returned = Goods(), Goods(), Goods()
    for part in now:
        place = Place(Sku(part.sku), WarehouseId(part.warehouse))
        committed[place] += part.committed
        shipped[place] += part.shipped
        returned[place] += part.returned
    return Change(order.model_copy(update={"owed": order.owed[MOST_PLACES:]}), committed, shipped, returned)


def status_of(order: Order) -> Status:
    """The status that follows from the lines, the payment and the work; held or not makes no difference."""
    gone = order.shipped.total() + sum(line.elsewhere for line in order.lines)
    if sum(line.quantity - line.cancelled for line in order.lines) == gone:
        return Status.COMPLETE if gone else Status.CANCELLED
    if gone:
        return Status.PARTIALLY_SHIPPED
    if order.paid_at is None:
        return Status.AWAITING_PAYMENT
    return Status.IN_FULFILMENT if any(work.is_open for work in order.fulfilments) else Status.OPEN


def settled(order: Order, at: datetime, who: str) -> Order:
    """The order with the status that it has come to, and without exceptions that are past; its end is told."""
    status = status_of(order)
    current = tuple(problem for problem in order.exceptions if not _is_past(problem, order))
    if status != order.status and status not in MOVES[order.status]:
        raise AssertionError(f"order {order.id} cannot go from {order.status} to {status}")
    moved = order.model_copy(update={"status": status, "exceptions": current})
    if status == order.status or not moved.is_over:
        return moved
    return noted(moved, at, "completed" if status is Status.COMPLETE else "cancelled", who)


NOT_ROUTED = frozenset({"unmatched_sku", "excluded_warehouse"})
"""Exceptions that are about units without a warehouse."""


def _is_past(problem: OrderException, order: Order) -> bool:
    """Whether there is nothing left to do about it: the units are gone, or the work that was late has ended."""
    if problem.kind in NOT_ROUTED:
        return not any(line.id == problem.line and line.unallocated for line in order.lines)
    return any(problem.kind == overdue(work) and not work.is_open for work in order.fulfilments)


def overdue(work: FulfilmentOrder) -> str:
    """The kind of exception that says that this work is late."""
    return f"overdue_{work.number}"


def noted(order: Order, at: datetime, what: str, who: str, detail: str = "") -> Order:
    """The order with one more thing in its timeline."""
    entry = TimelineEntry(at=at, what=what, who=who, detail=detail)
    return order.model_copy(update={"timeline": (*order.timeline, entry)})


def with_exception(order: Order, at: datetime, kind: str, message: str, line: str | None = None) -> Order:
    """The order with an open exception; the same one again changes nothing."""
    if any((known.kind, known.line) == (kind, line) for known in order.exceptions):
        return order
    problem = OrderException(kind=kind, line=line, message=message, opened_at=at)
    opened = order.model_copy(update={"exceptions": (*order.exceptions, problem)})
    return noted(opened, at, "exception", "packhorse", message)


def without_exception(order: Order, kind: str, line: str | None = None) -> Order:
    """The order after that exception was dealt with."""
    left = tuple(known for known in order.exceptions if (known.kind, known.line) != (kind, line))
    return order.model_copy(update={"exceptions": left})


def with_lines(order: Order, changed: Mapping[str, OrderLine]) -> Order:
    """The order with some of its lines replaced."""
    return order.model_copy(update={"lines": tuple(changed.get(line.id, line) for line in order.lines)})


def with_work(order: Order, changed: FulfilmentOrder) -> Order:
    """The order with one of its fulfilment orders replaced."""
    works = tuple(changed if work.id == changed.id else work for work in order.fulfilments)
    return order.model_copy(update={"fulfilments": works})


def paid(order: Order, paid_at: datetime, at: datetime, who: str) -> Order:
    """The order once its money is there (`paid_at`; we heard of it `at`); paid twice is paid."""
    if order.status is Status.CANCELLED:
        raise NotNow("a cancelled order cannot be paid")
    if order.paid_at is not None:
        return order
    return settled(noted(order.model_copy(update={"paid_at": paid_at}), at, "paid", who), at, who)


def held(order: Order, hold: Hold) -> Order:
    """The order with one more hold; it keeps its stock and is not handed over."""
    if order.is_over:
        raise NotNow(f"the order is {order.status}; there is nothing to hold")
    if any(known.id == hold.id for known in order.holds):
        return order
    kept = order.model_copy(update={"holds": (*order.holds, hold)})
    return noted(kept, hold.placed_at, "held", hold.owner, hold.reason)


def freed(order: Order, hold_id: str | None, at: datetime, who: str) -> Order:
    """The order without that hold, or without any; raises NotNow where there is none such."""
    left = tuple(hold for hold in order.holds if hold_id is not None and hold.id != hold_id)
    if left == order.holds:
        raise NotNow("the order has no such hold")
    return noted(order.model_copy(update={"holds": left}), at, "released", who)


def cancelled(order: Order, at: datetime, who: str, reason: str = "") -> Change:
    """The order with all that has not shipped cancelled, its stock given back.

    A part-shipped order is complete with what it got; a complete one cannot be cancelled (that is a return).
    """
    if order.status is Status.CANCELLED:
        return Change(order)
    if order.status is Status.COMPLETE:
        raise NotNow("everything has shipped: a return, not a cancellation")
    kept = {line.id: _without_the_rest(order, line) for line in order.lines}
    released = sum((_goods(line) - _goods(kept[line.id]) for line in order.lines), Goods())
    works = tuple(_stopped(work) for work in order.fulfilments)
    end = {"fulfilments": works, "holds": (), "cancelled_at": order.cancelled_at or at}
    told = noted(with_lines(order, kept).model_copy(update=end), at, "cancel_requested", who, reason)
    return Change(settled(told, at, who), committed=Goods({place: -units for place, units in released.items()}))


def _goods(line: OrderLine) -> Goods:
    return sum((line.goods(part.warehouse, part.quantity) for part in line.allocations), Goods())


def _without_the_rest(order: Order, line: OrderLine) -> OrderLine:
    shipped = shipped_from(order, line.id)
    allocations = tuple(Allocation(warehouse=warehouse, quantity=units) for warehouse, units in shipped.items())
    left = line.quantity - line.elsewhere - sum(shipped.values())
    return line.model_copy(update={"allocations": allocations, "cancelled": left})


def shipped_from(order: Order, line_id: str) -> dict[WarehouseId, int]:
    """Units of a line that have left, by warehouse."""
    units: dict[WarehouseId, int] = {}
    for work in order.fulfilments:
        if gone := work.shipped[line_id]:
            units[work.warehouse] = units.get(work.warehouse, 0) + gone
    return units


def _stopped(work: FulfilmentOrder) -> FulfilmentOrder:
    if not work.is_open:
        return work
    gone = work.shipped
    status = FulfilmentStatus.SHIPPED if gone else FulfilmentStatus.CANCELLED
    lines = parts_of(gone) or work.lines
    return work.model_copy(update={"status": status, "lines": lines})
