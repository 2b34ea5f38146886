"""The quantities queue (FIFO, a group a channel): listings to publish, listings to compare."""

from collections.abc import Iterable, Mapping
from typing import Annotated, Literal

from pydantic import Field, StringConstraints, TypeAdapter

from packhorse.aws.queues import deduplication_id, message_body, send_entries
from packhorse.aws.settings import settings
from packhorse.domain.schema import Reader
from packhorse.domain.values import ChannelId, Cursor, Identifier, Instant, Label, SkuInMessage, Value

StockId = Annotated[str, StringConstraints(min_length=1, max_length=500)]


class PublishQuantity(Value):
    """Publish the quantity of a listing; `at` is when its stock changed."""

    kind: Literal["tell"] = "tell"
    channel: Identifier
    sku: SkuInMessage
    forced: bool = False
    at: Instant


class CompareQuantities(Value):
    """Compare the quantities that a channel shows with ours, in the skus after `after`."""

    kind: Literal["compare"] = "compare"
    channel: Identifier
    event: Label
    after: Cursor | None = None


class QuantityReported(Value):
    """A quantity that a channel shows since it changed its stock; `stock_id` is its own id of that stock."""

    kind: Literal["reported"] = "reported"
    channel: Identifier
    stock_id: StockId
    quantity: int | None
    at: Instant


AnyQuantity = PublishQuantity | CompareQuantities | QuantityReported
QUANTITY_MESSAGE: Reader[AnyQuantity] = Reader(TypeAdapter(Annotated[AnyQuantity, Field(discriminator="kind")]))


def send_quantities(messages: Iterable[PublishQuantity], event: str) -> None:
    """Send quantities to publish; event, channel and sku are the deduplication id."""
    send_in_groups({f"{event} {each.channel} {each.sku}": each for each in messages})


def send_comparison(channel: ChannelId, event: str, after: str | None = None) -> None:
    """Send a comparison of a channel, behind the quantities in its message group."""
    # Not the id of a quantity of the same event: SQS would drop the page behind a sku that the comparison heals.
    send_in_groups({f"compare {event} {channel} {after}": CompareQuantities(channel=channel, event=event, after=after)})


def send_reported(message: QuantityReported) -> None:
    """Send a channel's report, behind the quantities that are being published to it; all of it is deduplicated."""
    send_in_groups({f"reported {message.model_dump_json()}": message})


def send_in_groups(messages: Mapping[str, AnyQuantity]) -> None:
    """Send messages in the group of their channel; each key is made the deduplication id."""
    send_entries(
        settings.quantities_queue_url,
        [
            {
                "MessageBody": message_body(each),
                "MessageGroupId": each.channel,
                "MessageDeduplicationId": deduplication_id(event),
            }
            for event, each in messages.items()
        ],
    )
