"""What is due every minute: drains both dead-letter queues into exceptions, and ends holds whose time is over."""

from datetime import UTC, datetime
from typing import Any

from packhorse.aws.clients import prepare
from packhorse.aws.invocation import seconds_left
from packhorse.aws.telemetry import add_metric, logger, metrics
from packhorse.usecases.operations.drain import drain
from packhorse.usecases.orders.end_holds import end_holds

prepare("dynamodb", "s3", "sqs")


@logger.inject_lambda_context
@metrics.log_metrics
def handler(event: object, context: Any) -> dict[str, int]:
    """Drain both queues, and have holds ended; return how many letters became exceptions, and how many could not."""
    drained = drain(seconds_left(context))
    add_metric("DeadLetters", drained.letters)
    end_holds(datetime.now(UTC))
    return drained._asdict()
