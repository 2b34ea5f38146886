"""The quantities queue: publishes quantities to channels."""

from collections.abc import Mapping
from typing import Any

from packhorse.aws.invocation import seconds_left
from packhorse.aws.telemetry import logger, metrics
from packhorse.messages.quantities import QUANTITY_MESSAGE
from packhorse.store import configuration
from packhorse.usecases.publish_stock import QueueRecord, publish_stock


@logger.inject_lambda_context
@metrics.log_metrics
def handler(event: Mapping[str, Any], context: Any) -> dict[str, Any]:
    """Publishes a batch; answers which records are to be delivered again, later."""
    records = map(parse_record, event["Records"])
    failed = publish_stock(records, configuration.current(), seconds_left(context))
    return {"batchItemFailures": [{"itemIdentifier": record.id} for record in failed]}


def parse_record(record: Mapping[str, Any]) -> QueueRecord:
    """Reads a record of the queue."""
    times = int(record.get("attributes", {}).get("ApproximateReceiveCount", 1))
    message = QUANTITY_MESSAGE.validate_json(record["body"])
    return QueueRecord(record["messageId"], record["receiptHandle"], times, message)
