"""Labels: invoked by the API to rate, buy and void them, and for batches of them."""

import json
from collections.abc import Mapping
from typing import Any

from packhorse.aws.clients import prepare
from packhorse.aws.invocation import seconds_left
from packhorse.aws.telemetry import logger, metrics
from packhorse.messages.labels import LABEL_MESSAGE
from packhorse.usecases.labels.answer_label import answer_label

prepare("dynamodb", "s3", "secretsmanager", "sqs")


@logger.inject_lambda_context
@metrics.log_metrics
def handler(event: Mapping[str, Any], context: Any) -> dict[str, Any]:
    """Do what one message requests, and return the outcome."""
    answer = answer_label(LABEL_MESSAGE.read(json.dumps(event)), seconds_left(context))
    return answer.model_dump(mode="json")
