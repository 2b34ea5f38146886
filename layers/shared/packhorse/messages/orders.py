"""The orders queue: orders as their sources sent them, and orders to advance."""

from collections.abc import Iterable
from typing import Annotated, Literal

from pydantic import Field, TypeAdapter

from packhorse.aws.queues import message_batches, message_body, send_bodies
from packhorse.aws.settings import settings
from packhorse.domain.orders.channel_order import ChannelOrder, DeletedOrder
from packhorse.domain.schema import Document, Reader
from packhorse.domain.values import Label, OrderId, OrderIdText, Value


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
    """Advance the order: do what follows from its state and is not done yet."""

    kind: Literal["advance"] = "advance"
    order_id: OrderIdText


class CompareOrder(Value):
    """Search for the same order under another id once more, by its visible number."""

    kind: Literal["compare"] = "compare"
    order_id: OrderIdText


Message = OrderReceived | OrderDeleted | AdvanceOrder | CompareOrder
OrderMessage = Annotated[Message, Field(discriminator="kind")]


def from_schema_1(message: Document) -> Document:
    """Add `by_hand`, which schema 1 has as the beginning of the order's source."""
    order = message.get("order")
    if not isinstance(order, dict):
        return message
    return {**message, "order": {**order, "by_hand": str(order.get("source", "")).startswith("manual ")}}


ORDER_MESSAGE: Reader[Message] = Reader(TypeAdapter(OrderMessage), {1: from_schema_1})


def send_orders(orders: Iterable[ChannelOrder | DeletedOrder], who: str, raw: str = "") -> None:
    """Send the orders to the orders queue; raises Unavailable if one of them was not accepted."""
    for batch in message_batches(message_body(_message(order, who, raw)) for order in orders):
        send_bodies(settings.orders_queue_url, batch)


def _message(order: ChannelOrder | DeletedOrder, who: str, raw: str) -> OrderReceived | OrderDeleted:
    if isinstance(order, DeletedOrder):
        return OrderDeleted(order=order, who=who, raw=raw)
    return OrderReceived(order=order, who=who, raw=raw)


def send_advance(order_ids: Iterable[OrderId], delay: int = 0) -> None:
    """Send a message to advance each order, delivered after `delay` seconds."""
    for batch in message_batches(message_body(AdvanceOrder(order_id=order_id)) for order_id in order_ids):
        send_bodies(settings.orders_queue_url, batch, delay)


def send_comparison(order_id: OrderId, delay: int) -> None:
    """Send a message to compare an order with others, delivered after `delay` seconds."""
    send_bodies(settings.orders_queue_url, [message_body(CompareOrder(order_id=order_id))], delay)
