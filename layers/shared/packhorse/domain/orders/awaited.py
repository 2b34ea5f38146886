"""Orders that a payload brings and that are to be stored: its key, or words beside it, name them for the audit."""

from collections.abc import Iterable

from packhorse.domain.configuration.channel import Channel
from packhorse.domain.orders.channel_order import ChannelOrder, DeletedOrder
from packhorse.domain.values import OrderId, iso

TOPIC, ORDERS, SINCE = "topic", "orders", "since"
"""The words beside a payload: the topic of a webhook; the orders of a page, and since when to poll them."""


def is_ignored(received: ChannelOrder, channel: Channel) -> bool:
    """Return whether an order that is not stored stays out: archived, or placed before the channel's `ignore_before`.

    A channel sends an archived order because something of it was edited, years later.
    """
    return received.is_archived or (channel.ignore_before is not None and received.placed_at < channel.ignore_before)


def awaited_order(received: ChannelOrder | DeletedOrder | None, channel: Channel) -> OrderId | None:
    """Return the id of an order that is to be stored; None for a deletion, and for one that stays out."""
    return received.order_id if isinstance(received, ChannelOrder) and not is_ignored(received, channel) else None


def words_of_page(orders: Iterable[ChannelOrder], channel: Channel) -> dict[str, str]:
    """Return the words that are stored beside a page of a poll."""
    awaited = [order for order in orders if not is_ignored(order, channel)]
    if not awaited:
        return {}
    since = min(order.modified_at for order in awaited)
    return {ORDERS: " ".join(order.order_id for order in awaited), SINCE: iso(since)}
