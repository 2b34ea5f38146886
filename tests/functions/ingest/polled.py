"""A channel that is polled over httpx's mock transport."""

from collections.abc import Callable
from typing import Any

import httpx
import pytest

from packhorse.channels.protocol import Keys
from packhorse.domain.configuration.channel import Channel
from packhorse.usecases import poll


def polled_over(monkeypatch: pytest.MonkeyPatch, answer: Callable[[httpx.Request], httpx.Response]) -> None:
    """Have polls answered by this function."""

    def connect(channel: Channel, sign_in: Any, keys: Keys) -> httpx.Client:
        http = httpx.Client(transport=httpx.MockTransport(answer), base_url=channel.base_url or "")
        sign_in(http, keys)
        return http

    monkeypatch.setattr(poll, "connect", connect)
