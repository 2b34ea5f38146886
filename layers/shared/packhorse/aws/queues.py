"""SQS: send in batches, repeating failed entries; deduplication ids; visibility; receive without an event source."""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from packhorse.aws.clients import client
from packhorse.aws.settings import settings
from packhorse.domain.batching import batched
from packhorse.domain.errors import Unavailable
from packhorse.domain.schema import stamped
from packhorse.domain.values import Value

MAX_ENTRIES = 10
MAX_BATCH_BYTES = 1_000_000
MAX_SEND_TRIES = 4
ESCAPED = {code: f"\\u{code:04x}" for code in (0xFFFE, 0xFFFF)}
"""Two characters that JSON allows and SQS refuses; in JSON they occur in strings only."""


def message_body(message: Value) -> str:
    r"""Return the message as JSON, in characters that SQS accepts.

    >>> class Note(Value):
    ...     text: str
    >>> message_body(Note(text="MUG\uffff"))
    '{"schema":2,"text":"MUG\\uffff"}'
    """
    return stamped(message.model_dump_json()).translate(ESCAPED)


def deduplication_id(text: str) -> str:
    """Return a deduplication id made of any text: SQS allows few characters in it.

    >>> deduplication_id("MUG BLÜ/1")[:12]
    '281d03ac94a8'
    """
    return hashlib.sha256(text.encode()).hexdigest()


def is_fifo(queue_url: str) -> bool:
    """Return whether a queue is a FIFO queue; the groups of a standard one are its lanes (SQS fair queues).

    >>> is_fifo("https://sqs.eu-west-1.amazonaws.com/123456789012/shop-channels.fifo")
    True
    """
    return queue_url.endswith(".fifo")


def message_batches(entries: Iterable[Mapping[str, Any]]) -> Iterator[list[Mapping[str, Any]]]:
    """Yield batches that one SendMessageBatch takes: at most ten messages and about a megabyte.

    >>> [len(batch) for batch in message_batches({"MessageBody": "x" * 300_000} for _ in range(7))]
    [3, 3, 1]
    """
    batch: list[Mapping[str, Any]] = []
    size = 0
    for entry in entries:
        length = len(entry["MessageBody"].encode())
        if batch and (len(batch) == MAX_ENTRIES or size + length > MAX_BATCH_BYTES):
            yield batch
            batch, size = [], 0
        batch.append(entry)
        size += length
    if batch:
        yield batch


def send_bodies(queue_url: str, bodies: list[str], delay: int = 0) -> None:
    """Send one batch of messages, delayed by so many seconds; raises Unavailable if one of them was not accepted."""
    _send_batch(queue_url, [{"MessageBody": body, "DelaySeconds": delay} for body in bodies])


def send_entries(queue_url: str, entries: Sequence[Mapping[str, Any]]) -> None:
    """Send messages with their attributes to a queue; raises Unavailable if one of them was not accepted."""
    for batch in batched(entries, MAX_ENTRIES):
        _send_batch(queue_url, batch)


def _send_batch(queue_url: str, entries: Sequence[Mapping[str, Any]]) -> None:
    remaining = {str(index): {"Id": str(index), **entry} for index, entry in enumerate(entries)}
    for _ in range(MAX_SEND_TRIES):
        answer = client("sqs").send_message_batch(QueueUrl=queue_url, Entries=list(remaining.values()))
        remaining = {failed["Id"]: remaining[failed["Id"]] for failed in answer.get("Failed", [])}
        if not remaining:
            return
    raise Unavailable(f"{len(remaining)} of {len(entries)} messages were not accepted: {json.dumps(answer['Failed'])}")


FIRST_DELAY, MAX_DELAY = 5, 900
"""Seconds for which a message is hidden after its first try, and at most."""
MAX_HIDDEN = 11 * 3600
"""SQS hides a message for twelve hours from its receipt."""
FAILED_DELAY, UNREADABLE_DELAY = 120, 20
"""The longest delays of records that failed: one that cannot be read is soon given up, and so soon seen by a person."""


def delay_failed_records(
    queue_url: str, records: Sequence[Mapping[str, Any]], tries: Mapping[str, int], at_most: int
) -> None:
    """Back off: hide records that failed, twice as long with every try, in place of the visibility timeout.

    One whose visibility does not change comes back after that timeout. `tries` are by message id.
    """
    entries = [
        {
            "Id": str(index),
            "ReceiptHandle": record["receiptHandle"],
            "VisibilityTimeout": min(at_most, _doubled_delay(tries[record["messageId"]])),
        }
        for index, record in enumerate(records)
        if record.get("receiptHandle")
    ]
    for batch in batched(entries, MAX_ENTRIES):
        client("sqs").change_message_visibility_batch(QueueUrl=queue_url, Entries=batch)


def receive_count(record: Mapping[str, Any]) -> int:
    """Return how often a record of an event source was received, this time included.

    It counts receives for which Lambda had no environment, too: such a record was not tried.
    """
    return int(record.get("attributes", {}).get("ApproximateReceiveCount", 1))


def send_dead_letter(queue: str, record: Mapping[str, Any]) -> None:
    """Send a record of a queue to the dead letters of its type, with the queue's name and the message id.

    In a FIFO the id is the deduplication id, so that giving up twice makes one dead letter.
    """
    names = {"queue": queue, "message": record["messageId"]}
    attributes = record.get("attributes", {})
    entry = {
        "MessageBody": record["body"],
        "MessageAttributes": {name: {"DataType": "String", "StringValue": text} for name, text in names.items()},
    }
    group = {"MessageGroupId": attributes["MessageGroupId"]} if "MessageGroupId" in attributes else {}
    if "MessageDeduplicationId" in attributes:  # not the group: messages of a standard queue may have one, too
        fifo = {**group, "MessageDeduplicationId": record["messageId"]}
        _send_batch(settings.fifo_dead_letters_queue_url, [{**entry, **fifo}])
    else:
        _send_batch(settings.dead_letters_queue_url, [{**entry, **group}])


def delay_redelivery(receipt: str, times: int, at_least: float | None, at_most: int) -> None:
    """Back off: hide a message of the channels queue, twice as long with every try up to `at_most` seconds.

    `at_least`, as of a Retry-After header, may be longer than that.
    """
    hide_message(receipt, max(min(at_most, _doubled_delay(times)), int(at_least or 0) + 1))


def hide_message(receipt: str, seconds: int) -> None:
    """Hide a message of the channels queue for that long, or for as long as SQS does."""
    client("sqs").change_message_visibility(
        QueueUrl=settings.channels_queue_url, ReceiptHandle=receipt, VisibilityTimeout=min(seconds, MAX_HIDDEN)
    )


def _doubled_delay(times: int) -> int:
    """Return the seconds before the next try, after so many."""
    return int(FIRST_DELAY * 2 ** (times - 1))


def receive_messages(queue_url: str) -> list[dict[str, Any]]:
    """Receive up to ten messages, with their message group and the queue that they became dead letters of.

    SQS names that queue in a system attribute, `send_dead_letter` in a message attribute.
    """
    found = client("sqs").receive_message(
        QueueUrl=queue_url,
        MaxNumberOfMessages=MAX_ENTRIES,
        MessageSystemAttributeNames=["DeadLetterQueueSourceArn", "MessageGroupId"],
        MessageAttributeNames=["queue", "message"],
    )
    return list(found.get("Messages", ()))


def delete_messages(queue_url: str, messages: Sequence[dict[str, Any]]) -> None:
    """Delete up to ten received messages; one that SQS fails to delete is received again."""
    if messages:
        client("sqs").delete_message_batch(QueueUrl=queue_url, Entries=_entries(messages))


def make_visible(queue_url: str, messages: Sequence[dict[str, Any]]) -> None:
    """Make received messages visible again at once."""
    for batch in batched(messages, MAX_ENTRIES):
        entries = [{**each, "VisibilityTimeout": 0} for each in _entries(batch)]
        client("sqs").change_message_visibility_batch(QueueUrl=queue_url, Entries=entries)


def _entries(messages: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    return [{"Id": str(index), "ReceiptHandle": each["ReceiptHandle"]} for index, each in enumerate(messages)]
