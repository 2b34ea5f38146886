"""Messages to the publish function: skus whose stock changed, channels to resync.

A burst is the changes of one batch of the stream, whose batch window is five seconds; it costs one invocation. No
message holds a quantity: stock is read when a quantity is published, after all changes of the batch.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field, TypeAdapter

from packhorse.aws.functions import invoke_later
from packhorse.aws.queues import message_body
from packhorse.aws.settings import settings
from packhorse.domain.batching import batched
from packhorse.domain.schema import Reader
from packhorse.domain.values import ChannelId, Cursor, Identifier, Instant, Label, Sku, SkuInMessage, Value

MAX_CHANGES = 250
"""Changes in one invocation: far below the largest payload, however long the skus are."""


class ProductChanged(Value):
    """The stock of a sku, or its product, changed; a listing is published at most once for a burst."""

    kind: Literal["sku"] = "sku"
    sku: SkuInMessage
    burst: Label
    at: Instant


class ResyncChannel(Value):
    """Publish all listings of a channel; `forced`: also those whose quantity it has confirmed."""

    kind: Literal["channel"] = "channel"
    channel: Identifier
    event: Label
    forced: bool = False
    after: Cursor | None = None
    at: Instant


class Burst(Value):
    """Several changes in one message."""

    kind: Literal["burst"] = "burst"
    changes: tuple[ProductChanged, ...]


ChangeMessage = ProductChanged | Burst | ResyncChannel
CHANGE_MESSAGE: Reader[ChangeMessage] = Reader(TypeAdapter(Annotated[ChangeMessage, Field(discriminator="kind")]))


def send_changes(skus: Mapping[Sku, datetime], burst: str) -> None:
    """Send the changes of these skus; a listing is published at most once for a burst."""
    changes = [ProductChanged(sku=sku, burst=burst, at=at) for sku, at in skus.items()]
    for part in batched(changes, MAX_CHANGES):
        send_change(Burst(changes=tuple(part)))


def send_resync(channel: ChannelId, event: str, at: datetime, *, forced: bool) -> None:
    """Send a resync of a channel; a listing is published at most once for the event."""
    send_change(ResyncChannel(channel=channel, event=event, forced=forced, at=at))


def send_product_change(sku: Sku, event: str, at: datetime) -> None:
    """Send a change of a product other than of its stock; a listing is published at most once for the event."""
    send_changes({sku: at}, event)


def send_change(change: ChangeMessage) -> None:
    """Invoke the publish function with a message."""
    invoke_later(settings.publish_function, message_body(change))
