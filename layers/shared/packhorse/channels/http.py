"""HTTP clients of channels: their address, pace, rates and credentials.

This imports httpx, which the webhook function must not load.
"""

from collections.abc import Callable

import httpx

from packhorse.channels.protocol import Keys
from packhorse.domain.configuration.channel import Channel
from packhorse.http.calls import client_of
from packhorse.http.pace import forever
from packhorse.http.rates import Turns


def connect(
    channel: Channel,
    sign_in: Callable[[httpx.Client, Keys], None] | None,
    keys: Keys,
    remaining: Callable[[], float] = forever,
    turns: Turns | None = None,
) -> httpx.Client:
    """Return a signed-in client of the channel; it paces its calls, and makes none when too few seconds remain.

    With `turns` each call waits for the turn of its operation, too.
    """
    http = client_of(channel.base_url or "", own_secrets(keys), channel.calls_per_second, remaining)
    if turns:
        http.event_hooks["request"].append(turns)
    if sign_in:
        sign_in(http, keys)
    return http


def own_secrets(keys: Keys) -> tuple[str, ...]:
    """Return all that must not be quoted of a channel's credentials."""
    return tuple(filter(None, (keys.token, keys.client_secret, *keys.others)))
