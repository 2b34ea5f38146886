"""Finds out which channels are to be told of a change: the changes queue."""

from functools import partial
from typing import Any

from packhorse.aws.invocation import each_body
from packhorse.aws.telemetry import logger, metrics
from packhorse.store import configuration
from packhorse.usecases.plan_publishing import fan_out


@logger.inject_lambda_context
@metrics.log_metrics
def handler(event: dict[str, Any], context: object) -> dict[str, Any]:
    """A batch of the changes queue."""
    return each_body(event, partial(fan_out, config=configuration.current()))
