"""One Lambda invocation: the records of its batch, and the time until its deadline."""

from collections.abc import Callable, Collection, Mapping
from typing import Any, TypeVar

from aws_lambda_powertools.utilities.batch import BatchProcessor, EventType, process_partial_response
from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord

from packhorse.aws.telemetry import logger

T = TypeVar("T")


def whole_batch(
    event: Mapping[str, Any], parse: Callable[[str], T], handle: Callable[[Mapping[str, T]], Collection[str]]
) -> dict[str, Any]:
    """Handle the messages of a batch together, by message id; return its batch item failures.

    `handle` returns the ids of the messages that failed. A record that cannot be parsed fails alone.
    """
    messages, failed = {}, set()
    for record in event["Records"]:
        try:
            messages[record["messageId"]] = parse(record["body"])
        except ValueError:
            logger.error("message unreadable", extra={"message_id": record["messageId"]})
            failed.add(record["messageId"])
    failed |= set(handle(messages)) if messages else set()
    names = (record["messageId"] for record in event["Records"])
    return {"batchItemFailures": [{"itemIdentifier": name} for name in names if name in failed]}


def is_redelivered(record: Mapping[str, Any]) -> bool:
    """Return whether a record was delivered before: a failed invocation may have handled half of it."""
    return int(record.get("attributes", {}).get("ApproximateReceiveCount", 1)) > 1


def each_body(event: dict[str, Any], handle: Callable[[str], None]) -> dict[str, Any]:
    """Handle the body of every record; return the batch item failures."""
    processor = BatchProcessor(event_type=EventType.SQS, raise_on_entire_batch_failure=False)

    def handle_one(record: SQSRecord) -> None:
        try:
            handle(record.body)
        except Exception:
            logger.exception("record failed", extra={"message_id": record.message_id})
            raise

    return dict(process_partial_response(event=event, record_handler=handle_one, processor=processor))


def seconds_left(context: Any) -> Callable[[], float]:
    """Return a function that returns the seconds until Lambda ends the invocation."""
    return lambda: float(context.get_remaining_time_in_millis()) / 1000
