"""The credentials of a channel's API, for the host that they were given for."""

from collections.abc import Callable
from typing import TypeVar

from packhorse.aws import secrets
from packhorse.channels.protocol import Keys
from packhorse.domain.configuration.channel import Channel
from packhorse.domain.configuration.web_address import origin_of
from packhorse.domain.errors import CredentialsRefused
from packhorse.domain.values import ChannelId

T = TypeVar("T")


def api_keys(channel: Channel, max_age: float = secrets.CACHE_SECONDS) -> Keys:
    """Return the credentials of the channel's API; raises CredentialsRefused if they are for another host.

    Those of another host, or of none, may be older than the channel's address: they are read again.
    """
    name, origin = ChannelId(channel.id), origin_of(channel.base_url)
    found = secrets.get_credentials(name, max_age)
    if found.origin != origin:
        found = secrets.get_credentials(name, max_age=0)
    if found.origin not in ("", origin):
        raise CredentialsRefused(f"the stored credentials are for {found.origin}; give the channel those of {origin}")
    return Keys(found.token, found.client_id, found.client_secret, found.webhook_secrets)


def with_keys(channel: Channel, call: Callable[[Keys], T]) -> T:
    """Call with the channel's credentials; if it refuses them, again with those that replaced them meanwhile."""
    keys = api_keys(channel)
    try:
        return call(keys)
    except CredentialsRefused:
        newest = api_keys(channel, max_age=0)
        if newest == keys:
            raise
    return call(newest)
