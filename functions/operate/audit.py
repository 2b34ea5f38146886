"""The auditor: the audit queue, into which schedules and people put what is to be audited.

Everything is gone through page by page; what one invocation does not get to goes on by another message. What is safe is
mended: a lost start, a lost token, a lost answer, waiting orders while there is stock. The rest becomes an exception.
"""

from functools import partial
from typing import Any

from packhorse.aws.invocation import each_record, seconds_left
from packhorse.aws.telemetry import logger, metrics
from packhorse.usecases.audit import audit_in_time


@logger.inject_lambda_context
@metrics.log_metrics
def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """A batch of the audit queue."""
    return each_record(event, partial(audit_in_time, remaining=seconds_left(context)))
