"""Serves backorders: invoked when more of a sku is available, or when the configuration changed.

The orders that wait are routed again, oldest first, page after page, as long as some is available. Two invocations for
one sku begin with the same oldest orders; only one of them writes each order, since its version is a condition.
"""

import json
from collections.abc import Mapping
from typing import Any

from packhorse.aws.clients import prepare
from packhorse.aws.invocation import seconds_left
from packhorse.aws.telemetry import logger, metrics
from packhorse.usecases.routing.release import serve_in_time

prepare("dynamodb", "sqs", "stepfunctions")


@logger.inject_lambda_context
@metrics.log_metrics
def handler(event: Mapping[str, Any], context: Any) -> None:
    """Serve the backorders of a sku, or all of them after a change of the configuration."""
    serve_in_time(json.dumps(event), seconds_left(context))
