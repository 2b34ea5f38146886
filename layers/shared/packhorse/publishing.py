"""What the queues on the way from a change of stock to its channels carry, and how it gets there.

A burst of changes of a sku costs one message: the message's deduplication id is made of the sku and of the five seconds
in which the change happened, by the table's own clock, and the queue holds it back for as long. So whoever reads it
reads the stock as it is after all changes of those five seconds, also those whose message counted as the same.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field, TypeAdapter

from packhorse.domain.values import ChannelId, Identifier, Instant, Sku, Value
from packhorse.inbox import digest, send_entries, written
from packhorse.settings import settings

BURST_SECONDS = 5


class Changed(Value):
    """News for the changes queue: the stock of a sku changed, or what is said of it."""

    kind: Literal["sku"] = "sku"
    sku: Sku
    burst: str
    at: Instant


class Resync(Value):
    """News for the changes queue: a channel is to be told all that it lists; forced: whatever it knows."""

    kind: Literal["channel"] = "channel"
    channel: Identifier
    event: str
    forced: bool = False
    after: str | None = None
    at: Instant


CHANGE: TypeAdapter[Changed | Resync] = TypeAdapter(Annotated[Changed | Resync, Field(discriminator="kind")])


class Tell(Value):
    """News for the quantities queue: a channel is to be told of a product; `at` is when its stock changed."""

    kind: Literal["tell"] = "tell"
    channel: Identifier
    sku: Sku
    forced: bool = False
    at: Instant


class Compare(Value):
    """News for the quantities queue: what a channel says is to be compared with what it should say, beyond a sku."""

    kind: Literal["compare"] = "compare"
    channel: Identifier
    event: str
    after: str | None = None


TELLING: TypeAdapter[Tell | Compare] = TypeAdapter(Annotated[Tell | Compare, Field(discriminator="kind")])


def burst_of(moment: float) -> str:
    """Which five seconds a moment of the table's clock lies in.

    >>> burst_of(1_000_004.9) == burst_of(1_000_000) != burst_of(1_000_005)
    True
    """
    return str(int(moment // BURST_SECONDS))


def changed(skus: Mapping[Sku, datetime], burst: str) -> None:
    """Has all channels told of these products; a sku counts once in a burst."""
    news = {f"{sku} {burst}": Changed(sku=sku, burst=burst, at=at) for sku, at in skus.items()}
    _send(settings.changes_queue_url, {event: (digest(each.sku), each) for event, each in news.items()})


def resync(channel: ChannelId, event: str, at: datetime, *, forced: bool, after: str | None = None) -> None:
    """Has a channel told of all that it lists; the same event counts once."""
    news = Resync(channel=channel, event=event, forced=forced, after=after, at=at)
    _send(settings.changes_queue_url, {f"{event} {channel} {after}": (channel, news)})


def tell(news: Iterable[Tell], event: str) -> None:
    """Has channels told, each one thing after the other; the same event counts once for a listing."""
    put({f"{event} {each.channel} {each.sku}": each for each in news})


def product_changed(sku: Sku, event: str, at: datetime) -> None:
    """Has all channels told of a product of which something else than its stock changed; the same event counts once."""
    changed({sku: at}, event)


def compare(channel: ChannelId, event: str, after: str | None = None) -> None:
    """Has what a channel says compared with what it should say, in turn with what it is told."""
    put({f"{event} {channel} {after}": Compare(channel=channel, event=event, after=after)})


def put(news: Mapping[str, Tell | Compare]) -> None:
    """Puts news, by event, on the quantities queue, behind all that is there; the same event counts once."""
    _send(settings.quantities_queue_url, {event: (each.channel, each) for event, each in news.items()})


def _send(queue_url: str, news: Mapping[str, tuple[str, Value]]) -> None:
    """Puts news on a queue: by event, which counts once, its group and what it says."""
    send_entries(
        queue_url,
        [
            {"MessageBody": written(told), "MessageGroupId": group, "MessageDeduplicationId": digest(event)}
            for event, (group, told) in news.items()
        ],
    )
