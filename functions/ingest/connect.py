"""Sets channels up: invoked by the API to check one, to connect it and to catch up with it, hourly for their webhooks.

A run continues in another invocation where one has no time left; killed at any call, it ends the same.
"""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from packhorse.aws.clients import prepare
from packhorse.aws.invocation import seconds_left
from packhorse.aws.telemetry import logger, metrics
from packhorse.messages.connecting import CONNECT_MESSAGE
from packhorse.usecases.channels.answer_connecting import answer_connecting

prepare("dynamodb", "secretsmanager", "sqs", "lambda")


@logger.inject_lambda_context
@metrics.log_metrics
def handler(event: Mapping[str, Any], context: Any) -> dict[str, Any]:
    """Do what one message requests; return the answer to a check."""
    message = CONNECT_MESSAGE.read(json.dumps(event))
    return answer_connecting(message, datetime.now(UTC), seconds_left(context)).model_dump(mode="json")
