"""Record that a channel sends its webhooks, for its health."""

from contextlib import suppress
from datetime import datetime, timedelta

from packhorse.aws.clients import FAILURES
from packhorse.domain.errors import Unavailable
from packhorse.domain.values import ChannelId
from packhorse.store import connections

RECORDED_EVERY = timedelta(minutes=1)
recorded: dict[ChannelId, datetime] = {}
"""When this process stored last that a channel's webhooks come."""


def record_event(channel: ChannelId, now: datetime) -> None:
    """Store that the channel sends its webhooks, at most once a minute in a process; it is no reason to refuse one."""
    last = recorded.get(channel)
    if last is None or abs(now - last) >= RECORDED_EVERY:
        recorded[channel] = now
        with suppress(Unavailable, *FAILURES):
            connections.save_event(channel, now)
