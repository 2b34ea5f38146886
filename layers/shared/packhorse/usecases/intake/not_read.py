"""Orders that a channel fails to give, while it gives others: an exception for each, until it is read."""

from collections.abc import Iterable
from datetime import datetime

from packhorse.channels.protocol import OrderNotRead
from packhorse.domain.problem import Cause, Origin, Problem, Subject
from packhorse.domain.values import ChannelId
from packhorse.store import exceptions, polls

MOST_QUOTED = 500


def leave_unread(channel: ChannelId, found: Iterable[OrderNotRead], now: datetime) -> None:
    """Have the polls read orders again, each by itself, which their page could not be read with.

    Those that a person has dismissed are left: the pages of further polls have them, too.
    """
    for each in found:
        if not exceptions.is_dismissed(Cause.ORDER_NOT_READ, Subject.of_channel_order(channel, each.name)):
            open_not_read(channel, each, now)
            polls.save_unread(channel, [each.name], now)


def open_not_read(channel: ChannelId, order: OrderNotRead, now: datetime) -> None:
    """Open the exception of an order that is not read."""
    subject, message = Subject.of_channel_order(channel, order.name), order.reason[:MOST_QUOTED]
    problem = Problem(cause=Cause.ORDER_NOT_READ, subject=subject, message=message, origin=Origin(channel=channel))
    exceptions.open_exception(problem, now)


def resolve_not_read(channel: ChannelId, name: str) -> None:
    """Resolve the exception; it is rare, and a read costs less than a write."""
    subject = Subject.of_channel_order(channel, name)
    if exceptions.find_unresolved(Cause.ORDER_NOT_READ, subject):
        exceptions.resolve(Cause.ORDER_NOT_READ, subject)
