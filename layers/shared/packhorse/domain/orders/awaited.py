"""Orders of a payload that are to be stored: its S3 metadata says so, for the audit of payloads."""

from collections.abc import Iterable
from datetime import datetime

from packhorse.domain.configuration.channel import Channel
from packhorse.domain.orders.channel_order import ChannelOrder, DeletedOrder
from packhorse.domain.values import iso

TOPIC, ORDERS, SINCE = "topic", "orders", "since"
"""Keys of the metadata: a webhook's topic; the orders of a polled page, and the time to poll again from."""
MOST_NAMED = 50
"""Ids that fit the 2 KB of metadata which S3 takes."""


def is_ignored(received: ChannelOrder, channel: Channel) -> bool:
    """Return whether an order that is not stored stays out.

    It has nothing to ship, is archived, or was placed before the channel's `ignore_before`. A channel sends an archived
    order because something of it was edited, years later.
    """
    if received.only_if_stored or received.is_archived:
        return True
    return _is_too_early(received, channel.ignore_before)


def why_too_early(brought: ChannelOrder, ignore_before: datetime | None) -> str | None:
    """Return why an order is refused that a file or a person brings; None if its channel takes any of that time."""
    if not ignore_before or not _is_too_early(brought, ignore_before):
        return None
    since = f"{ignore_before:%Y-%m-%d %H:%M} (UTC)"
    return f"is before {since}, and {brought.channel} ignores orders of that time by its ignore_before"


def _is_too_early(received: ChannelOrder, ignore_before: datetime | None) -> bool:
    return ignore_before is not None and received.placed_at < ignore_before


def is_awaited(received: ChannelOrder | DeletedOrder | None, channel: Channel) -> bool:
    """Return whether an order is to be stored: a deletion is not, nor one that stays out."""
    return isinstance(received, ChannelOrder) and not is_ignored(received, channel)


def words_of_page(orders: Iterable[ChannelOrder], channel: Channel) -> dict[str, str]:
    """Return the metadata of orders of a polled page, few enough to be named; empty if all of them stay out."""
    awaited = [order for order in orders if not is_ignored(order, channel)]
    if not awaited:
        return {}
    since = min(order.modified_at for order in awaited)
    return {ORDERS: " ".join(order.order_id for order in awaited), SINCE: iso(since)}
