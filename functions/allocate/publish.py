"""Plans publishing: invoked with changes of stock or products, and with channels to resync."""

import json
from collections.abc import Mapping
from typing import Any

from packhorse.aws.clients import prepare
from packhorse.aws.invocation import seconds_left
from packhorse.aws.telemetry import logger, metrics
from packhorse.messages.changes import CHANGE_MESSAGE
from packhorse.store import configuration
from packhorse.usecases.stock.plan_publishing import fan_out

prepare("dynamodb", "sqs")


@logger.inject_lambda_context
@metrics.log_metrics
def handler(event: Mapping[str, Any], context: Any) -> None:
    """Fan out one change, a burst of changes, or the resync of a channel."""
    fan_out(CHANGE_MESSAGE.read(json.dumps(event)), configuration.current(), seconds_left(context))
