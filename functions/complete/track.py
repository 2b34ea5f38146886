"""Takes in news of parcels: the tracking queue."""

from datetime import UTC, datetime
from functools import partial
from typing import Any

from packhorse.aws.invocation import each_body
from packhorse.aws.telemetry import logger, metrics
from packhorse.messages.tracking import ParcelsShipped
from packhorse.store.backoff import retry_conflicts
from packhorse.usecases.ship import ship_parcels


@logger.inject_lambda_context
@metrics.log_metrics
def handler(event: dict[str, Any], context: object) -> dict[str, Any]:
    """A batch of the tracking queue."""
    return each_body(
        event,
        lambda body: retry_conflicts(
            partial(ship_parcels, ParcelsShipped.model_validate_json(body), datetime.now(UTC))
        ),
    )
