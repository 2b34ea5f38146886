"""Take in the messages of channels: create new orders, and change those that are stored."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from packhorse.aws.bucket import store_payload
from packhorse.aws.queues import message_body
from packhorse.aws.telemetry import logger
from packhorse.channels import CHANNELS
from packhorse.domain.configuration.channel import Channel
from packhorse.domain.configuration.configuration import Configuration
from packhorse.domain.orders import deleting, intake
from packhorse.domain.orders.awaited import is_ignored
from packhorse.domain.orders.change import Change
from packhorse.domain.orders.channel_order import ChannelOrder
from packhorse.domain.orders.erasing import without_buyer
from packhorse.domain.orders.order import Order
from packhorse.domain.orders.steps import without_ended_holds
from packhorse.domain.problem import Cause, Origin, Problem, Subject
from packhorse.domain.values import ChannelId, OrderId
from packhorse.messages.orders import Message, OrderDeleted, OrderReceived
from packhorse.store import exceptions

Pending = Mapping[OrderId, Sequence[Message]]
"""Messages by order; earlier orders are routed first."""

QUEUE = Origin(queue="orders")


class StoredOrder(NamedTuple):
    """An order of a batch: its id, its messages, and the order as it is stored (None: not yet)."""

    id: OrderId
    messages: Sequence[Message]
    order: Order | None

    @property
    def is_new(self) -> bool:
        """Whether nothing of it is stored but that its channel may have deleted it."""
        return self.order is None or self.order.is_placeholder

    @property
    def line_count(self) -> int:
        """The number of its lines, as it is stored or as a message has it."""
        received = (len(message.order.lines) for message in self.messages if isinstance(message, OrderReceived))
        return max((*received, len(self.order.lines) if self.order else 0))


class AdvancedOrder(NamedTuple):
    """The change of an order of a batch; `more`: the order is to be advanced again once that is written."""

    stored: StoredOrder
    change: Change
    more: bool = False

    @property
    def is_changed(self) -> bool:
        """Whether the order is to be written."""
        return self.change.order != self.stored.order


class StageResult(NamedTuple):
    """The outcomes of a stage; orders that `failed` have none and are tried again later."""

    outcomes: tuple[AdvancedOrder, ...]
    failed: frozenset[OrderId]


def apply_messages(batch: Iterable[StoredOrder], config: Configuration, now: datetime) -> StageResult:
    """Apply the messages to the orders; one that raises fails alone."""
    outcomes: list[AdvancedOrder] = []
    failed: set[OrderId] = set()
    for stored in batch:
        try:
            change = apply_to_order(stored.order, stored.messages, config, now)
        except Exception:
            logger.exception("order not taken in", extra={"order_id": stored.id})
            failed.add(stored.id)
            continue
        if change:
            outcomes.append(AdvancedOrder(stored, change))
    return StageResult(tuple(outcomes), frozenset(failed))


def apply_to_order(
    order: Order | None, messages: Collection[Message], config: Configuration, now: datetime
) -> Change | None:
    """Apply the channel's messages, oldest first; return None if no order comes of them.

    A message of an unknown channel, or under the id of another order, becomes an exception.
    """
    change = Change(without_ended_holds(order, now)) if order and not order.is_placeholder else None
    for message in sorted((m for m in messages if isinstance(m, OrderReceived)), key=by_age):
        channel = config.channels.get(ChannelId(message.order.channel))
        if channel is None:
            reject_message(message, Cause.UNKNOWN_CHANNEL, "its channel is not set up", now)
            continue
        received = intake.as_connected(message.order, channel, config.warehouses)
        is_first = change is None or not change.order.is_heard
        if change is None:
            change = first_change(received, channel, message.who, now)
        elif intake.is_other_order(change.order, received):
            reject_message(message, Cause.ORDER_EXISTS, f"{message.who} placed it under the id of another order", now)
        else:
            received = without_buyer(received) if change.order.erased_at else received
            change = change.then(intake.updated(change.order, received, now, message.who, restock=config.restock))
        if change and received.lists_parcels and CHANNELS[channel.kind].is_notified:
            change = change._replace(order=intake.notifiable(change.order, is_first=is_first))
    return after_deletion(order, change, messages, now)


def after_deletion(
    order: Order | None, change: Change | None, messages: Collection[Message], now: datetime
) -> Change | None:
    """Return the change with what follows if the channel deletes the order, or had before it was received."""
    deletions = [message for message in messages if isinstance(message, OrderDeleted)]
    if change is None and deletions and not order:
        return Change(deleting.placeholder(deletions[0].order, now, deletions[0].who))
    if change is None:
        return None
    if order and order.is_placeholder:
        change = change._replace(order=change.order.replace(version=order.version))
    if not deletions and not (order and order.is_placeholder and not is_restored_in(order, messages)):
        return change
    who = deletions[0].who if deletions else f"channel:{change.order.channel}"
    return change._replace(order=deleting.deleted(change.order, now, who))


def is_restored_in(order: Order, messages: Iterable[Message]) -> bool:
    """Return whether one of the messages is of the time after the channel deleted the order."""
    received = (message.order for message in messages if isinstance(message, OrderReceived))
    return any(deleting.is_restored(order, each) for each in received)


def first_change(received: ChannelOrder, channel: Channel, who: str, now: datetime) -> Change | None:
    """Return the new order of a message; None, with a log line, for an order that stays out."""
    if not is_ignored(received, channel):
        return intake.new_order(received, now, who)
    why = {
        "is_archived": received.is_archived,
        "only_if_stored": received.only_if_stored,
        "placed_at": received.placed_at,
        "ignore_before": channel.ignore_before,
    }
    order = {"channel": received.channel, "channel_order_id": received.channel_order_id}
    logger.info("order ignored", extra={**order, **why})
    return None


def resolve_mended(stored: Iterable[StoredOrder]) -> None:
    """Resolve the exceptions about messages of orders that are stored by now, in whatever way they came."""
    newest: dict[Subject, datetime] = {}
    for message in (message for each in stored for message in each.messages):
        if isinstance(message, OrderReceived):
            subject = Subject.of_channel_order(message.order.channel, message.order.channel_order_id)
            newest[subject] = max(newest.get(subject, message.order.modified_at), message.order.modified_at)
    if newest:
        exceptions.resolve_mended(newest)


def by_age(message: OrderReceived) -> tuple[datetime, datetime]:
    """Return the sort key of a message: the order's time, then the time at which the channel sent it."""
    order = message.order
    return order.modified_at, order.triggered_at or order.modified_at


def reject_message(message: OrderReceived, cause: Cause, reason: str, now: datetime) -> None:
    """Store a message that changes no order, and open an exception."""
    subject = Subject.of_channel_order(message.order.channel, message.order.channel_order_id)
    raw = store_message(message, now)
    exceptions.open_exception(Problem(cause=cause, subject=subject, message=reason, origin=QUEUE, raw=raw), now)


def store_message(message: OrderReceived, now: datetime) -> str:
    """Store a message for a retry; return its key in the bucket."""
    return store_payload(f"told/{message.order.channel}", message_body(message).encode(), now)
