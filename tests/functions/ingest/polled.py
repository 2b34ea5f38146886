"""A channel that is polled over httpx's mock transport."""

from collections.abc import Callable

import httpx
import pytest

from packhorse.channels import CHANNELS
from packhorse.channels.protocol import Keys
from packhorse.domain.configuration.channel import Channel
from packhorse.http.pace import Pace, forever
from packhorse.usecases.intake import poll, read_orders


def polled_over(monkeypatch: pytest.MonkeyPatch, answer: Callable[[httpx.Request], httpx.Response]) -> None:
    """Have polls answered by this function, while they have time."""

    def connect(channel: Channel, keys: Keys, remaining: Callable[[], float] = forever) -> httpx.Client:
        http = httpx.Client(transport=httpx.MockTransport(answer), base_url=channel.base_url or "")
        http.event_hooks["request"].append(Pace(1_000_000, remaining=remaining))
        if sign_in := CHANNELS[channel.kind].sign_in:
            sign_in(http, keys)
        return http

    for module in (poll, read_orders):
        monkeypatch.setattr(module, "client_of_channel", connect)
