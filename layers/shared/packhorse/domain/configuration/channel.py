"""Channels: the settings of each place that sells."""

from enum import StrEnum
from typing import Annotated

from pydantic import Field

from packhorse.domain.values import Identifier, Instant, Text, Value


class ChannelKind(StrEnum):
    """The protocol a channel speaks; `offline` speaks none: its orders come by CSV file and by people."""

    SHOPIFY = "shopify"
    GENERIC = "generic"
    OFFLINE = "offline"


class ReduceOn(StrEnum):
    """When an order of a channel takes its stock."""

    CREATED = "created"
    PAID = "paid"


class ChannelSettings(Value):
    """The settings of a channel.

    Of the stock to publish, `reserve` units are held back and `percent` of the rest is offered; `location` is the
    shop's own id of the location whose stock is set, where it has several.
    """

    name: Text = ""
    kind: ChannelKind
    active: bool = True
    override_warehouse: Identifier | None = None
    reduce_on: ReduceOn = ReduceOn.CREATED
    ignore_before: Instant | None = None
    base_url: Annotated[str, Field(max_length=500, pattern=r"^https?://")] | None = None
    poll_minutes: Annotated[int, Field(ge=1, le=1440)] = 5
    reserve: Annotated[int, Field(ge=0, le=1_000_000_000)] = 0
    percent: Annotated[int, Field(ge=1, le=100)] | None = None
    location: Annotated[str, Field(min_length=1, max_length=200)] | None = None
    calls_per_second: Annotated[float, Field(gt=0, le=100)] = 5


class Channel(ChannelSettings):
    """A place that sells. Its credentials live in Secrets Manager, never here."""

    id: Identifier
