"""Orders that are held for a person, since Amazon cannot ship what it was to, and requests to it to keep units back."""

from collections import Counter
from datetime import datetime

from packhorse.domain.orders.cancelling import RequestedBack, with_request
from packhorse.domain.orders.change import Change
from packhorse.domain.orders.exceptions import with_current_exception
from packhorse.domain.orders.fulfilment_order import FulfilmentOrder, FulfilmentStatus
from packhorse.domain.orders.order import Hold, Order, OrderException
from packhorse.domain.orders.past_exceptions import UNFULFILLABLE_HOLD
from packhorse.domain.orders.releasing import with_less
from packhorse.domain.orders.restock import RestockRule
from packhorse.domain.orders.shipping import fulfilment_order_of
from packhorse.domain.orders.status import with_status
from packhorse.domain.orders.steps import with_hold
from packhorse.domain.orders.taking_back import cancellation_accepted
from packhorse.domain.orders.updates import with_entry, with_fulfilment
from packhorse.domain.problem import Cause
from packhorse.domain.values import Units

WHOLE_ORDER = 1
"""Marks a request as sent: it is about the whole order at Amazon, which has no batches."""


def held_for_person(
    order: Order, number: int, lost: Units, reason: str, at: datetime, *, restock: RestockRule
) -> Change:
    """Return the order on hold, with the units that Amazon cannot ship kept at its warehouse and not handed over.

    A person moves their lines elsewhere or mends what Amazon refuses, and releases the order.
    """
    fulfilment = fulfilment_order_of(order, number)
    why = f"Amazon cannot ship it: {reason}"[:255]
    hold = Hold(id=f"{UNFULFILLABLE_HOLD}{fulfilment.id}", reason=why, owner="packhorse", placed_at=at)
    if not fulfilment.is_with_partner:  # Amazon never got it: a person may move its lines
        less = with_less(fulfilment, fulfilment.remaining, FulfilmentStatus.CANCELLED)
        order = with_fulfilment(order, less)
    held = with_hold(order, hold)
    problem = OrderException(
        cause=Cause.UNFULFILLABLE, fulfilment=number, message=f"fulfilment {number}: {why}", opened_at=at
    )
    change = Change(with_status(with_current_exception(held, problem), at, "packhorse"))
    if not fulfilment.is_with_partner:
        return change
    kept = cancellation_accepted(change.order, number, at, "packhorse", restock=restock, units=lost)
    return change.then(kept)


def with_whole_request(order: Order, number: int, at: datetime) -> Order:
    """Return the order with a request about units of a fulfilment order made one about all that Amazon has, and sent.

    Amazon keeps back whole orders only: what is not unwanted stays allocated, and is handed over again.
    """
    fulfilment = fulfilment_order_of(order, number)
    found = fulfilment.cancellation
    if found is None or not found.is_pending or found.batch is not None:
        return order
    wanted = RequestedBack(
        fulfilment.remaining, Counter(found.unwanted), elsewhere=found.elsewhere, reason=found.reason
    )
    order = with_request(order, fulfilment, wanted, at, found.who)
    return with_status(_sent(order, fulfilment_order_of(order, number), at), at, "packhorse")


def _sent(order: Order, fulfilment: FulfilmentOrder, at: datetime) -> Order:
    if fulfilment.cancellation is None:
        return order
    sent = fulfilment.cancellation.replace(batch=WHOLE_ORDER)
    changed = with_fulfilment(order, fulfilment.replace(cancellation=sent))
    return with_entry(changed, at, "cancellation_sent", "packhorse", fulfilment.warehouse)
