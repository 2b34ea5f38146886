"""The quantities queue (FIFO, a group a channel): listings to publish, listings to compare."""

from collections.abc import Iterable, Mapping
from typing import Annotated, Literal

from pydantic import Field, TypeAdapter

from packhorse.aws.queues import digest, message_body, send_entries
from packhorse.aws.settings import settings
from packhorse.domain.schema import Reader
from packhorse.domain.values import ChannelId, Identifier, Instant, Sku, Value


class PublishQuantity(Value):
    """News for the quantities queue: a channel is to be told of a product; `at` is when its stock changed."""

    kind: Literal["tell"] = "tell"
    channel: Identifier
    sku: Sku
    forced: bool = False
    at: Instant


class CompareQuantities(Value):
    """News for the quantities queue: what a channel says is to be compared with what it should say, beyond a sku."""

    kind: Literal["compare"] = "compare"
    channel: Identifier
    event: str
    after: str | None = None


QuantityMessage = Annotated[PublishQuantity | CompareQuantities, Field(discriminator="kind")]
QUANTITY_MESSAGE: Reader[PublishQuantity | CompareQuantities] = Reader(TypeAdapter(QuantityMessage))


def send_quantities(news: Iterable[PublishQuantity], event: str) -> None:
    """Has channels told, each one thing after the other; the same event counts once for a listing."""
    send_in_turn({f"{event} {each.channel} {each.sku}": each for each in news})


def send_comparison(channel: ChannelId, event: str, after: str | None = None) -> None:
    """Has what a channel says compared with what it should say, in turn with what it is told."""
    send_in_turn({f"{event} {channel} {after}": CompareQuantities(channel=channel, event=event, after=after)})


def send_in_turn(news: Mapping[str, PublishQuantity | CompareQuantities]) -> None:
    """Puts news, by event, on the quantities queue, behind all that is there; the same event counts once."""
    send_entries(
        settings.quantities_queue_url,
        [
            {"MessageBody": message_body(each), "MessageGroupId": each.channel, "MessageDeduplicationId": digest(event)}
            for event, each in news.items()
        ],
    )
