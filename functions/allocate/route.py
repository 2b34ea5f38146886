"""The orders queue: takes orders in, routes them and commits their stock."""

from collections.abc import Mapping
from functools import partial
from typing import Any

from packhorse.aws.clients import prepare
from packhorse.aws.invocation import is_redelivered, seconds_left, whole_batch
from packhorse.aws.telemetry import logger, metrics
from packhorse.messages.orders import ORDER_MESSAGE
from packhorse.usecases.operations.begin_batch import begin_batch
from packhorse.usecases.routing.take_batch import take_batch

prepare("dynamodb", "sqs", "stepfunctions")


@logger.inject_lambda_context
@metrics.log_metrics
def handler(event: Mapping[str, Any], context: object) -> dict[str, Any]:
    """Route a batch of the orders queue; return as batch item failures the messages that are to be delivered again."""
    redelivered = {record["messageId"] for record in event["Records"] if is_redelivered(record)}
    handle = partial(take_batch, redelivered=redelivered, remaining=seconds_left(context))
    return whole_batch(begin_batch(event, "orders"), ORDER_MESSAGE.read, handle)
