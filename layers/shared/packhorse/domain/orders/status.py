"""The status of an order: what it is derived from, and which status may follow which."""

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import datetime

from packhorse.domain.labels.label import Label, LabelState
from packhorse.domain.orders.cancelling import with_overtaken
from packhorse.domain.orders.closed_boxes import with_changed_boxes
from packhorse.domain.orders.exceptions import with_exception
from packhorse.domain.orders.merging import why_it_leaves, without_merge
from packhorse.domain.orders.order import Order, OrderException, Status
from packhorse.domain.orders.past_exceptions import DELETED, deletion, is_past
from packhorse.domain.orders.past_tries import without_past_tries
from packhorse.domain.orders.updates import with_entry, with_fulfilment
from packhorse.domain.problem import Cause

MOVES: Mapping[Status, frozenset[Status]] = {
    Status.AWAITING_PAYMENT: frozenset(Status) - {Status.AWAITING_PAYMENT},
    Status.OPEN: frozenset({Status.IN_FULFILMENT, Status.PARTIALLY_SHIPPED, Status.COMPLETE, Status.CANCELLED}),
    Status.IN_FULFILMENT: frozenset({Status.OPEN, Status.PARTIALLY_SHIPPED, Status.COMPLETE, Status.CANCELLED}),
    Status.PARTIALLY_SHIPPED: frozenset({Status.OPEN, Status.IN_FULFILMENT, Status.COMPLETE, Status.CANCELLED}),
    Status.COMPLETE: frozenset({Status.OPEN, Status.IN_FULFILMENT, Status.PARTIALLY_SHIPPED, Status.CANCELLED}),
    Status.CANCELLED: frozenset({Status.AWAITING_PAYMENT, Status.OPEN}),
}
"""Which status is expected to follow which. A complete order opens again when its channel adds units to it, or a label
is voided, which takes `shipped` back: to any status that fits what is left then. An order of which the channel had
removed every line opens when it adds some. An order with `cancelled_at` stays cancelled.

Any other move is a bug. It is recorded all the same, since what led to it has happened: see `UNFORESEEN`."""
UNFORESEEN = "status_unforeseen"
"""The timeline entry of a move that is not in MOVES; its commit logs it as an error, for which an alarm rings."""


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
    """Return the order with its derived status and without past exceptions.

    The timeline says when it becomes over, and when it moves as it should not.
    """
    status = status_of(order)
    order = with_changed_boxes(_with_unused_labels(with_overtaken(order, at), at), at)
    order = without_past_merges(order, at)
    if status != order.status and status not in MOVES[order.status]:
        order = with_entry(order, at, UNFORESEEN, "packhorse", f"{order.status} to {status}")
    moved = order.replace(status=status)
    if order.is_over and not moved.is_over:
        moved = _held_later(moved, at)
    moved = moved.replace(exceptions=tuple(each for each in moved.exceptions if not is_past(each, moved)))
    moved = without_past_tries(moved)
    if status == order.status or not moved.is_over:
        return moved
    return with_entry(moved, at, "completed" if status is Status.COMPLETE else "cancelled", who)


def _held_later(order: Order, at: datetime) -> Order:
    """Return an order that goes on, held by its `later_holds`; a deletion is an exception again."""
    later = order.later_holds
    order = order.replace(holds=(*order.holds, *later), later_holds=())
    for hold in later:
        order = with_entry(order, at, "held", hold.owner, hold.reason)
    return with_exception(order, deletion(at)) if any(hold.id == DELETED for hold in order.holds) else order


def _with_unused_labels(order: Order, at: datetime) -> Order:
    """Return the order with an exception for each label that was bought and has nothing left to be sent by it."""
    for number, label in _unused_labels(order):
        fulfilment = order.fulfilment(number)
        if fulfilment is None:
            continue
        unused = label.replace(state=LabelState.UNUSED)
        labels = tuple(unused if each == label else each for each in fulfilment.labels)
        order = with_fulfilment(order, fulfilment.replace(labels=labels))
        if not label.holder:  # else the parcel leaves with what is of other orders
            order = with_exception(order, _unused(number, label, at))
    return order


def _unused_labels(order: Order) -> Iterator[tuple[int, Label]]:
    """Yield the labels, each with the number of its fulfilment order, none of whose units is left to send."""
    for fulfilment in order.fulfilments:
        for label in fulfilment.labels:
            is_bought = label.state is LabelState.BOUGHT and not fulfilment.parcel_of(label)
            has_left = any(parcel.is_named(label.tracking) for parcel in fulfilment.parcels)  # its channel says so
            if is_bought and not has_left and not Counter(label.units) & fulfilment.remaining:
                yield fulfilment.number, label


def without_past_merges(order: Order, at: datetime) -> Order:
    """Return the order without the merges that do not fit it any more: held, ended, or to another place."""
    for fulfilment in order.fulfilments:
        reason = why_it_leaves(order, fulfilment)
        if fulfilment.merge and reason:
            order = without_merge(order, fulfilment, reason, at, "packhorse")
    return order


def _unused(number: int, label: Label, at: datetime) -> OrderException:
    message = f"fulfilment {number}: nothing is left to send by its label {label.name}"
    if label.shares:
        message += f"; parcels of {len(label.shares)} other orders may leave with it: void it only if none does"
    return OrderException(
        cause=Cause.LABEL_UNUSED, fulfilment=number, tracking=(label.name,), message=message, opened_at=at
    )
