"""The status of an order: what it is derived from, and which status may follow which."""

from collections.abc import Callable, Mapping
from datetime import datetime

from packhorse.domain.address import has_unknown_country, is_missing
from packhorse.domain.orders import reported
from packhorse.domain.orders.fulfilment_order import FulfilmentOrder, FulfilmentStatus, numbers_of
from packhorse.domain.orders.order import Hold, Order, OrderException, Status
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
"""Which status may follow which. A complete order opens again only when its channel adds units to it; so does an order
of which the channel had removed every line. An order with `cancelled_at` stays cancelled."""


def status_of(order: Order) -> Status:
    """Return the status that follows from lines, payment and fulfilment orders; holds make no difference."""
    shipped = order.shipped.total() + sum(line.elsewhere for line in order.lines)
    if sum(line.quantity - line.cancelled for line in order.lines) == shipped:
        return Status.COMPLETE if shipped else Status.CANCELLED
    if shipped:
        return Status.PARTIALLY_SHIPPED
    if not order.may_ship:
        return Status.AWAITING_PAYMENT
    return Status.IN_FULFILMENT if any(fulfilment.is_open for fulfilment in order.fulfilments) else Status.OPEN


def with_status(order: Order, at: datetime, who: str) -> Order:
    """Return the order with its derived status and without past exceptions; the timeline says when it becomes over."""
    status = status_of(order)
    if status != order.status and status not in MOVES[order.status]:
        raise AssertionError(f"order {order.id} cannot go from {order.status} to {status}")
    moved = order.replace(status=status)
    moved = moved.replace(exceptions=tuple(each for each in order.exceptions if not _is_past(each, moved)))
    if status == order.status or not moved.is_over:
        return moved
    return with_entry(moved, at, "completed" if status is Status.COMPLETE else "cancelled", who)


HAS_LEFT_US = frozenset({FulfilmentStatus.REQUESTED, FulfilmentStatus.ACCEPTED, FulfilmentStatus.SHIPPED})


def is_handed_over(order: Order) -> bool:
    """Return whether a warehouse has, or had shipped, a part of the order."""
    return any(fulfilment.status in HAS_LEFT_US for fulfilment in order.fulfilments)


DELETED = "deleted"
"""The id of the hold of an order that its channel deleted."""
IS_HELD_FOR: Mapping[str, Callable[[Hold], bool]] = {
    Cause.DELETED_IN_CHANNEL: lambda hold: hold.id == DELETED,
    Cause.SAME_ORDER: lambda hold: hold.other is not None,
}
"""Whether a hold goes with the exception of a cause, which ends with it."""

NOT_ROUTED = frozenset({Cause.UNMATCHED_SKU, Cause.EXCLUDED_WAREHOUSE})
"""Causes of exceptions about units without a warehouse."""


def _is_past(problem: OrderException, order: Order) -> bool:
    """Return whether the exception has no object any more.

    No unit lacks a warehouse, a table has the country, the order is over, or the overdue fulfilment order has ended.
    """
    if problem.cause == Cause.UNKNOWN_COUNTRY:
        return not has_unknown_country(order.ship_to) or order.is_over
    if problem.cause == Cause.NO_ADDRESS:
        return not is_missing(order.ship_to) or order.is_over
    if problem.cause in NOT_ROUTED:
        return not any(line.id == problem.line and line.unallocated for line in order.lines)
    if problem.cause in reported.FINDINGS:
        return reported.is_over(problem, order)
    if problem.cause == Cause.ADDRESS_CHANGED:
        return not is_handed_over(order)
    if problem.cause in IS_HELD_FOR:
        return order.is_over or not any(map(IS_HELD_FOR[problem.cause], order.holds))
    if problem.cause == Cause.SHIPMENT_REFUSED:
        return _is_recorded(problem, order)
    return any(is_late(problem, fulfilment) and not fulfilment.is_open for fulfilment in order.fulfilments)


def _is_recorded(problem: OrderException, order: Order) -> bool:
    """Return whether the order has the parcels that it refused, by their tracking numbers."""
    refused = numbers_of(problem.tracking)
    recorded = numbers_of(parcel.tracking for parcel in order.parcels)
    return bool(refused) and refused <= recorded


def is_late(problem: OrderException, fulfilment: FulfilmentOrder) -> bool:
    """Return whether the exception says that this fulfilment order is overdue."""
    return problem.cause == Cause.OVERDUE and problem.fulfilment == fulfilment.number
