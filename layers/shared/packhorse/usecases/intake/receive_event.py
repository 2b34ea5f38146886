"""Receive a webhook that came by an event bus: as one by HTTP, from the shop that its host names, unsigned."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from packhorse.aws.telemetry import logger
from packhorse.channels import CHANNELS
from packhorse.domain.configuration.channel import ChannelKind
from packhorse.domain.errors import Rejected
from packhorse.domain.orders.awaited import is_ignored
from packhorse.domain.orders.channel_order import ChannelOrder
from packhorse.domain.orders.intake import has_reached
from packhorse.store import configuration, orders
from packhorse.usecases.intake.receive import receive_authentic
from packhorse.usecases.intake.receive_privacy import is_about_privacy
from packhorse.usecases.intake.store_of_webhook import channels_at


def receive_event(kind: ChannelKind, event: Mapping[str, Any], now: datetime) -> None:
    """Receive the webhook of an event for every channel of the kind with its host; an inactive one is polled later.

    Raises Rejected for an event that is no webhook, and for one of a shop that is no channel, which is recorded so.
    """
    bus, receive = CHANNELS[kind].bus, CHANNELS[kind].receive
    if bus is None or receive is None:
        raise Rejected(f"channels of the kind {kind} have no event bus")
    delivery, config = bus(event), configuration.current()
    channels = list(channels_at(kind, delivery.host, config))
    if not channels:
        raise Rejected(f"no {kind} channel has the host “{delivery.host}”: set it up, then retry")
    for channel in channels:
        adapter = receive(channel)
        if not channel.active and not is_about_privacy(channel, delivery.headers):
            logger.info("event left to polls", extra={"channel": channel.id})
            continue
        is_synced = config.account.sync
        outcome = receive_authentic(channel, adapter, delivery.headers, delivery.payload, now, is_synced=is_synced)
        logger.info("event received", extra={"channel": channel.id, "outcome": outcome})


def is_received(kind: ChannelKind, event: Mapping[str, Any]) -> bool:
    """Return whether the order of an event is stored as the event has it, or newer, or is not to be stored.

    A request about personal data is received once its retry does not fail.
    """
    bus, receive = CHANNELS[kind].bus, CHANNELS[kind].receive
    if bus is None or receive is None:
        return False
    try:
        delivery = bus(event)
        channels = list(channels_at(kind, delivery.host, configuration.current()))
        if any(is_about_privacy(channel, delivery.headers) for channel in channels):
            return False
        read = [(channel, receive(channel).read(delivery.headers, delivery.payload)) for channel in channels]
    except Rejected:
        return False
    awaited = [order for channel, order in read if isinstance(order, ChannelOrder) and not is_ignored(order, channel)]
    return bool(channels) and all(map(is_stored, awaited))


def is_stored(received: ChannelOrder) -> bool:
    """Return whether the order is stored as its channel had it then, or later."""
    order = orders.find_order(received.order_id)
    return order is not None and has_reached(order, received)
