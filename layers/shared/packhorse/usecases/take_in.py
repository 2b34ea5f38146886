"""Take in what sources sent of orders: new orders, and changes of orders that are stored."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from packhorse.aws.bucket import keep_payload
from packhorse.aws.telemetry import logger
from packhorse.domain.advice import Origin
from packhorse.domain.configuration.configuration import Configuration
from packhorse.domain.orders import intake
from packhorse.domain.orders.change import Change
from packhorse.domain.orders.order import Order
from packhorse.domain.orders.restock import restocked
from packhorse.domain.values import ChannelId, OrderId
from packhorse.messages.orders import Advance, OrderTold
from packhorse.store import exceptions

Message = OrderTold | Advance
Pending = Mapping[OrderId, list[Message]]
"""What is to be done: messages by order; earlier orders are served first."""

QUEUE = Origin(queue="orders")


def taken_in(
    pending: Pending, known: Mapping[OrderId, Order], config: Configuration, now: datetime, failed: set[OrderId]
) -> dict[OrderId, Change]:
    """What the messages make of the orders; one that breaks fails alone."""
    taken = {}
    for order_id, messages in pending.items():
        try:
            change = told(known.get(order_id), messages, config, now)
        except Exception:
            logger.exception("order not taken in", extra={"order_id": order_id})
            failed.add(order_id)
            continue
        if change:
            taken[order_id] = change
    return taken


def told(order: Order | None, messages: Iterable[Message], config: Configuration, now: datetime) -> Change | None:
    """The order after all that was told of it, oldest first; None where it is none of ours."""
    change = Change(order) if order else None
    for message in sorted((m for m in messages if isinstance(m, OrderTold)), key=lambda m: m.order.modified_at):
        channel = config.channels.get(ChannelId(message.order.channel))
        if channel is None:
            turn_away(message, "unknown_channel", "its channel is not set up", now)
        elif change is None and not intake.is_ignored(message.order, channel):
            change = intake.opened(message.order, now, message.who)
        elif change is not None and intake.is_another(change.order, message.order):
            turn_away(message, "order_exists", f"{message.who} placed it under the id of another order", now)
        elif change is not None:
            news = intake.updated(change.order, message.order, now, message.who)
            change = change.then(restocked(change.order, news, config))
    return change


def turn_away(message: OrderTold, cause: str, problem: str, now: datetime) -> None:
    """Keeps a message that becomes no order, and has somebody look at it."""
    concerns = f"{message.order.channel} {message.order.channel_order_id}"
    exceptions.open_one(cause, concerns, problem, now, kept(message, now), QUEUE)


def kept(message: OrderTold, now: datetime) -> str:
    """Where a message is kept that did not become an order, so that it can be told again."""
    return keep_payload(f"told/{message.order.channel}", message.model_dump_json().encode(), now)
