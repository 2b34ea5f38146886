"""Fulfilment orders of which Amazon says what does not fit what is recorded here: a person finds out what is so."""

from datetime import datetime

from packhorse.domain.orders.exceptions import with_current_exception, without_difference
from packhorse.domain.orders.mcf import McfStatus
from packhorse.domain.orders.order import Order, OrderException
from packhorse.domain.orders.parcel import words_of
from packhorse.domain.orders.shipping import fulfilment_order_of
from packhorse.domain.problem import Cause


def with_difference(order: Order, number: int, status: McfStatus | None, at: datetime) -> Order:
    """Return the order with, or without, the exception that Amazon ships no more of it though units are to leave here.

    `status` is that of Amazon's order, None if Amazon does not know it any more.
    """
    fulfilment = fulfilment_order_of(order, number)
    left = words_of(fulfilment.remaining)
    if not fulfilment.is_open or not left or status not in (None, McfStatus.COMPLETE):
        return without_difference(order, number)
    said = "Amazon says that all of it has left" if status else "Amazon does not know it any more"
    message = f"fulfilment {number}: {said}; recorded here as still to leave: {left}"
    problem = OrderException(cause=Cause.AMAZON_DIFFERS, fulfilment=number, message=message, opened_at=at)
    return with_current_exception(order, problem)
