"""Polls channels: invoked by each channel's own schedule, with {"channel": id}.

One that found many orders goes on by {"channel": id, "continues": true}, once these are routed.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from packhorse.aws.clients import prepare
from packhorse.aws.invocation import seconds_left
from packhorse.aws.telemetry import logger, metrics
from packhorse.domain.values import ChannelId
from packhorse.usecases.poll import poll_channel

prepare("dynamodb", "s3", "secretsmanager", "sqs")


@logger.inject_lambda_context
@metrics.log_metrics
def handler(event: Mapping[str, Any], context: Any) -> dict[str, Any]:
    """Poll one channel; return how many orders were queued."""
    continues = event.get("continues", False)
    channel = ChannelId(event["channel"])
    return {"orders": poll_channel(channel, datetime.now(UTC), seconds_left(context), continues=continues)}
