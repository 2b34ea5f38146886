"""Catch up with a channel that has new credentials, or is resumed: what it is owed is sent at once.

That is what waits for a later time, and what was given up within the last month: there a person would have to retry
each order. The message for an order may come any number of times.
"""

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta

from packhorse.domain.batching import batched
from packhorse.domain.values import ChannelId, OrderId, iso
from packhorse.messages.channels import NotifyChannel, send_in_groups
from packhorse.messages.connecting import ResendNotices, send_connecting
from packhorse.store import notices
from packhorse.usecases.channels.given_up import ORDERS_A_READ, given_up_orders

GIVEN_UP_FOR = timedelta(days=30)
"""How long ago notices were given up that are sent again."""
RESEND_MARGIN = 30.0
"""Seconds before the deadline at which no further orders are read."""


def catch_up_notices(message: ResendNotices, now: datetime, remaining: Callable[[], float]) -> None:
    """Send a message for each order whose channel is owed a notice; continue in another invocation if time is short."""
    channel = ChannelId(message.channel)
    owed = notices.owed_orders(channel, message.after) if message.given_up_until is None else ()
    for part in batched(owed, ORDERS_A_READ):
        if remaining() < RESEND_MARGIN:
            send_connecting(message)
            return
        _send(channel, (key.order_id for key in part), now)
        message = message.replace(after=part[-1].sk)
    for found in given_up_orders(channel, since=now - GIVEN_UP_FOR, until=message.given_up_until):
        if remaining() < RESEND_MARGIN:
            send_connecting(message)
            return
        _send(channel, found.orders, now)
        message = message.replace(given_up_until=found.until)


def _send(channel: ChannelId, found: Iterable[OrderId], now: datetime) -> None:
    send_in_groups(
        {f"{order} {iso(now)}": NotifyChannel(channel=channel, order=order, at_once=True) for order in found}
    )
