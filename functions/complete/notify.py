"""The notices queue: notifies channels of parcels."""

from collections.abc import Mapping
from typing import Any

from packhorse.aws.clients import prepare
from packhorse.aws.invocation import seconds_left, whole_batch
from packhorse.aws.telemetry import logger, metrics
from packhorse.messages.notices import NOTICE_MESSAGE
from packhorse.store import configuration
from packhorse.usecases.begin_batch import begin_batch
from packhorse.usecases.notify_channel import notify_channels

prepare("dynamodb", "secretsmanager", "sqs")


@logger.inject_lambda_context
@metrics.log_metrics
def handler(event: Mapping[str, Any], context: Any) -> dict[str, Any]:
    """Notify the channels of a batch of orders; return as batch item failures what it had no time for."""
    remaining = seconds_left(context)
    return whole_batch(
        begin_batch(event, "notices"),
        NOTICE_MESSAGE.read,
        lambda messages: notify_channels(messages, configuration.current(), remaining),
    )
