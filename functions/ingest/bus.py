"""Webhooks of Shopify by EventBridge: invoked by a rule of the partner event bus; what fails is a dead letter."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from packhorse.aws.clients import prepare
from packhorse.aws.telemetry import logger, metrics
from packhorse.domain.configuration.channel import ChannelKind
from packhorse.usecases.intake.receive_event import receive_event

prepare("dynamodb", "s3", "sqs")


@logger.inject_lambda_context
@metrics.log_metrics
def handler(event: Mapping[str, Any], context: object) -> None:
    """Store the payload of an event and queue its order; if that fails, Lambda retries."""
    receive_event(ChannelKind.SHOPIFY, event, datetime.now(UTC))
