"""The own queue: fulfilment orders of all kinds of warehouses, each with the task token of an execution."""

from collections.abc import Mapping
from datetime import UTC, datetime
from functools import partial
from typing import Any

from packhorse.aws.clients import prepare
from packhorse.aws.invocation import whole_batch
from packhorse.aws.telemetry import logger, metrics
from packhorse.messages.own import HAND_OVER_MESSAGE
from packhorse.usecases.fulfilment.hand_over import hand_over
from packhorse.usecases.operations.begin_batch import begin_batch

prepare("dynamodb", "sqs", "stepfunctions")


@logger.inject_lambda_context
@metrics.log_metrics
def handler(event: Mapping[str, Any], context: object) -> dict[str, Any]:
    """Request the fulfilment orders of a batch of the own queue."""
    return whole_batch(begin_batch(event, "own"), HAND_OVER_MESSAGE.read, partial(hand_over, now=datetime.now(UTC)))
