"""The queue of Amazon's notifications: what happened to orders of its sellers."""

from collections.abc import Mapping
from datetime import UTC, datetime
from functools import partial
from typing import Any

from packhorse.aws.clients import prepare
from packhorse.aws.invocation import whole_batch
from packhorse.aws.telemetry import logger, metrics
from packhorse.channels.amazon.notifications import read_notification
from packhorse.usecases.amazon.receive_amazon import receive_amazon
from packhorse.usecases.operations.begin_batch import begin_batch

prepare("dynamodb", "lambda", "sqs")


@logger.inject_lambda_context
@metrics.log_metrics
def handler(event: Mapping[str, Any], context: object) -> dict[str, Any]:
    """Have what a batch of notifications is about read."""
    return whole_batch(begin_batch(event, "amazon"), read_notification, partial(receive_amazon, now=datetime.now(UTC)))
