"""Whose turn it is to be polled, of channels whose calls are counted together, as a seller's countries at Amazon are.

Their schedules ring more often than calls are left. So each has the channel polled whose last turn is the longest ago,
whichever it is of: neither one that fails nor one that has many pages keeps the others from theirs.
"""

from datetime import UTC, datetime

from packhorse.channels import CHANNELS, adapter_of
from packhorse.domain.configuration.channel import Channel
from packhorse.domain.errors import CredentialsRefused
from packhorse.domain.values import ChannelId
from packhorse.store import configuration, connections
from packhorse.usecases.channels.channel_keys import api_keys

NEVER = datetime.min.replace(tzinfo=UTC)


def sharing_calls(channel: Channel) -> list[Channel]:
    """Return the channels that are polled out of the same calls, with this one; none if it has its own."""
    if CHANNELS[channel.kind].rate_holder is None:
        return []
    others = [each for each in configuration.current().channels.values() if may_share(each, channel)]
    if not others:
        return []
    holder = rate_holder(channel)
    sharing = [each for each in others if rate_holder(each) == holder]
    return [channel, *sharing] if holder and sharing else []


def may_share(other: Channel, channel: Channel) -> bool:
    """Return whether another channel is polled, and is of the same seller."""
    is_another = other.id != channel.id and adapter_of(other).poll is not None
    return is_another and (other.kind, other.seller) == (channel.kind, channel.seller)


def rate_holder(channel: Channel) -> str | None:
    """Return whose calls the channel's are; None without credentials that may be sent."""
    holder_of = CHANNELS[channel.kind].rate_holder
    try:
        return holder_of(channel, api_keys(channel)) if holder_of else None
    except CredentialsRefused:
        return None


def next_in_turn(sharing: list[Channel]) -> Channel:
    """Return the channel whose last turn is the longest ago."""
    return min(sharing, key=lambda each: connections.last_turn(ChannelId(each.id)) or NEVER)
