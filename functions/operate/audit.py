"""Audits: invoked by schedules and by the API with what is to be audited.

Records are audited page by page; pages that one invocation has no time for are continued by another one. Mended is what
is safe to repeat: a lost start of an execution, a lost task token, a lost answer, backorders whose sku is available,
orders that were received and are not stored. The rest becomes an exception.
"""

import json
from collections.abc import Mapping
from typing import Any

from packhorse.aws.clients import prepare
from packhorse.aws.invocation import seconds_left
from packhorse.aws.telemetry import logger, metrics
from packhorse.usecases.operations.audit import audit_in_time

prepare("dynamodb", "sqs", "stepfunctions")


@logger.inject_lambda_context
@metrics.log_metrics
def handler(event: Mapping[str, Any], context: Any) -> None:
    """Run one audit, from its start or from the page that an invocation before did not get to."""
    audit_in_time(json.dumps(event), seconds_left(context))
