"""The status of an order: what it follows from, and what may follow what."""

from collections.abc import Mapping
from datetime import datetime

from packhorse.domain.orders.fulfilment_order import FulfilmentOrder
from packhorse.domain.orders.order import Order, OrderException, Status
from packhorse.domain.orders.updates import with_entry
from packhorse.domain.problem import Cause

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


def with_status(order: Order, at: datetime, who: str) -> Order:
    """The order with the status that it has come to, and without exceptions that are past; its end is told."""
    status = status_of(order)
    current = tuple(problem for problem in order.exceptions if not _is_past(problem, order))
    if status != order.status and status not in MOVES[order.status]:
        raise AssertionError(f"order {order.id} cannot go from {order.status} to {status}")
    moved = order.replace(status=status, exceptions=current)
    if status == order.status or not moved.is_over:
        return moved
    return with_entry(moved, at, "completed" if status is Status.COMPLETE else "cancelled", who)


NOT_ROUTED = frozenset({Cause.UNMATCHED_SKU, Cause.EXCLUDED_WAREHOUSE})
"""Exceptions that are about units without a warehouse."""


def _is_past(problem: OrderException, order: Order) -> bool:
    """Whether there is nothing left to do about it: the units are gone, or the work that was late has ended."""
    if problem.cause in NOT_ROUTED:
        return not any(line.id == problem.line and line.unallocated for line in order.lines)
    return any(is_late(problem, work) and not work.is_open for work in order.fulfilments)


def is_late(problem: OrderException, work: FulfilmentOrder) -> bool:
    """Return whether the exception says that this work is overdue."""
    return problem.cause == Cause.OVERDUE and problem.fulfilment == work.number
