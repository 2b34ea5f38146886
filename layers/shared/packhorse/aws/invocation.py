"""One Lambda invocation: the records of its batch one by one, and the time that is left."""

from collections.abc import Callable
from typing import Any

from aws_lambda_powertools.utilities.batch import BatchProcessor, EventType, process_partial_response
from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord

from packhorse.aws.telemetry import logger


def each_body(event: dict[str, Any], handle: Callable[[str], None]) -> dict[str, Any]:
    """Handles every record's body; answers which records are to be delivered again."""
    processor = BatchProcessor(event_type=EventType.SQS, raise_on_entire_batch_failure=False)

    def handle_one(record: SQSRecord) -> None:
        try:
            handle(record.body)
        except Exception:
            logger.exception("record failed", extra={"message_id": record.message_id})
            raise

    return dict(process_partial_response(event=event, record_handler=handle_one, processor=processor))


def seconds_left(context: Any) -> Callable[[], float]:
    """Tells, whenever it is called, the seconds until Lambda ends the invocation of this context."""
    return lambda: float(context.get_remaining_time_in_millis()) / 1000
