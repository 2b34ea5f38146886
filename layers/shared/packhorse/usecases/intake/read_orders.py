"""Read orders of a channel by its ids of them, as a notification named them: each alone, so that none delays another.

What cannot be read now, since the channel does not answer or is paused, or no call is left of its rate, is stored and
read by the next poll: the orders that a poll lists may not have it, since a hold does not change when an order was
modified. Health shows how many that are. One that the channel refuses, or refuses our credentials for while they are
good otherwise, is an exception, and read by each further poll, too, until it can be, which ends this, or a person
dismisses it.
"""

from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial
from typing import NamedTuple

import httpx

from packhorse.aws.telemetry import add_metric, logger
from packhorse.channels import CHANNELS, adapter_of
from packhorse.channels.protocol import Keys, OrderNotRead, Page, Reading
from packhorse.domain.configuration.channel import Channel
from packhorse.domain.errors import CredentialsRefused, Rejected, Unavailable, is_of_all
from packhorse.domain.values import ChannelId
from packhorse.http.pace import forever
from packhorse.store import configuration, polls
from packhorse.usecases.channels.channel_client import client_of_channel
from packhorse.usecases.channels.channel_keys import with_keys
from packhorse.usecases.channels.refused_credentials import are_good
from packhorse.usecases.intake.not_read import open_not_read, resolve_not_read
from packhorse.usecases.intake.poll import POLL_MARGIN, queue_page

ReadingOf = Callable[[Channel, httpx.Client], Reading]
MOST_UNREAD = 50
"""Orders that a poll reads beside its own."""
MOST_FAILURES = 3
"""Orders in a row that are tried where the channel does not answer: it may be down for all of them."""


class OrdersRead(NamedTuple):
    """How many orders were queued, the names of those that were not read, and of those that were not tried."""

    queued: int
    failed: tuple[str, ...]
    untried: tuple[str, ...]


def read_orders(
    channel_id: ChannelId, names: Sequence[str], now: datetime, remaining: Callable[[], float] = forever
) -> int:
    """Queue orders of a channel, and return how many; the watermark of its polls stays."""
    channel = configuration.current().channels.get(channel_id)
    reading = CHANNELS[channel.kind].read if channel and channel.active else None
    if channel is None or reading is None:
        logger.warning("nothing to read", extra={"channel": channel_id})
        return 0
    if not channel.is_called:
        polls.save_unread(channel_id, names, now)
        return 0
    found = _queue_each(channel, reading, names, now, remaining)
    polls.save_unread(channel_id, (*found.failed, *found.untried), now)
    return found.queued


def read_unread(channel_id: ChannelId, now: datetime, remaining: Callable[[], float] = forever) -> int:
    """Queue orders that could not be read when they were named, and return how many; one that fails goes to the end."""
    waiting = polls.unread(channel_id, MOST_UNREAD)
    channel = configuration.current().channels.get(channel_id) if waiting else None
    reading = adapter_of(channel).read if channel else None
    if channel is None or reading is None:
        return 0
    found = _queue_each(channel, reading, list(waiting), now, remaining)
    polls.save_unread(channel_id, found.failed, now)
    left = {*found.failed, *found.untried}
    polls.remove_unread(channel_id, {name: at for name, at in waiting.items() if name not in left})
    return found.queued


def _queue_each(
    channel: Channel, reading: ReadingOf, names: Sequence[str], now: datetime, remaining: Callable[[], float]
) -> OrdersRead:
    """Queue one order after the other while time remains and the channel answers."""
    queued, failures, tried = 0, 0, 0
    failed: list[str] = []
    for name in names:
        if failures >= MOST_FAILURES or remaining() <= POLL_MARGIN:
            break
        try:
            page = with_keys(channel, partial(_read, channel, reading, name, remaining))
        except (Rejected, Unavailable) as error:
            _log(channel, error)
            if is_of_all(error):
                break
            if _is_of_order(channel, error):
                open_not_read(ChannelId(channel.id), OrderNotRead(name, error.in_full), now)
            failed.append(name)
            failures = 0 if isinstance(error, Rejected) else failures + 1
        else:
            queued += queue_page(channel, page, now, lane=channel.id)
            failed += _settled(channel, name, page, now)
            failures = failures + 1 if page.unread else 0
        tried += 1
    add_metric("OrdersPolled", queued)
    return OrdersRead(queued, tuple(failed), tuple(names[tried:]))


def _is_of_order(channel: Channel, error: Rejected | Unavailable) -> bool:
    """Return whether a failure is about the order alone: it is refused, or a right lacks for it and not for others."""
    return isinstance(error, Rejected) or (isinstance(error, CredentialsRefused) and are_good(ChannelId(channel.id)))


def _settled(channel: Channel, name: str, page: Page, now: datetime) -> Sequence[str]:
    """End the exception of an order that was read; open it for one that the channel did not give as a whole.

    Returns the name of that one.
    """
    for each in page.unread:
        open_not_read(ChannelId(channel.id), each._replace(name=name), now)
    if page.unread:
        return [name]
    resolve_not_read(ChannelId(channel.id), name)
    return []


def _read(channel: Channel, reading: ReadingOf, name: str, remaining: Callable[[], float], keys: Keys) -> Page:
    with client_of_channel(channel, keys, remaining) as http:
        return reading(channel, http).orders_named([name])


def _log(channel: Channel, error: Exception) -> None:
    # Without its text: the answer that it quotes may hold personal data.
    logger.warning("order not read", extra={"channel": channel.id, "failure": type(error).__name__})
