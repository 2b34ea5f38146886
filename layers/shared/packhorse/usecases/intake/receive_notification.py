"""Receive a notification: verify it with the channel's key, then have what it names read.

It holds no order, and is not stored: a poll brings what it was about if reading fails. A deleted account is
answered with 2xx once the orders of the buyer are marked: the channel sends the notification again until then. An
inactive channel takes no other notification, and that one since the channel has one address for all its sellers.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from enum import StrEnum

import httpx

from packhorse.aws.telemetry import facts_of, logger
from packhorse.channels import CHANNELS
from packhorse.channels.protocol import Announcement, Announcing, Keys
from packhorse.domain.configuration.channel import Channel
from packhorse.domain.errors import Rejected
from packhorse.domain.values import ChannelId
from packhorse.messages.polls import send_read
from packhorse.store import configuration
from packhorse.usecases.channels.channel_client import client_of_channel
from packhorse.usecases.channels.channel_keys import with_keys
from packhorse.usecases.intake.record_event import record_event
from packhorse.usecases.orders.find_buyer import orders_of_account
from packhorse.usecases.orders.request_erasure import request_erasure


class NotificationOutcome(StrEnum):
    """The outcome of a notification; its text is in the answer."""

    ACCEPTED = "accepted"
    IGNORED = "passed over"
    NO_CHANNEL = "no such channel"
    UNSIGNED = "the signature is missing or wrong"


def receive_notification(
    channel_id: ChannelId, headers: Mapping[str, str], payload: bytes, now: datetime
) -> NotificationOutcome:
    """Receive a notification of a channel; raises Unavailable if it cannot be verified now."""
    config = configuration.current()
    channel = config.channels.get(channel_id)
    announcing = CHANNELS[channel.kind].announce if channel else None
    if channel is None or announcing is None:
        return NotificationOutcome.NO_CHANNEL
    try:
        found = with_keys(channel, lambda keys: _verified(channel, announcing, keys, headers, payload))
    except Rejected as error:
        logger.warning("notification unreadable", extra={"channel": channel_id, **facts_of(error)})
        return NotificationOutcome.IGNORED
    if found is None:
        logger.warning("notification refused", extra={"channel": channel_id})
        return NotificationOutcome.UNSIGNED
    if not (channel.active or found.erased):
        return NotificationOutcome.NO_CHANNEL
    record_event(channel_id, now)
    if found.erased:
        # an account is of the vendor, and so is its notification of an app that several sellers may have
        same = [name for name, each in config.channels.items() if each.kind is channel.kind]
        buyers = [order for name in same for order in orders_of_account(name, found.erased)]
        marked = request_erasure(buyers, f"channel:{channel_id}", now)
        logger.info("buyer to be erased", extra={"channel": channel_id, "orders": len(marked)})
        return NotificationOutcome.ACCEPTED
    if not found.orders:
        return NotificationOutcome.IGNORED
    send_read(channel_id, found.orders)
    logger.info("notification received", extra={"channel": channel_id, "orders": found.orders, "at": now.isoformat()})
    return NotificationOutcome.ACCEPTED


def _verified(
    channel: Channel,
    announcing: Callable[[Channel, httpx.Client], Announcing],
    keys: Keys,
    headers: Mapping[str, str],
    payload: bytes,
) -> Announcement | None:
    with client_of_channel(channel, keys) as http:
        found = announcing(channel, http)
        return found.read(payload) if found.verify(headers, payload) else None
