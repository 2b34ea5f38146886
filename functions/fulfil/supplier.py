"""Suppliers: invoked by a schedule of each and by the API to exchange files, and to try a connection or a layout."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from packhorse.aws.clients import prepare
from packhorse.aws.invocation import seconds_left
from packhorse.aws.telemetry import logger, metrics
from packhorse.messages.suppliers import SUPPLIER_MESSAGE
from packhorse.usecases.suppliers.answer_supplier import Call, answer_supplier

prepare("dynamodb", "s3", "secretsmanager", "sqs", "stepfunctions")


@logger.inject_lambda_context
@metrics.log_metrics
def handler(event: Mapping[str, Any], context: Any) -> dict[str, Any]:
    """Do what one message requests, and return the outcome."""
    call = Call(context.aws_request_id, datetime.now(UTC), seconds_left(context))
    return answer_supplier(SUPPLIER_MESSAGE.read(json.dumps(event)), call).model_dump(mode="json")
