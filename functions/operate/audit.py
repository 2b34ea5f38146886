"""The auditor: invoked by schedules and by the API with what is to be audited.

Everything is gone through page by page; what one invocation does not get to continues in another one. What is safe is
mended: a lost start, a lost token, a lost answer, waiting orders while there is stock. The rest becomes an exception.
"""

import json
from collections.abc import Mapping
from typing import Any

from packhorse.aws.clients import prepare
from packhorse.aws.invocation import seconds_left
from packhorse.aws.telemetry import logger, metrics
from packhorse.usecases.audit import audit_in_time

prepare("dynamodb", "sqs", "stepfunctions")


@logger.inject_lambda_context
@metrics.log_metrics
def handler(event: Mapping[str, Any], context: Any) -> None:
    """One audit, from its start or from where an invocation before ended."""
    audit_in_time(json.dumps(event), seconds_left(context))
