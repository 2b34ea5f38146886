"""A channel of a kind, reached over its gate by a signed-in client: the ports of its record."""

from collections.abc import Mapping
from typing import Any, ClassVar
from unittest.mock import patch

import httpx

from packhorse.channels import CHANNELS
from packhorse.channels.http import own_secrets
from packhorse.channels.protocol import (
    Adapter,
    Cancelling,
    Connecting,
    Keys,
    Notifying,
    Polling,
    Publishing,
    Receiving,
)
from packhorse.domain.configuration.channel import Channel, ChannelKind
from packhorse.http.calls import client_of
from tests.channels.kit.gate import Gate

CALLS_PER_SECOND = 10_000


class Reached:
    """A channel and a client of it, whose calls go through the gate.

    `settings` are those that the kind needs beside its address.
    """

    kind: ClassVar[ChannelKind]
    settings: ClassVar[Mapping[str, str]] = {}

    def __init__(self, kind: ChannelKind, gate: Gate, prefix: str, keys: Keys) -> None:
        self.gate = gate
        self.channel = Channel.model_validate(
            {"id": "kit", "kind": kind, "base_url": gate.url + prefix, **self.settings}
        )
        with patch("packhorse.http.calls.httpx.HTTPTransport", gate.transport):
            self.http = client_of(str(self.channel.base_url), own_secrets(keys), CALLS_PER_SECOND)
        self.sign_in_again(keys)

    def sign_in_again(self, keys: Keys) -> None:
        """Have the client use these credentials, and no others."""
        assert self.adapter.sign_in
        self.http.auth = httpx.Auth()
        self.adapter.sign_in(self.http, keys)

    def close(self) -> None:
        """Stop the server."""
        self.http.close()
        self.gate.close()

    @property
    def adapter(self) -> Adapter:
        """The record of the kind."""
        return CHANNELS[self.kind]

    def _made(self, name: str) -> Any:
        make = getattr(self.adapter, name)
        assert make, name
        return make(self.channel, self.http)

    def polling(self) -> Polling:
        """Return the polls of its orders."""
        found: Polling = self._made("poll")
        return found

    def stock(self) -> Publishing:
        """Return its quantities."""
        found: Publishing = self._made("stock")
        return found

    def notices(self) -> Notifying:
        """Return its parcels."""
        found: Notifying = self._made("notify")
        return found

    def cancelling(self) -> Cancelling:
        """Return its cancellations."""
        found: Cancelling = self._made("cancel")
        return found

    def connecting(self) -> Connecting:
        """Return its set-up."""
        found: Connecting = self._made("connect")
        return found

    def receiving(self) -> Receiving:
        """Return its webhooks."""
        assert self.adapter.receive
        return self.adapter.receive(self.channel)
