"""Find the channel of the store that sent a webhook: stores that share an app may have one url and one secret."""

from collections.abc import Iterator, Mapping

from packhorse.channels import CHANNELS
from packhorse.domain.configuration.channel import Channel, ChannelKind
from packhorse.domain.configuration.configuration import Configuration
from packhorse.domain.configuration.web_address import split_url


def channels_at(kind: ChannelKind, host: str, config: Configuration) -> Iterator[Channel]:
    """Yield the channels of the kind whose store has this host."""
    for channel in config.channels.values():
        if channel.kind is kind and host_of(channel) == host:
            yield channel


def store_of(channel: Channel, headers: Mapping[str, str], config: Configuration) -> Channel | None:
    """Return the channel of the store that a webhook to `channel` names; None for a store that is no channel.

    Where the channel calls its store at an address of another domain, as through a proxy, that does not say which store
    it is: the webhook is the channel's.
    """
    host = sending_host(channel, headers)
    if host in ("", host_of(channel)):
        return channel
    same_domain = host.partition(".")[2] == host_of(channel).partition(".")[2]
    return next(channels_at(channel.kind, host, config), None if same_domain else channel)


def sending_host(channel: Channel, headers: Mapping[str, str]) -> str:
    """Return the host of the store that a webhook names; empty if its kind names none."""
    named = CHANNELS[channel.kind].sender
    return named(headers) if named else ""


def host_of(channel: Channel) -> str:
    """Return the host of a channel's store; empty for one without an address."""
    return split_url(channel.base_url or "").hostname or ""
