"""Clients of channels whose rates all processes share."""

from collections.abc import Callable
from datetime import UTC, datetime

import httpx

from packhorse.channels import CHANNELS
from packhorse.channels.http import connect
from packhorse.channels.protocol import Keys
from packhorse.domain.configuration.channel import Channel
from packhorse.http.pace import forever
from packhorse.http.rates import CallRate, Turns
from packhorse.store.call_rates import take_call


def client_of_channel(channel: Channel, keys: Keys, remaining: Callable[[], float] = forever) -> httpx.Client:
    """Return a signed-in client of the channel, with the rates of its kind."""
    kind = CHANNELS[channel.kind]

    holder = kind.rate_holder(channel, keys) if kind.rate_holder else channel.id

    def take(rate: CallRate) -> float:
        return take_call(holder, rate, datetime.now(UTC))

    turns = Turns(kind.rate_of, take) if kind.rate_of else None
    return connect(channel, kind.sign_in, keys, remaining, turns)
