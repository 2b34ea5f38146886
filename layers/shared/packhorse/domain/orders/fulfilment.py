"""Steps of fulfilment orders: requested from their fulfiller, overdue, ended."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Literal

from packhorse.domain.configuration.warehouse import WarehouseKind
from packhorse.domain.errors import NotNow
from packhorse.domain.orders.exceptions import with_exception, without_refused_answer
from packhorse.domain.orders.fulfilment_order import FulfilmentOrder, FulfilmentStatus
from packhorse.domain.orders.order import Order, OrderException
from packhorse.domain.orders.shipping import fulfilment_order_of
from packhorse.domain.orders.status import with_status
from packhorse.domain.orders.updates import with_entry, with_fulfilment
from packhorse.domain.problem import Cause
from packhorse.domain.values import Value


class WaitOutcome(Value):
    """How the execution's wait for a fulfilment order ended; `overdue`: its task token was not answered in time."""

    fulfilment: int
    outcome: Literal["shipped", "cancelled", "rejected", "overdue"]


def requested(order: Order, number: int, token: str, at: datetime) -> Order:
    """Return the order after a fulfilment order was requested; `token` is the task token that its execution waits with.

    A fulfilment order that is past `queued` gets the token and keeps its status.
    """
    fulfilment = fulfilment_order_of(order, number)
    sent = fulfilment.replace(status=FulfilmentStatus.REQUESTED, token=token)
    if fulfilment.status is not FulfilmentStatus.QUEUED:
        return with_fulfilment(order, sent.replace(status=fulfilment.status))
    return with_entry(with_fulfilment(order, sent), at, "handed_over", "packhorse", fulfilment.warehouse)


def accepted(order: Order, number: int, at: datetime, who: str) -> Order:
    """Return the order after the fulfiller accepted a fulfilment order; one that has parcels stays as it is.

    Raises NotNow for one that was withdrawn: the fulfiller may ship what another one ships, too.
    """
    fulfilment = fulfilment_order_of(order, number)
    if fulfilment.is_taken_back or fulfilment.status in (FulfilmentStatus.CANCELLED, FulfilmentStatus.REJECTED):
        state = "taken back" if fulfilment.is_taken_back else fulfilment.status
        raise NotNow(f"it is {state}: the fulfiller is not to ship it")
    if fulfilment.status not in (FulfilmentStatus.QUEUED, FulfilmentStatus.REQUESTED):
        return order
    taken = with_fulfilment(order, fulfilment.replace(status=FulfilmentStatus.ACCEPTED))
    entered = with_entry(without_refused_answer(taken, number), at, "accepted", who, fulfilment.warehouse)
    return with_status(entered, at, who)


def accepted_by_partner(order: Order, number: int, at: datetime, who: str) -> Order:
    """Return the order after its supplier or partner accepted a fulfilment order; raises NotNow for one of our own."""
    fulfilment = fulfilment_order_of(order, number)
    if fulfilment.kind is WarehouseKind.OWN:
        raise NotNow(f"{fulfilment.warehouse} is a warehouse of our own: its people open the box at a bench")
    return accepted(order, number, at, who)


def finished(order: Order, attempt: int, outcomes: Iterable[WaitOutcome], at: datetime) -> Order:
    """Return the order after the wait of an attempt, with an exception for each open fulfilment order that is overdue.

    One that another attempt waits for by now is not.
    """
    for outcome in outcomes:
        fulfilment = fulfilment_order_of(order, outcome.fulfilment)
        if outcome.outcome == "overdue" and fulfilment.is_open and fulfilment.attempt == attempt:
            order = with_overdue_exception(order, fulfilment, at)
    return order


def with_overdue_exception(order: Order, fulfilment: FulfilmentOrder, at: datetime) -> Order:
    """Return the order with an exception that says that the fulfilment order is overdue."""
    message = f"fulfilment {fulfilment.number}: {fulfilment.warehouse} has not shipped it in time"
    overdue = OrderException(cause=Cause.OVERDUE, fulfilment=fulfilment.number, message=message, opened_at=at)
    return with_exception(order, overdue)


def newly_ended(before: Order, order: Order) -> Iterator[FulfilmentOrder]:
    """Yield the fulfilment orders that were open before and have ended, were taken back, or have another execution."""
    open_before = {fulfilment.id: fulfilment for fulfilment in before.fulfilments if fulfilment.is_open}
    for fulfilment in (each for each in order.fulfilments if each.id in open_before):
        earlier = open_before[fulfilment.id]
        is_taken_back_now = fulfilment.is_taken_back and not earlier.is_taken_back
        if not fulfilment.is_open or is_taken_back_now or fulfilment.earlier_tokens != earlier.earlier_tokens:
            yield fulfilment
