"""Records in its order that a fulfilment order is overdue.

An execution that 0.1.0 started calls this once at its end instead, with all outcomes of its attempt, overdue or not.
"""

from datetime import UTC, datetime
from functools import partial
from typing import Any

from packhorse.aws.clients import prepare
from packhorse.aws.telemetry import logger
from packhorse.store.backoff import retry_conflicts
from packhorse.usecases.orders.finish import EXECUTION_RESULT, finish

prepare("dynamodb")


@logger.inject_lambda_context
def handler(event: dict[str, Any], context: object) -> dict[str, Any]:
    """Record the outcomes of an execution; return the order's status."""
    return retry_conflicts(partial(finish, EXECUTION_RESULT.read_object(event), datetime.now(UTC)))
