"""Read how a channel does: how far behind it is, what waits, and what is wrong with it."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from itertools import islice

from packhorse.channels import adapter_of
from packhorse.domain.configuration.channel import Channel
from packhorse.domain.connection import WebhookState
from packhorse.domain.problem import Cause, Subject
from packhorse.domain.values import ChannelId, Instant, Sku, Value
from packhorse.store import connections, exceptions, notices, polls, published
from packhorse.usecases.channels.given_up import given_up_orders

CAUSES = (Cause.POLL_FAILED, Cause.CREDENTIALS_REFUSED, Cause.WEBHOOKS_LOST, Cause.DRIFT)
"""Causes of exceptions about a channel as a whole."""
MAX_COUNTED = 1000
LATE_AFTER = timedelta(hours=1)
"""The lag of a channel, beyond its own time between polls, that is too much."""


class ChannelProblem(Value):
    """An open exception of a channel."""

    id: str
    cause: str
    message: str


class ChannelHealth(Value):
    """How a channel does; one that is not `active`, or that `awaits_connection`, is not called.

    `lag_seconds` is the time since the last poll that came to its end began, None where a
    channel is not polled. `orders_unread` are those that it announced and that could not be read yet: a poll reads
    them. Counts end at a thousand.
    """

    channel: str
    active: bool
    awaits_connection: bool
    paused_since: Instant | None
    last_event_at: Instant | None
    last_poll_at: Instant | None
    lag_seconds: int | None
    is_late: bool
    orders_unread: int
    quantities_waiting: int
    notices_waiting: int
    notices_given_up: int
    problems: tuple[ChannelProblem, ...]
    webhooks: WebhookState | None


def read_health(channel: Channel, now: datetime) -> ChannelHealth:
    """Return how the channel does now."""
    name = ChannelId(channel.id)
    lag = lag_of(channel, now)
    found = (exceptions.find_unresolved(cause, Subject.of_channel(name)) for cause in CAUSES)
    return ChannelHealth(
        channel=name,
        active=channel.active,
        awaits_connection=channel.awaits_connection,
        paused_since=channel.paused_since,
        last_event_at=connections.last_event(name),
        last_poll_at=connections.last_poll(name),
        lag_seconds=None if lag is None else int(lag.total_seconds()),
        is_late=is_late(channel, lag),
        orders_unread=len(polls.unread(name, MAX_COUNTED)),
        quantities_waiting=_count(_unconfirmed(channel)),
        notices_waiting=_count(notices.owed_orders(name)),
        notices_given_up=_given_up(name),
        problems=tuple(ChannelProblem(id=each.id, cause=each.cause, message=each.message) for each in found if each),
        webhooks=connections.find_webhooks(name),
    )


def lag_of(channel: Channel, now: datetime) -> timedelta | None:
    """Return the time since the last whole poll of a channel began; None if it is not polled, or never was."""
    polled = connections.last_poll(ChannelId(channel.id)) if adapter_of(channel).poll else None
    return max(now - polled, timedelta()) if polled else None


def is_late(channel: Channel, lag: timedelta | None) -> bool:
    """Return whether a lag is more than an hour beyond the channel's own time between polls."""
    return lag is not None and lag > late_after(channel)


def late_after(channel: Channel) -> timedelta:
    """Return the longest lag of a channel that is not late."""
    return LATE_AFTER + timedelta(minutes=channel.poll_minutes)


def _unconfirmed(channel: Channel) -> set[Sku]:
    """Return products that wait for the channel's confirmation at one of its places, as many as are counted."""
    name = ChannelId(channel.id)
    return {sku for place in channel.places for sku in islice(published.unconfirmed(name, place), MAX_COUNTED)}


def _count(found: Iterable[object]) -> int:
    return sum(1 for _ in islice(found, MAX_COUNTED))


def _given_up(name: ChannelId) -> int:
    """Return how many orders of this channel it did not take, of the newest exceptions of all channels."""
    return len({order for part in given_up_orders(name, most=MAX_COUNTED) for order in part.orders})
