"""Read orders of a channel by its ids of them, as a notification named them.

What cannot be read now, since the channel does not answer or is paused, or no call is left of its rate, is stored and
read by the next poll: the orders that a poll lists may not have it, since a hold does not change when an order was
modified. Health shows how many that are.
"""

from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial
from typing import NamedTuple

import httpx

from packhorse.aws.telemetry import add_metric, logger
from packhorse.channels import CHANNELS, adapter_of
from packhorse.channels.protocol import Keys, Page, Reading
from packhorse.domain.configuration.channel import Channel
from packhorse.domain.errors import Rejected, Unavailable
from packhorse.domain.values import ChannelId
from packhorse.http.pace import forever
from packhorse.store import configuration, polls
from packhorse.usecases.channel_client import client_of_channel
from packhorse.usecases.channel_keys import with_keys
from packhorse.usecases.poll import queue_page

ReadingOf = Callable[[Channel, httpx.Client], Reading]
MOST_UNREAD = 50
"""Orders that a poll reads beside its own."""
READ_TOGETHER = 5
"""Orders that are read before they are queued: where a rate allows a call each, what it allowed is not read again."""


def read_orders(
    channel_id: ChannelId, names: Sequence[str], now: datetime, remaining: Callable[[], float] = forever
) -> int:
    """Queue orders of a channel, and return how many; the watermark of its polls stays."""
    channel = configuration.current().channels.get(channel_id)
    reading = CHANNELS[channel.kind].read if channel and channel.active else None
    if channel is None or reading is None:
        logger.warning("nothing to read", extra={"channel": channel_id})
        return 0
    queued = _Queued(0, 0) if channel.is_paused else _queue(channel, reading, names, now, remaining)
    polls.save_unread(channel_id, names[queued.done :], now)
    return queued.orders


def read_unread(channel_id: ChannelId, now: datetime, remaining: Callable[[], float] = forever) -> int:
    """Queue orders that could not be read when they were named, and return how many."""
    waiting = polls.unread(channel_id, MOST_UNREAD)
    channel = configuration.current().channels.get(channel_id) if waiting else None
    reading = adapter_of(channel).read if channel else None
    if channel is None or reading is None:
        return 0
    names = list(waiting)
    queued = _queue(channel, reading, names, now, remaining)
    polls.remove_unread(channel_id, {name: waiting[name] for name in names[: queued.done]})
    return queued.orders


class _Queued(NamedTuple):
    """How many orders were queued, and how many names from the first on are done with."""

    orders: int
    done: int


def _queue(
    channel: Channel, reading: ReadingOf, names: Sequence[str], now: datetime, remaining: Callable[[], float]
) -> _Queued:
    """Queue orders by name, some at a time, until the channel does not answer."""
    orders = 0
    for start in range(0, len(names), READ_TOGETHER):
        part = names[start : start + READ_TOGETHER]
        try:
            page = with_keys(channel, partial(_read, channel, reading, part, remaining))
        except (Rejected, Unavailable) as error:
            about = {"channel": channel.id, "left": len(names) - start, "failure": type(error).__name__}
            logger.warning("orders not read", extra=about)
            if isinstance(error, Rejected):
                continue
            return _Queued(orders, start)
        queued = queue_page(channel, page, now, lane=channel.id)
        add_metric("OrdersPolled", queued)
        orders += queued
    return _Queued(orders, len(names))


def _read(
    channel: Channel, reading: ReadingOf, names: Sequence[str], remaining: Callable[[], float], keys: Keys
) -> Page:
    with client_of_channel(channel, keys, remaining) as http:
        return reading(channel, http).orders_named(names)
