"""Read orders of a channel by its ids of them, as a notification named them.

What cannot be read now, since the channel does not answer or is paused, is stored and read by the next poll: the orders
that a poll lists may not have it, since a hold does not change when an order was modified.
"""

from collections.abc import Callable, Sequence
from datetime import datetime

import httpx

from packhorse.aws.telemetry import add_metric, logger
from packhorse.channels import CHANNELS, adapter_of
from packhorse.channels.protocol import Keys, Page, Reading
from packhorse.domain.configuration.channel import Channel
from packhorse.domain.errors import Rejected, Unavailable
from packhorse.domain.values import ChannelId
from packhorse.store import configuration, polls
from packhorse.usecases.channel_client import client_of_channel
from packhorse.usecases.channel_keys import with_keys
from packhorse.usecases.poll import queue_page

ReadingOf = Callable[[Channel, httpx.Client], Reading]
MOST_UNREAD = 50
"""Orders that a poll reads beside its own."""


def read_orders(channel_id: ChannelId, names: Sequence[str], now: datetime) -> int:
    """Queue orders of a channel, and return how many; the watermark of its polls stays."""
    channel = configuration.current().channels.get(channel_id)
    reading = CHANNELS[channel.kind].read if channel and channel.active else None
    if channel is None or reading is None:
        logger.warning("nothing to read", extra={"channel": channel_id})
        return 0
    found = None if channel.is_paused else _queue(channel, reading, names, now)
    if found is None:
        polls.save_unread(channel_id, names, now)
    return found or 0


def read_unread(channel_id: ChannelId, now: datetime) -> int:
    """Queue orders that could not be read when they were named, and return how many."""
    waiting = polls.unread(channel_id, MOST_UNREAD)
    channel = configuration.current().channels.get(channel_id) if waiting else None
    reading = adapter_of(channel).read if channel else None
    if channel is None or reading is None:
        return 0
    found = _queue(channel, reading, list(waiting), now)
    if found is not None:
        polls.remove_unread(channel_id, waiting)
    return found or 0


def _queue(channel: Channel, reading: ReadingOf, names: Sequence[str], now: datetime) -> int | None:
    """Queue orders by name, and return how many; None if the channel does not answer."""
    try:
        page = with_keys(channel, lambda keys: _read(channel, reading, keys, names))
    except (Rejected, Unavailable) as error:
        logger.warning("orders not read", extra={"channel": channel.id, "failure": type(error).__name__})
        return 0 if isinstance(error, Rejected) else None
    orders = queue_page(channel, page, now, lane=channel.id)
    add_metric("OrdersPolled", orders)
    return orders


def _read(channel: Channel, reading: ReadingOf, keys: Keys, names: Sequence[str]) -> Page:
    with client_of_channel(channel, keys) as http:
        return reading(channel, http).orders_named(names)
