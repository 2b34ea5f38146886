"""The channels queue (FIFO).

It has a group for each channel's quantities, for each order whose channel is owed a notice, and for each listing at
which its channel failed.
"""

from collections.abc import Iterable, Mapping
from typing import Annotated, Literal, NamedTuple

from pydantic import Field, StringConstraints, TypeAdapter

from packhorse.aws.queues import deduplication_id, message_body, send_entries
from packhorse.aws.settings import settings
from packhorse.domain.schema import Reader
from packhorse.domain.values import (
    ChannelId,
    Cursor,
    Identifier,
    Instant,
    Label,
    OrderId,
    OrderIdText,
    SkuInMessage,
    Value,
)

StockId = Annotated[str, StringConstraints(min_length=1, max_length=500)]


class PublishQuantity(Value):
    """Publish the quantity of a listing; `at` is when its stock changed.

    `due`: it is the try of a failing listing that was put off until then. The clock of its publisher may be slow.
    """

    kind: Literal["tell"] = "tell"
    channel: Identifier
    sku: SkuInMessage
    forced: bool = False
    at: Instant
    due: Instant | None = None


class RetryQuantity(Value):
    """Publish the quantity of a listing at which its channel failed, once that is `due`."""

    kind: Literal["retry"] = "retry"
    channel: Identifier
    sku: SkuInMessage
    at: Instant
    due: Instant


class CompareQuantities(Value):
    """Compare the quantities that a channel shows with ours, in the skus after `after`.

    It has `at_most` so many listings a page, where an invocation had no time to read more; None: as many as usual.
    """

    kind: Literal["compare"] = "compare"
    channel: Identifier
    event: Label
    after: Cursor | None = None
    at_most: Annotated[int, Field(ge=1)] | None = None


class QuantityReported(Value):
    """A quantity that a channel shows since it changed its stock; `stock_id` is its own id of that stock."""

    kind: Literal["reported"] = "reported"
    channel: Identifier
    stock_id: StockId
    quantity: int | None
    at: Instant


class NotifyChannel(Value):
    """Notify the channel of an order of all that it is owed; `at_once`: also of what would wait longer."""

    kind: Literal["notify"] = "notify"
    channel: Identifier
    order: OrderIdText
    at_once: bool = False

    @property
    def order_id(self) -> OrderId:
        """The order that it is about."""
        return self.order


AnyQuantity = PublishQuantity | RetryQuantity | CompareQuantities | QuantityReported
AnyMessage = AnyQuantity | NotifyChannel


class QueueRecord(NamedTuple):
    """A record of the queue: its id, receipt handle, tries and message."""

    id: str
    handle: str
    times: int
    message: AnyQuantity


CHANNEL_MESSAGE: Reader[AnyMessage] = Reader(TypeAdapter(Annotated[AnyMessage, Field(discriminator="kind")]))


def send_quantities(messages: Iterable[PublishQuantity], event: str) -> None:
    """Send quantities to publish; event, channel and sku are the deduplication id."""
    send_in_groups({f"{event} {each.channel} {each.sku}": each for each in messages})


def send_retries(messages: Iterable[RetryQuantity]) -> None:
    """Send quantities whose publishing waits; channel, sku and the time of the try are the deduplication id."""
    send_in_groups({f"retry {each.due.isoformat()} {each.channel} {each.sku}": each for each in messages})


def send_comparison(channel: ChannelId, event: str, after: str | None = None, at_most: int | None = None) -> None:
    """Send a comparison of a channel, behind the quantities in its message group."""
    message = CompareQuantities(channel=channel, event=event, after=after, at_most=at_most)
    # Not the id of a quantity of the same event: SQS would drop the page behind a sku that the comparison heals.
    name = f"compare {event} {channel} {after}"
    send_in_groups({f"{name} {at_most}" if at_most else name: message})


def send_reported(message: QuantityReported) -> None:
    """Send a channel's report, behind the quantities that are being published to it; all of it is deduplicated."""
    send_in_groups({f"reported {message.model_dump_json()}": message})


def send_in_groups(messages: Mapping[str, AnyMessage]) -> None:
    """Send messages, each in its group; each key is made the deduplication id."""
    send_entries(
        settings.channels_queue_url,
        [
            {
                "MessageBody": message_body(each),
                "MessageGroupId": _group_of(each),
                "MessageDeduplicationId": deduplication_id(event),
            }
            for event, each in messages.items()
        ],
    )


def _group_of(message: AnyMessage) -> str:
    if isinstance(message, NotifyChannel):
        return message.order
    if isinstance(message, RetryQuantity):
        return deduplication_id(f"{message.channel} {message.sku}")
    return message.channel
