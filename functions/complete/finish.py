"""The last state of an order's execution: what it found goes into the order."""

from datetime import UTC, datetime
from functools import partial
from typing import Any

from packhorse.aws.telemetry import logger
from packhorse.store.backoff import retry_conflicts
from packhorse.usecases.finish import ExecutionResult, finish


@logger.inject_lambda_context
def handler(event: dict[str, Any], context: object) -> dict[str, Any]:
    """One execution's end in, the order's status out."""
    return retry_conflicts(partial(finish, ExecutionResult.model_validate(event), datetime.now(UTC)))
