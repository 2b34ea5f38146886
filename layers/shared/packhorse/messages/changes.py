"""The changes queue (FIFO, a group a sku): skus whose stock changed, channels to publish anew.

A burst of changes of a sku costs one message: the deduplication id is made of the sku and of the five seconds in which
the change happened, by the table's own clock, and the queue delays it by as long. So the consumer reads the stock as it
is after all changes of those five seconds, also those whose message was deduplicated.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field, TypeAdapter

from packhorse.aws.queues import _send_messages, digest
from packhorse.aws.settings import settings
from packhorse.domain.values import ChannelId, Identifier, Instant, Sku, Value

BURST_SECONDS = 5


class ProductChanged(Value):
    """News for the changes queue: the stock of a sku changed, or what is said of it."""

    kind: Literal["sku"] = "sku"
    sku: Sku
    burst: str
    at: Instant


class ResyncChannel(Value):
    """News for the changes queue: a channel is to be told all that it lists; forced: whatever it knows."""

    kind: Literal["channel"] = "channel"
    channel: Identifier
    event: str
    forced: bool = False
    after: str | None = None
    at: Instant


CHANGE_MESSAGE: TypeAdapter[ProductChanged | ResyncChannel] = TypeAdapter(
    Annotated[ProductChanged | ResyncChannel, Field(discriminator="kind")]
)


def burst_of(moment: float) -> str:
    """Which five seconds a moment of the table's clock lies in.

    >>> burst_of(1_000_004.9) == burst_of(1_000_000) != burst_of(1_000_005)
    True
    """
    return str(int(moment // BURST_SECONDS))


def send_changes(skus: Mapping[Sku, datetime], burst: str) -> None:
    """Has all channels told of these products; a sku counts once in a burst."""
    news = {f"{sku} {burst}": ProductChanged(sku=sku, burst=burst, at=at) for sku, at in skus.items()}
    _send_messages(settings.changes_queue_url, {event: (digest(each.sku), each) for event, each in news.items()})


def send_resync(channel: ChannelId, event: str, at: datetime, *, forced: bool, after: str | None = None) -> None:
    """Has a channel told of all that it lists; the same event counts once."""
    news = ResyncChannel(channel=channel, event=event, forced=forced, after=after, at=at)
    _send_messages(settings.changes_queue_url, {f"{event} {channel} {after}": (channel, news)})


def send_product_change(sku: Sku, event: str, at: datetime) -> None:
    """Has all channels told of a product of which something else than its stock changed; the same event counts once."""
    send_changes({sku: at}, event)
