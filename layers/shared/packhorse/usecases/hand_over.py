"""Hand fulfilment orders over: to people of our own warehouses, or to a supplier, whose next batch has them."""

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
    """Request fulfilment orders and store their task tokens; return the messages to be delivered again."""
    return change_orders(messages, partial(request_fulfilment, now=now), answer_ended, now)


def request_fulfilment(order: Order, message: HandOver, now: datetime) -> Change:
    """Return the order with the fulfilment order requested.

    A fulfilment order that has ended, or belongs to a newer attempt than the message, stays as it is.
    """
    fulfilment = fulfilment_order_of(order, message.fulfilment)
    if not fulfilment.is_open or fulfilment.attempt != message.attempt:
        return Change(order)
    return Change(requested(order, message.fulfilment, message.token, now))


def answer_ended(before: Order, after: Order, messages: Sequence[HandOver]) -> None:
    """Answer the task tokens of fulfilment orders that had ended, or were taken back, before they were requested."""
    for message in messages:
        fulfilment = fulfilment_order_of(after, message.fulfilment)
        if not fulfilment.is_open or fulfilment.attempt != message.attempt:
            answer_token(message.token, fulfilment)
    if after != before:
        logger.info("fulfilment requested", extra={"order_id": after.id, "fulfilments": len(messages)})
        add_metric("FulfilmentsRequested", len(messages))
