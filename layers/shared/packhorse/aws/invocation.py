"""One Lambda invocation: the records of its batch, and the time until its deadline."""

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any, NamedTuple, TypeVar

from packhorse.aws.clients import FAILURES
from packhorse.aws.queues import FAILED_DELAY, UNREADABLE_DELAY, delay_failed_records, receive_count
from packhorse.aws.telemetry import logger

T = TypeVar("T")


class QueueBatch(NamedTuple):
    """The records of a queue that are to be handled, and the tries of each by message id, this one included."""

    queue_url: str
    records: Sequence[Mapping[str, Any]]
    tries: Mapping[str, int]


def whole_batch(
    batch: QueueBatch, parse: Callable[[str], T], handle: Callable[[Mapping[str, T]], Collection[str]]
) -> dict[str, Any]:
    """Handle the messages of a batch together, by message id; return its batch item failures.

    `handle` returns the ids of the messages that failed. A record that cannot be parsed fails alone.
    """
    parsed = {record["messageId"]: parse_record(record, parse) for record in batch.records}
    messages = {name: message for name, message in parsed.items() if message is not None}
    failed = handle(messages) if messages else ()
    return batch_failures(batch, failed, parsed.keys() - messages.keys())


def parse_record(record: Mapping[str, Any], parse: Callable[[str], T]) -> T | None:
    """Return the message of a record; None if it cannot be read."""
    try:
        return parse(record["body"])
    except ValueError:
        logger.error("message unreadable", extra={"message_id": record["messageId"]})
        return None


def batch_failures(batch: QueueBatch, failed: Collection[str], unreadable: Collection[str]) -> dict[str, Any]:
    """Return the batch item failures, by message id; have SQS deliver these records again soon."""
    names = {*failed, *unreadable}
    again = [record for record in batch.records if record["messageId"] in names]
    try:
        for is_unreadable, delay in ((False, FAILED_DELAY), (True, UNREADABLE_DELAY)):
            records = [record for record in again if (record["messageId"] in unreadable) is is_unreadable]
            delay_failed_records(batch.queue_url, records, batch.tries, delay)
    except FAILURES:
        logger.exception("failed records come back after the visibility timeout")
    return {"batchItemFailures": [{"itemIdentifier": record["messageId"]} for record in again]}


def is_redelivered(record: Mapping[str, Any]) -> bool:
    """Return whether a record was delivered before: a failed invocation may have handled half of it."""
    return receive_count(record) > 1


def seconds_left(context: Any) -> Callable[[], float]:
    """Return a function that returns the seconds until Lambda ends the invocation."""
    return lambda: float(context.get_remaining_time_in_millis()) / 1000
