"""Ready clients for channels: address and credentials from the configuration, bounded waiting."""

from collections.abc import Callable
from typing import NamedTuple

import httpx

from packhorse.channels.pace import Pace, forever
from packhorse.channels.shopify_login import AppLogin
from packhorse.domain.configuration import Channel, ChannelKind

TIMEOUT = httpx.Timeout(20, connect=5)


class Keys(NamedTuple):
    """What opens a channel's API: a token, or the id and secret of an app that fetches tokens itself."""

    token: str
    client_id: str
    client_secret: str


Open = Callable[[httpx.Client, Keys], None]


def connect(
    channel: Channel,
    token: str,
    client_id: str = "",
    client_secret: str = "",
    remaining: Callable[[], float] = forever,
) -> httpx.Client:
    """A client with the channel's address and credentials in it, that calls as long as enough seconds remain."""
    headers = {"User-Agent": "packhorse", "Accept": "application/json"}
    http = httpx.Client(base_url=channel.base_url or "", headers=headers, timeout=TIMEOUT, follow_redirects=False)
    http.event_hooks["request"].append(Pace(channel.calls_per_second, remaining=remaining))
    OPENED[channel.kind](http, Keys(token, client_id, client_secret))
    return http


def with_bearer_token(http: httpx.Client, keys: Keys) -> None:
    """What the generic protocol asks for."""
    http.headers["Authorization"] = f"Bearer {keys.token}"


def with_shopify_token(http: httpx.Client, keys: Keys) -> None:
    """The tokens of apps that a store's owner made in its admin never end; all others are fetched every day."""
    if keys.client_id and keys.client_secret:
        http.auth = AppLogin(http.base_url, keys.client_id, keys.client_secret)
    else:
        http.headers["X-Shopify-Access-Token"] = keys.token


OPENED: dict[ChannelKind, Open] = {
    ChannelKind.GENERIC: with_bearer_token,
    ChannelKind.SHOPIFY: with_shopify_token,
}
"""How the credentials of each kind that can be called travel."""
