"""The quantities queue: publishes quantities to channels."""

from collections.abc import Mapping
from typing import Any

from packhorse.aws.clients import prepare
from packhorse.aws.invocation import parse_record, seconds_left
from packhorse.aws.queues import delay_redelivery
from packhorse.aws.telemetry import logger, metrics
from packhorse.messages.quantities import QUANTITY_MESSAGE
from packhorse.store import configuration
from packhorse.usecases.begin_batch import begin_batch
from packhorse.usecases.publish_stock import QueueRecord, publish_stock

prepare("dynamodb", "secretsmanager", "sqs")


@logger.inject_lambda_context
@metrics.log_metrics
def handler(event: Mapping[str, Any], context: Any) -> dict[str, Any]:
    """Publish a batch; return as batch item failures the records that are to be delivered again."""
    batch = begin_batch(event, "quantities")
    records = {record["messageId"]: queue_record(record, batch.tries[record["messageId"]]) for record in batch.records}
    readable = [record for record in records.values() if record]
    failed = {record.id for record in publish_stock(readable, configuration.current(), seconds_left(context))}
    failed |= {name for name, record in records.items() if record is None}
    return {"batchItemFailures": [{"itemIdentifier": name} for name in records if name in failed]}


def queue_record(record: Mapping[str, Any], tries: int) -> QueueRecord | None:
    """Return a record of the queue; None if it is unreadable: it is delivered again soon, until it is a dead letter."""
    message = parse_record(record, QUANTITY_MESSAGE.read)
    if message is None:
        # While it is invisible, nothing else of its message group is delivered: keep that short.
        delay_redelivery(record["receiptHandle"], times=1)
        return None
    return QueueRecord(record["messageId"], record["receiptHandle"], tries, message)
