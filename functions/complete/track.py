"""Takes in news of parcels: the tracking queue."""

from datetime import UTC, datetime
from functools import partial
from typing import Any

from packhorse.aws.invocation import each
from packhorse.aws.telemetry import logger, metrics
from packhorse.messages.tracking import Shipped
from packhorse.store.backoff import persistently
from packhorse.usecases.ship import track


@logger.inject_lambda_context
@metrics.log_metrics
def handler(event: dict[str, Any], context: object) -> dict[str, Any]:
    """A batch of the tracking queue."""
    return each(event, lambda body: persistently(partial(track, Shipped.model_validate_json(body), datetime.now(UTC))))
