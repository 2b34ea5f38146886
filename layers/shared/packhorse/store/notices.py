"""Orders with a notice to send, by when it is due: an item of the Orders table, in the transaction of its order.

question                    | pk             | sk
orders with a notice to send | NOTICE#channel | due#order

The key says it all. A new one is an insertion in the table's stream, from which the first message is sent.
"""

from collections.abc import Iterator
from datetime import datetime
from typing import Any, NamedTuple

from packhorse.aws.settings import settings
from packhorse.domain.orders.due_notice import next_due_at
from packhorse.domain.orders.order import Order
from packhorse.domain.values import ChannelId, OrderId, iso
from packhorse.store import expressions
from packhorse.store.expressions import at_most, equals, greater
from packhorse.store.reading import pages

PREFIX = "NOTICE#"


class OwedKey(NamedTuple):
    """The key of an order whose channel is owed a notice."""

    pk: str
    sk: str

    @property
    def channel(self) -> ChannelId:
        """The channel."""
        return ChannelId(self.pk.removeprefix(PREFIX))

    @property
    def order_id(self) -> OrderId:
        """The order."""
        return OrderId(self.sk.partition("#")[2])

    @property
    def due_at(self) -> datetime:
        """When the notice is due."""
        return datetime.fromisoformat(self.sk.partition("#")[0])


def key_of(order: Order) -> OwedKey | None:
    """Return the key of an order, None if its channel is owed nothing."""
    due = next_due_at(order)
    return OwedKey(f"{PREFIX}{order.channel}", f"{iso(due)}#{order.id}") if due else None


def notice_writes(before: Order | None, order: Order) -> Iterator[dict[str, Any]]:
    """Return the writes that bring the item of an order up to date: at most two."""
    return expressions.moves(settings.orders_table, key_of(before) if before else None, key_of(order))


def owed_orders(channel: ChannelId, after: str = "") -> Iterator[OwedKey]:
    """Yield the orders whose channel is to be notified, now or later, those that are due first, after a sort key."""
    of_channel = equals("pk", f"{PREFIX}{channel}")
    condition = of_channel & greater("sk", after) if after else of_channel
    for item in pages("query", **expressions.query(settings.orders_table, condition)):
        yield OwedKey(item["pk"]["S"], item["sk"]["S"])


def due_orders(channel: ChannelId, now: datetime) -> Iterator[OwedKey]:
    """Yield the orders whose notices to a channel are due, those that waited longest first."""
    condition = equals("pk", f"{PREFIX}{channel}") & at_most("sk", f"{iso(now)}~")
    for item in pages("query", **expressions.query(settings.orders_table, condition)):
        yield OwedKey(item["pk"]["S"], item["sk"]["S"])
