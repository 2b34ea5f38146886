"""Amazon as a fulfiller: invoked by a schedule of each warehouse of its kind, and by hand-overs and cancellations."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from packhorse.aws.clients import prepare
from packhorse.aws.invocation import seconds_left
from packhorse.aws.telemetry import logger, metrics
from packhorse.messages.fba import FBA_MESSAGE
from packhorse.usecases.amazon.amazon_round import AmazonInvocation
from packhorse.usecases.amazon.exchange_with_amazon import answer_fba

prepare("dynamodb", "secretsmanager", "sqs", "stepfunctions")


@logger.inject_lambda_context
@metrics.log_metrics
def handler(event: Mapping[str, Any], context: Any) -> None:
    """Do what one message requests."""
    answer_fba(FBA_MESSAGE.read(json.dumps(event)), AmazonInvocation(datetime.now(UTC), seconds_left(context)))
