"""Drains the dead-letter queues into exceptions: invoked every minute, reads both until they are empty."""

from typing import Any

from packhorse.aws.clients import prepare
from packhorse.aws.invocation import seconds_left
from packhorse.aws.telemetry import add_metric, logger, metrics
from packhorse.usecases.operations.drain import drain

prepare("dynamodb", "s3", "sqs")


@logger.inject_lambda_context
@metrics.log_metrics
def handler(event: object, context: Any) -> dict[str, int]:
    """Drain both queues; return how many dead letters became exceptions, and how many could not."""
    drained = drain(seconds_left(context))
    add_metric("DeadLetters", drained.letters)
    return drained._asdict()
