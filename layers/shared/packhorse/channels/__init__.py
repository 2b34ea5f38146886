"""Channels: a folder for each kind, and one `Adapter` that holds all that the kind can do.

Importing this never imports httpx, which reading a webhook does not need; callers of a channel pass a ready client.
"""

from collections.abc import Mapping

from packhorse.channels.amazon import AMAZON
from packhorse.channels.ebay import EBAY
from packhorse.channels.generic import GENERIC
from packhorse.channels.protocol import Adapter
from packhorse.channels.shopify import SHOPIFY
from packhorse.channels.woocommerce import WOOCOMMERCE
from packhorse.domain.configuration.channel import Channel, ChannelKind
from packhorse.domain.errors import NotNow

CHANNELS: Mapping[ChannelKind, Adapter] = {
    ChannelKind.SHOPIFY: SHOPIFY,
    ChannelKind.WOOCOMMERCE: WOOCOMMERCE,
    ChannelKind.GENERIC: GENERIC,
    ChannelKind.EBAY: EBAY,
    ChannelKind.AMAZON: AMAZON,
    ChannelKind.OFFLINE: Adapter(),
}


def without_set_up(channel: Channel) -> NotNow:
    """Return why a channel of a kind without a set-up cannot be checked or connected."""
    return NotNow(f"channel {channel.id} is {channel.kind}: nothing of it can be checked or connected from here")


def without_connection(channel: Channel) -> NotNow:
    """Return why a channel that awaits its connection is not called."""
    return NotNow(f"channel {channel.id} is not connected: connect it first (POST /channels/{channel.id}/connect)")


def require_called(channel: Channel) -> None:
    """Raise NotNow with what to do first where a channel is not called at all: as below, or it awaits connection."""
    require_connectable(channel)
    if channel.awaits_connection:
        raise without_connection(channel)


def require_connectable(channel: Channel) -> None:
    """Raise NotNow with what to do first where a channel cannot be connected: it is inactive, or paused."""
    if not channel.active:
        raise NotNow(f"channel {channel.id} is inactive: activate it first (PATCH /channels/{channel.id})")
    if channel.is_paused:
        raise NotNow(f"channel {channel.id} is paused: resume it first (POST /channels/{channel.id}/resume)")


def adapter_of(channel: Channel) -> Adapter:
    """Return what the channel can do as it is set up: nothing if inactive, its webhooks alone if not called."""
    kind = CHANNELS[channel.kind] if channel.active else Adapter()
    return kind if channel.is_called else _webhooks_only(kind)


def fulfiller_of(channel: Channel) -> Adapter:
    """Return what the channel's account can do as a warehouse, also where nothing is sold on it any more.

    One that awaits its connection fails: its orders must not wait without an exception.
    """
    return Adapter() if channel.is_paused else CHANNELS[channel.kind]


def _webhooks_only(kind: Adapter) -> Adapter:
    """Return what a kind can do of a channel that is not called, except to verify a notification with its own key."""
    return Adapter(
        receive=kind.receive,
        sender=kind.sender,
        is_ping=kind.is_ping,
        report=kind.report,
        privacy=kind.privacy,
        privacy_topics=kind.privacy_topics,
        challenge=kind.challenge,
        bus=kind.bus,
        announce=kind.announce,
        announced_by=kind.announced_by,
        sign_in=kind.sign_in,
        sign_in_by=kind.sign_in_by,
        rate_of=kind.rate_of,
        rate_holder=kind.rate_holder,
        webhook_secret=kind.webhook_secret,
        by_queue=kind.by_queue,
        has_order_ids=kind.has_order_ids,
        signs_with_app=kind.signs_with_app,
        order_states=kind.order_states,
    )
