"""What the queues of orders, of parcels and of stock that arrived carry, and how it gets there."""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Annotated, Any, Literal

from pydantic import Field, TypeAdapter

from packhorse.aws import client
from packhorse.domain.channel_order import ChannelOrder
from packhorse.domain.errors import Unavailable
from packhorse.domain.shipping import ParcelUpdate
from packhorse.domain.values import Instant, OrderId, Sku, Value
from packhorse.settings import settings

MOST_ENTRIES = 10
MOST_BYTES = 1_000_000
TRIES = 4
ESCAPED = {code: f"\\u{code:04x}" for code in (0xFFFE, 0xFFFF)}
"""The two characters that JSON may hold as they are, and a message may not; those are only ever within its strings."""


class OrderTold(Value):
    """An order as somebody told of it; `who` says who, `raw` where the untouched payload is kept."""

    kind: Literal["order"] = "order"
    order: ChannelOrder
    who: str
    raw: str = ""

    @property
    def order_id(self) -> OrderId:
        """Which order it is about."""
        return self.order.order_id


class Advance(Value):
    """Look at the order again: whatever follows from its state and is not done yet is done now."""

    kind: Literal["advance"] = "advance"
    order_id: OrderId


Message = Annotated[OrderTold | Advance, Field(discriminator="kind")]
MESSAGE: TypeAdapter[OrderTold | Advance] = TypeAdapter(Message)


class Shipped(Value):
    """News for the tracking queue: parcels that left the warehouse of a fulfilment order."""

    order_id: OrderId
    fulfilment: int
    parcels: tuple[ParcelUpdate, ...]
    who: str
    at: Instant


class Arrived(Value):
    """News for the release queue: there is more of a sku; orders up to `after` have been looked at."""

    kind: Literal["sku"] = "sku"
    sku: Sku
    after: str = ""


class Reconfigured(Value):
    """News for the release queue: lines may find a warehouse that found none before."""

    kind: Literal["all"] = "all"
    after: str = ""


Reason = Annotated[Arrived | Reconfigured, Field(discriminator="kind")]
REASON: TypeAdapter[Arrived | Reconfigured] = TypeAdapter(Reason)


def hand_over(orders: Iterable[ChannelOrder], who: str, raw: str = "") -> None:
    """Puts the orders on the orders queue; raises Unavailable when one of them could not be put there."""
    bodies = (written(OrderTold(order=order, who=who, raw=raw)) for order in orders)
    for batch in batches(bodies):
        _send(settings.orders_queue_url, batch)


def advance(order_ids: Iterable[OrderId], delay: int = 0) -> None:
    """Has the orders looked at again, after so many seconds."""
    for batch in batches(written(Advance(order_id=order_id)) for order_id in order_ids):
        _send(settings.orders_queue_url, batch, delay)


def tell_shipped(news: Shipped) -> None:
    """Puts news of parcels on the tracking queue."""
    _send(settings.tracking_queue_url, [written(news)])


def release(reasons: Mapping[str, Arrived | Reconfigured]) -> None:
    """Has waiting orders looked at again, oldest first; one sku after the other, each event (the key) once."""
    entries = [
        {
            "MessageBody": written(reason),
            "MessageGroupId": digest(reason.sku if isinstance(reason, Arrived) else ""),
            "MessageDeduplicationId": digest(event),
        }
        for event, reason in reasons.items()
    ]
    send_entries(settings.release_queue_url, entries)


def written(news: Value) -> str:
    r"""News as the body of a message, in characters that SQS takes.

    >>> written(Arrived(sku=Sku("MUG\uffff")))
    '{"kind":"sku","sku":"MUG\\uffff","after":""}'
    """
    return news.model_dump_json().translate(ESCAPED)


def digest(text: str) -> str:
    """A name that queues take, of anything.

    >>> digest("MUG BLÜ/1")[:12]
    '281d03ac94a8'
    """
    return hashlib.sha256(text.encode()).hexdigest()


def batches(bodies: Iterable[str]) -> Iterator[list[str]]:
    """Groups that one SendMessageBatch takes: at most ten messages and about a megabyte.

    >>> [len(batch) for batch in batches("x" * 300_000 for _ in range(7))]
    [3, 3, 1]
    """
    batch: list[str] = []
    size = 0
    for body in bodies:
        length = len(body.encode())
        if batch and (len(batch) == MOST_ENTRIES or size + length > MOST_BYTES):
            yield batch
            batch, size = [], 0
        batch.append(body)
        size += length
    if batch:
        yield batch


def _send(queue_url: str, bodies: list[str], delay: int = 0) -> None:
    _send_batch(queue_url, [{"MessageBody": body, "DelaySeconds": delay} for body in bodies])


def send_entries(queue_url: str, entries: Sequence[Mapping[str, Any]]) -> None:
    """Puts messages with their attributes on a queue; raises Unavailable when one of them could not be put there."""
    for start in range(0, len(entries), MOST_ENTRIES):
        _send_batch(queue_url, entries[start : start + MOST_ENTRIES])


def _send_batch(queue_url: str, entries: Sequence[Mapping[str, Any]]) -> None:
    left = {str(index): {"Id": str(index), **entry} for index, entry in enumerate(entries)}
    for _ in range(TRIES):
        answer = client("sqs").send_message_batch(QueueUrl=queue_url, Entries=list(left.values()))
        left = {failed["Id"]: left[failed["Id"]] for failed in answer.get("Failed", [])}
        if not left:
            return
    raise Unavailable(f"{len(left)} of {len(entries)} messages were not taken: {json.dumps(answer['Failed'])}")
