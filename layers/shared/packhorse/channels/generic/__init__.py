"""The generic channel: the small protocol of docs/generic-channel.md, which any shop can implement."""

from typing import TYPE_CHECKING

from packhorse.channels.generic.shop import Generic
from packhorse.channels.generic.signing import sign_calls
from packhorse.channels.protocol import Adapter, Connecting, Keys

if TYPE_CHECKING:
    import httpx

    from packhorse.domain.configuration.channel import Channel


def sign_in(http: "httpx.Client", keys: Keys) -> None:
    """Set the token as a bearer token, and sign what changes something."""
    http.headers["Authorization"] = f"Bearer {keys.token}"
    sign_calls(http, keys)


def connecting(channel: "Channel", http: "httpx.Client") -> Connecting:
    """Return the set-up of a shop."""
    from packhorse.channels.generic.connecting import GenericConnecting  # not above: webhooks need none of it

    return GenericConnecting(channel.id, http)


GENERIC = Adapter(
    receive=lambda channel: Generic(channel.id),
    poll=lambda channel, http: Generic(channel.id, http),
    stock=lambda channel, http: Generic(channel.id, http),
    notify=lambda channel, http: Generic(channel.id, http),
    connect=connecting,
    cancel=lambda channel, http: Generic(channel.id, http),
    sign_in=sign_in,
    sign_in_by=(("token",),),
)
