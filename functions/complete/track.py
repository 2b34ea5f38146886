"""The tracking queue: parcels that left a warehouse."""

from collections.abc import Mapping
from datetime import UTC, datetime
from functools import partial
from typing import Any

from packhorse.aws.clients import prepare
from packhorse.aws.invocation import whole_batch
from packhorse.aws.telemetry import logger, metrics
from packhorse.messages.tracking import TRACKING_MESSAGE
from packhorse.usecases.fulfilment.track import track
from packhorse.usecases.operations.begin_batch import begin_batch

prepare("dynamodb", "sqs", "stepfunctions")


@logger.inject_lambda_context
@metrics.log_metrics
def handler(event: Mapping[str, Any], context: object) -> dict[str, Any]:
    """Record the parcels of a batch of the tracking queue."""
    return whole_batch(begin_batch(event, "tracking"), TRACKING_MESSAGE.read, partial(track, now=datetime.now(UTC)))
