"""The orders queue: orders as their sources sent them, and orders to look at again."""

from collections.abc import Iterable
from typing import Annotated, Literal

from pydantic import Field, TypeAdapter

from packhorse.aws.queues import _send_bodies, message_batches, message_body
from packhorse.aws.settings import settings
from packhorse.domain.orders.channel_order import ChannelOrder
from packhorse.domain.schema import Document, Reader
from packhorse.domain.values import OrderId, OrderIdText, Value


class OrderReceived(Value):
    """An order as somebody told of it; `who` says who, `raw` where the untouched payload is kept."""

    kind: Literal["order"] = "order"
    order: ChannelOrder
    who: str
    raw: str = ""

    @property
    def order_id(self) -> OrderId:
        """Which order it is about."""
        return self.order.order_id


class AdvanceOrder(Value):
    """Look at the order again: whatever follows from its state and is not done yet is done now."""

    kind: Literal["advance"] = "advance"
    order_id: OrderIdText


OrderMessage = Annotated[OrderReceived | AdvanceOrder, Field(discriminator="kind")]


def from_schema_1(message: Document) -> Document:
    """Read from the beginning of an order's source whether a person placed it."""
    order = message.get("order")
    if not isinstance(order, dict):
        return message
    return {**message, "order": {**order, "by_hand": str(order.get("source", "")).startswith("manual ")}}


ORDER_MESSAGE: Reader[OrderReceived | AdvanceOrder] = Reader(TypeAdapter(OrderMessage), {1: from_schema_1})


def send_orders(orders: Iterable[ChannelOrder], who: str, raw: str = "") -> None:
    """Puts the orders on the orders queue; raises Unavailable when one of them could not be put there."""
    bodies = (message_body(OrderReceived(order=order, who=who, raw=raw)) for order in orders)
    for batch in message_batches(bodies):
        _send_bodies(settings.orders_queue_url, batch)


def send_advance(order_ids: Iterable[OrderId], delay: int = 0) -> None:
    """Has the orders looked at again, after so many seconds."""
    for batch in message_batches(message_body(AdvanceOrder(order_id=order_id)) for order_id in order_ids):
        _send_bodies(settings.orders_queue_url, batch, delay)
