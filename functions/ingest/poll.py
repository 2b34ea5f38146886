"""Polls channels: invoked by each channel's own schedule, with {"channel": id}; with `orders`, those alone are read.

One that found many orders goes on by {"channel": id, "continues": true}, once these are routed; with "now" a channel is
polled beside its schedule. Either is of that channel, whoever's turn it is.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from packhorse.aws.clients import prepare
from packhorse.aws.invocation import seconds_left
from packhorse.aws.telemetry import logger, metrics
from packhorse.domain.values import ChannelId
from packhorse.usecases.intake.poll import poll_channel
from packhorse.usecases.intake.read_orders import read_orders, read_unread

prepare("dynamodb", "s3", "secretsmanager", "sqs")


@logger.inject_lambda_context
@metrics.log_metrics
def handler(event: Mapping[str, Any], context: Any) -> dict[str, Any]:
    """Poll one channel, or read orders of it by their ids; return how many orders were queued."""
    channel, now = ChannelId(event["channel"]), datetime.now(UTC)
    remaining = seconds_left(context)
    if "orders" in event:
        return {"orders": read_orders(channel, event["orders"], now, remaining)}
    continues = event.get("continues", False)
    by_turn = not (continues or event.get("now", False))
    polled = poll_channel(channel, now, remaining, continues=continues, by_turn=by_turn)
    return {"orders": polled + read_unread(channel, now, remaining)}
