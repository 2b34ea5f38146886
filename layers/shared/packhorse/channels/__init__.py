"""Channels: a folder for each kind, and one `Adapter` that holds all that the kind can do.

Importing this never imports httpx, which reading a webhook does not need; callers of a channel pass a ready client.
"""

from collections.abc import Mapping

from packhorse.channels.generic import GENERIC
from packhorse.channels.protocol import Adapter
from packhorse.channels.shopify import SHOPIFY
from packhorse.domain.configuration.channel import Channel, ChannelKind

CHANNELS: Mapping[ChannelKind, Adapter] = {
    ChannelKind.SHOPIFY: SHOPIFY,
    ChannelKind.GENERIC: GENERIC,
    ChannelKind.OFFLINE: Adapter(),
}


def adapter_of(channel: Channel) -> Adapter:
    """Return what the channel can do as it is set up; an inactive one can do nothing."""
    return CHANNELS[channel.kind] if channel.active else Adapter()
