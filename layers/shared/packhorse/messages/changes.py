"""Messages to the publish function: skus whose stock changed, channels to publish anew.

A burst of changes costs one invocation: those of a batch of the stream, whose batch window is five seconds. No message
holds a quantity: the stock is read when a quantity is published, after all changes of the batch.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field, TypeAdapter

from packhorse.aws.functions import invoke_later
from packhorse.aws.queues import message_body
from packhorse.aws.settings import settings
from packhorse.domain.schema import Reader
from packhorse.domain.values import ChannelId, Identifier, Instant, Sku, Value

MAX_CHANGES = 250
"""In one invocation: far below the largest payload, however long the skus are."""


class ProductChanged(Value):
    """Message to the publish function: the stock of a sku, or its product, changed; one burst counts once a listing."""

    kind: Literal["sku"] = "sku"
    sku: Sku
    burst: str
    at: Instant


class ResyncChannel(Value):
    """Message to the publish function: a channel is to be told all that it lists; forced: whatever it knows."""

    kind: Literal["channel"] = "channel"
    channel: Identifier
    event: str
    forced: bool = False
    after: str | None = None
    at: Instant


class Burst(Value):
    """Message to the publish function: several changes."""

    kind: Literal["burst"] = "burst"
    changes: tuple[ProductChanged, ...]


Change = ProductChanged | Burst | ResyncChannel
CHANGE_MESSAGE: Reader[Change] = Reader(TypeAdapter(Annotated[Change, Field(discriminator="kind")]))


def send_changes(skus: Mapping[Sku, datetime], burst: str) -> None:
    """Has all channels told of these products; a listing counts once in a burst."""
    changes = [ProductChanged(sku=sku, burst=burst, at=at) for sku, at in skus.items()]
    for start in range(0, len(changes), MAX_CHANGES):
        send_change(Burst(changes=tuple(changes[start : start + MAX_CHANGES])))


def send_resync(channel: ChannelId, event: str, at: datetime, *, forced: bool, after: str | None = None) -> None:
    """Has a channel told of all that it lists; the same event counts once a listing."""
    send_change(ResyncChannel(channel=channel, event=event, forced=forced, after=after, at=at))


def send_product_change(sku: Sku, event: str, at: datetime) -> None:
    """Has all channels told of a product of which something else than its stock changed; the same event counts once."""
    send_changes({sku: at}, event)


def send_change(change: Change) -> None:
    """Invoke the publish function."""
    invoke_later(settings.publish_function, message_body(change))
