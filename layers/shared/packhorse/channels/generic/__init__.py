"""The generic channel: the small protocol of docs/generic-channel.md, which any shop can implement."""

from typing import TYPE_CHECKING

from packhorse.channels.generic.shop import Generic
from packhorse.channels.protocol import Adapter, Keys

if TYPE_CHECKING:
    import httpx


def sign_in(http: "httpx.Client", keys: Keys) -> None:
    """Set the token as a bearer token."""
    http.headers["Authorization"] = f"Bearer {keys.token}"


GENERIC = Adapter(
    receive=Generic,
    poll=lambda channel, http: Generic(channel.id, http),
    stock=lambda channel, http: Generic(channel.id, http),
    notify=lambda channel, http: Generic(channel.id, http),
    sign_in=sign_in,
)
