"""Asks our own warehouses for the work of an order: the own queue, each message with the token of an execution."""

from datetime import UTC, datetime
from functools import partial
from typing import Any

from packhorse.aws.invocation import each_body
from packhorse.aws.telemetry import logger, metrics
from packhorse.messages.own import HandOver
from packhorse.store.backoff import retry_conflicts
from packhorse.usecases.hand_over import hand_over


@logger.inject_lambda_context
@metrics.log_metrics
def handler(event: dict[str, Any], context: object) -> dict[str, Any]:
    """A batch of the own queue."""
    return each_body(
        event, lambda body: retry_conflicts(partial(hand_over, HandOver.model_validate_json(body), datetime.now(UTC)))
    )
