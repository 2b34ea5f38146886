"""The orders queue: orders as their sources sent them, and orders to advance.

A file or a poll with many orders sends some of them and a *mark* behind these, and the next ones once that is received.

It is a standard queue. Orders have a message group, their *lane*: what a channel sends by itself its own, a file and
what is polled another. SQS delivers what is in quiet lanes before what is in a lane that most of its work is about
(fair queues); a message without a lane counts as quiet.
"""

from collections.abc import Iterable
from typing import Annotated, Literal

from pydantic import Field, TypeAdapter

from packhorse.aws.queues import message_batches, message_body, send_bodies, send_entries
from packhorse.aws.settings import settings
from packhorse.domain.orders.channel_order import ChannelOrder, DeletedOrder
from packhorse.domain.schema import Document, Reader
from packhorse.domain.values import Identifier, Label, OrderId, OrderIdText, Value


class OrderReceived(Value):
    """An order as its source sent it; `who` is the sender for the timeline, `raw` the key of the stored payload."""

    kind: Literal["order"] = "order"
    order: ChannelOrder
    who: Label
    raw: Label = ""

    @property
    def order_id(self) -> OrderId:
        """The order that it is about."""
        return self.order.order_id


class OrderDeleted(Value):
    """An order that its channel has deleted; `who` is the sender for the timeline."""

    kind: Literal["deleted"] = "deleted"
    order: DeletedOrder
    who: Label
    raw: Label = ""

    @property
    def order_id(self) -> OrderId:
        """The order that it is about."""
        return self.order.order_id


class AdvanceOrder(Value):
    """Advance the order: do what follows from its state and is not done yet.

    `for_labels`: it is sent again as long as a label of the order is at its carrier. `foreseen`: it was sent before the
    order was written, by an invocation that serves backorders and is repeated after a crash.
    """

    kind: Literal["advance"] = "advance"
    order_id: OrderIdText
    for_labels: bool = False
    foreseen: bool = False


class CompareOrder(Value):
    """Search for the same order under another id once more, by its visible number."""

    kind: Literal["compare"] = "compare"
    order_id: OrderIdText


class ContinueUpload(Value):
    """Mark behind the orders that a file sent: have it send those of its next window, by that number."""

    kind: Literal["upload"] = "upload"
    upload: Label
    window: int


class ContinuePoll(Value):
    """Mark behind the orders that a poll sent: have it go on."""

    kind: Literal["poll"] = "poll"
    channel: Identifier


MAX_AHEAD = 800
"""Orders of a file, or of a poll, that are on the queue at most: what all consumers of the queue take at once."""

Message = OrderReceived | OrderDeleted | AdvanceOrder | CompareOrder
Mark = ContinueUpload | ContinuePoll
OrderMessage = Annotated[Message | Mark, Field(discriminator="kind")]


def from_schema_1(message: Document) -> Document:
    """Add `by_hand`, which schema 1 has as the beginning of the order's source."""
    order = message.get("order")
    if not isinstance(order, dict):
        return message
    return {**message, "order": {**order, "by_hand": str(order.get("source", "")).startswith("manual ")}}


ORDER_MESSAGE: Reader[Message | Mark] = Reader(TypeAdapter(OrderMessage), {1: from_schema_1})


def send_orders(orders: Iterable[ChannelOrder | DeletedOrder], who: str, raw: str = "", lane: str = "") -> None:
    """Send the orders to the orders queue, in this lane or in that of their channel.

    Raises Unavailable if one of them was not accepted.
    """
    entries = (
        {"MessageBody": message_body(_message(order, who, raw)), "MessageGroupId": lane or order.channel}
        for order in orders
    )
    for batch in message_batches(entries):
        send_entries(settings.orders_queue_url, batch)


def send_mark(mark: Mark, lane: str) -> None:
    """Send a mark behind the orders of a lane."""
    send_entries(settings.orders_queue_url, [{"MessageBody": message_body(mark), "MessageGroupId": lane}])


def _message(order: ChannelOrder | DeletedOrder, who: str, raw: str) -> OrderReceived | OrderDeleted:
    if isinstance(order, DeletedOrder):
        return OrderDeleted(order=order, who=who, raw=raw)
    return OrderReceived(order=order, who=who, raw=raw)


def send_advance(
    order_ids: Iterable[OrderId], delay: int = 0, *, for_labels: bool = False, foreseen: bool = False
) -> None:
    """Send a message to advance each order, delivered after `delay` seconds."""
    messages = (AdvanceOrder(order_id=each, for_labels=for_labels, foreseen=foreseen) for each in order_ids)
    bodies = map(message_body, messages)
    for batch in message_batches({"MessageBody": body, "DelaySeconds": delay} for body in bodies):
        send_entries(settings.orders_queue_url, batch)


def send_comparison(order_id: OrderId, delay: int) -> None:
    """Send a message to compare an order with others, delivered after `delay` seconds."""
    send_bodies(settings.orders_queue_url, [message_body(CompareOrder(order_id=order_id))], delay)
