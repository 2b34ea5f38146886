"""The channels queue: publishes quantities to channels, and notifies them of parcels, cancellations and holds."""

from collections.abc import Mapping
from typing import Any

from packhorse.aws.clients import prepare
from packhorse.aws.invocation import QueueBatch, batch_failures, parse_record, seconds_left
from packhorse.aws.telemetry import logger, metrics
from packhorse.messages.channels import CHANNEL_MESSAGE, AnyMessage, NotifyChannel, QueueRecord
from packhorse.store import configuration
from packhorse.usecases.channels.notify_channel import notify_channels
from packhorse.usecases.operations.begin_batch import begin_batch
from packhorse.usecases.stock.publish_stock import publish_stock

prepare("dynamodb", "secretsmanager", "sqs")


@logger.inject_lambda_context
@metrics.log_metrics
def handler(event: Mapping[str, Any], context: Any) -> dict[str, Any]:
    """Publish the quantities of a batch, then notify; return as batch item failures what is to be delivered again."""
    batch, remaining = begin_batch(event, "channels"), seconds_left(context)
    parsed = {record["messageId"]: parse_record(record, CHANNEL_MESSAGE.read) for record in batch.records}
    config = configuration.current()
    put_off = publish_stock(quantities_in(batch, parsed), config, remaining)
    notices = {name: message for name, message in parsed.items() if isinstance(message, NotifyChannel)}
    failed = notify_channels(notices, config, remaining)
    again = batch_failures(batch, failed, {name for name, message in parsed.items() if message is None})
    # What publishing puts off has its own delay already.
    again["batchItemFailures"] += [{"itemIdentifier": record.id} for record in put_off]
    return again


def quantities_in(batch: QueueBatch, parsed: Mapping[str, AnyMessage | None]) -> list[QueueRecord]:
    """Return the records of a batch that are about quantities."""
    return [
        QueueRecord(name, record["receiptHandle"], batch.tries[name], message)
        for record in batch.records
        if (message := parsed[name := record["messageId"]]) is not None and not isinstance(message, NotifyChannel)
    ]
