"""Steps that people and channels request of an order: pay, hold, release, cancel."""

from datetime import datetime

from packhorse.domain.errors import NotNow
from packhorse.domain.orders.change import Change
from packhorse.domain.orders.fulfilment_order import FulfilmentOrder, FulfilmentStatus, parts_of
from packhorse.domain.orders.order import Hold, Order, OrderLine, Status, shipped_from
from packhorse.domain.orders.restock import RestockRule, restocked
from packhorse.domain.orders.status import with_status
from packhorse.domain.orders.updates import with_entry, with_lines
from packhorse.domain.routing.decision import Allocation
from packhorse.domain.stock.goods import Goods


def paid(order: Order, paid_at: datetime, at: datetime, who: str) -> Order:
    """The order once its money is there (`paid_at`; we heard of it `at`); paid twice is paid."""
    if order.status is Status.CANCELLED:
        raise NotNow("a cancelled order cannot be paid")
    if order.paid_at is not None:
        return order
    return with_status(with_entry(order.replace(paid_at=paid_at), at, "paid", who), at, who)


def with_hold(order: Order, hold: Hold) -> Order:
    """The order with one more hold; it keeps its stock and is not handed over."""
    if order.is_over:
        raise NotNow(f"the order is {order.status}; there is nothing to hold")
    if any(known.id == hold.id for known in order.holds):
        return order
    kept = order.replace(holds=(*order.holds, hold))
    return with_entry(kept, hold.placed_at, "held", hold.owner, hold.reason)


def without_hold(order: Order, hold_id: str | None, at: datetime, who: str) -> Order:
    """The order without that hold, or without any; raises NotNow where there is none such."""
    left = tuple(hold for hold in order.holds if hold_id is not None and hold.id != hold_id)
    if left == order.holds:
        raise NotNow("the order has no such hold")
    return with_entry(order.replace(holds=left), at, "released", who)


def cancelled(order: Order, at: datetime, who: str, reason: str = "", *, restock: RestockRule) -> Change:
    """The order with all that has not shipped cancelled, its stock given back as the warehouses' rule has it.

    A part-shipped order is complete with what it got; a complete one cannot be cancelled (that is a return).
    """
    if order.status is Status.CANCELLED:
        return Change(order)
    if order.status is Status.COMPLETE:
        raise NotNow("everything has shipped: a return, not a cancellation")
    kept = {line.id: _without_the_rest(order, line) for line in order.lines}
    released = sum((_goods(line) - _goods(kept[line.id]) for line in order.lines), Goods())
    works = tuple(_stopped(work) for work in order.fulfilments)
    ended = with_lines(order, kept).replace(fulfilments=works, holds=(), cancelled_at=order.cancelled_at or at)
    ended = with_status(with_entry(ended, at, "cancel_requested", who, reason), at, who)
    given_back = Goods({place: -units for place, units in released.items()})
    return restocked(order, Change(ended, committed=given_back), restock)


def _goods(line: OrderLine) -> Goods:
    return sum((line.goods(part.warehouse, part.quantity) for part in line.allocations), Goods())


def _without_the_rest(order: Order, line: OrderLine) -> OrderLine:
    shipped = shipped_from(order, line.id)
    allocations = tuple(Allocation(warehouse=warehouse, quantity=units) for warehouse, units in shipped.items())
    left = line.quantity - line.elsewhere - sum(shipped.values())
    return line.replace(allocations=allocations, cancelled=left)


def _stopped(work: FulfilmentOrder) -> FulfilmentOrder:
    if not work.is_open:
        return work
    gone = work.shipped
    status = FulfilmentStatus.SHIPPED if gone else FulfilmentStatus.CANCELLED
    lines = parts_of(gone) or work.lines
    return work.replace(status=status, lines=lines)
