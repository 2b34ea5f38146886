"""Hand fulfilment orders over: to people of our own warehouses, to a supplier, whose next batch has them, to Amazon."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import partial

from packhorse.aws.executions import answer_token
from packhorse.aws.telemetry import add_metric, logger
from packhorse.domain.orders.change import Change
from packhorse.domain.orders.fulfilment import requested
from packhorse.domain.orders.leaving_labelled import shipped_after_hold
from packhorse.domain.orders.order import Order
from packhorse.domain.orders.shipping import fulfilment_order_of
from packhorse.messages.own import HandOver
from packhorse.store import configuration
from packhorse.usecases.amazon.attend_by_amazon import attend_to_unsent
from packhorse.usecases.orders.change_orders import change_orders


def hand_over(messages: Mapping[str, HandOver], now: datetime) -> set[str]:
    """Request fulfilment orders and store their task tokens; return the messages to be delivered again."""
    return change_orders(messages, partial(request_fulfilment, now=now), answer_ended, now)


def request_fulfilment(order: Order, message: HandOver, now: datetime) -> Change:
    """Return the order with the fulfilment order requested.

    A fulfilment order that has ended, or belongs to a newer attempt than the message, stays as it is. One that got its
    label while it was held is shipped by that.
    """
    fulfilment = fulfilment_order_of(order, message.fulfilment)
    if not fulfilment.is_open or fulfilment.attempt != message.attempt:
        return Change(order)
    order = requested(order, message.fulfilment, message.token, now)
    if not fulfilment.has_label:
        return Change(order)  # nearly always: the configuration is not read
    ships_on = configuration.current().ships_on(fulfilment.warehouse)
    return shipped_after_hold(order, fulfilment.number, ships_on, now)


def answer_ended(before: Order, after: Order, messages: Sequence[HandOver]) -> None:
    """Answer the task tokens of fulfilment orders that had ended, or were taken back, before they were requested.

    Have those sent that Amazon is to ship.
    """
    for message in messages:
        fulfilment = fulfilment_order_of(after, message.fulfilment)
        if not fulfilment.is_open or fulfilment.attempt != message.attempt:
            answer_token(message.token, fulfilment)
    attend_to_unsent(after)
    if after != before:
        logger.info("fulfilment requested", extra={"order_id": after.id, "fulfilments": len(messages)})
        add_metric("FulfilmentsRequested", len(messages))
