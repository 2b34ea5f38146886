"""Fulfilment orders: put before their warehouse, and ended."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Literal

from packhorse.domain.orders.exceptions import with_exception
from packhorse.domain.orders.fulfilment_order import FulfilmentOrder, FulfilmentStatus
from packhorse.domain.orders.order import Order, OrderException
from packhorse.domain.orders.shipping import fulfilment_order_of
from packhorse.domain.orders.updates import with_entry, with_fulfilment
from packhorse.domain.problem import Cause
from packhorse.domain.values import Value


class WaitOutcome(Value):
    """How the execution's wait for a fulfilment order ended; `overdue`: nobody answered in time."""

    fulfilment: int
    outcome: Literal["shipped", "cancelled", "rejected", "overdue"]


def requested(order: Order, number: int, token: str, at: datetime) -> Order:
    """The order once its warehouse has the work; `token` is what the execution waits with."""
    work = fulfilment_order_of(order, number)
    asked = work.replace(status=FulfilmentStatus.REQUESTED, token=token)
    if work.status is not FulfilmentStatus.QUEUED:
        return with_fulfilment(order, asked.replace(status=work.status))
    return with_entry(with_fulfilment(order, asked), at, "handed_over", "packhorse", work.warehouse)


def finished(order: Order, outcomes: Iterable[WaitOutcome], at: datetime) -> Order:
    """The order after its execution has ended; work that is overdue and still open is an exception."""
    for outcome in outcomes:
        work = fulfilment_order_of(order, outcome.fulfilment)
        if outcome.outcome == "overdue" and work.is_open:
            message = f"fulfilment {work.number}: {work.warehouse} has not shipped it in time"
            late = OrderException(cause=Cause.OVERDUE, fulfilment=work.number, message=message, opened_at=at)
            order = with_exception(order, late)
    return order


def newly_ended(before: Order, order: Order) -> Iterator[FulfilmentOrder]:
    """Yield the fulfilment orders that were open before and have ended."""
    were_open = {work.id for work in before.fulfilments if work.is_open}
    return (work for work in order.fulfilments if work.id in were_open and not work.is_open)
