"""Releases backorders: the release queue, whose messages say that there is more of a sku.

The orders that wait for it are routed again, oldest first, page after page, as long as there is any. One sku is
released by one invocation at a time (its message group), so that no page overtakes an older one.
"""

from functools import partial
from typing import Any

from packhorse.aws.invocation import each_record, seconds_left
from packhorse.aws.telemetry import logger, metrics
from packhorse.usecases.release import serve_in_time


@logger.inject_lambda_context
@metrics.log_metrics
def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """A batch of the release queue."""
    return each_record(event, partial(serve_in_time, remaining=seconds_left(context)))
