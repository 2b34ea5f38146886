"""Hand fulfilment orders over to our own warehouses."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import partial

from packhorse.aws.executions import answer_token
from packhorse.aws.telemetry import add_metric, logger
from packhorse.domain.orders.change import Change
from packhorse.domain.orders.fulfilment import requested
from packhorse.domain.orders.order import Order
from packhorse.domain.orders.shipping import fulfilment_order_of
from packhorse.messages.own import HandOver
from packhorse.usecases.change_orders import change_orders


def hand_over(messages: Mapping[str, HandOver], now: datetime) -> set[str]:
    """Put fulfilment orders before their warehouses and keep the tokens; return the messages to be delivered again."""
    return change_orders(messages, partial(request_fulfilment, now=now), follow_up, now)


def request_fulfilment(order: Order, message: HandOver, now: datetime) -> Change:
    """Return the order with the fulfilment order requested.

    One that has ended, or whose execution was given up for lost and replaced, stays as it is.
    """
    work = fulfilment_order_of(order, message.fulfilment)
    if not work.is_open or work.attempt != message.attempt:
        return Change(order)
    return Change(requested(order, message.fulfilment, message.token, now))


def follow_up(before: Order, after: Order, messages: Sequence[HandOver]) -> None:
    """Answer the executions of fulfilment orders that have ended meanwhile."""
    for message in messages:
        work = fulfilment_order_of(after, message.fulfilment)
        if not work.is_open:
            answer_token(message.token, work)
    if after != before:
        logger.info("fulfilment requested", extra={"order_id": after.id, "fulfilments": len(messages)})
        add_metric("FulfilmentsRequested", len(messages))
