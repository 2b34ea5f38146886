"""Notifications: webhooks that a channel signs with a key of its own, handed over by the webhook function.

A 2xx means that it is verified, and that what it names will be read. Its layer has what verifying takes.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any

from packhorse.api.answers import plain_answer, problem_answer
from packhorse.api.requests import body_of
from packhorse.api.webhooks import unverified_answer
from packhorse.aws.clients import prepare
from packhorse.aws.telemetry import logger, metrics
from packhorse.domain.errors import Unavailable
from packhorse.domain.values import ChannelId
from packhorse.usecases.intake.receive_notification import NotificationOutcome, receive_notification

prepare("dynamodb", "lambda", "secretsmanager")

REFUSED = {
    NotificationOutcome.NO_CHANNEL: HTTPStatus.NOT_FOUND,
    NotificationOutcome.UNSIGNED: HTTPStatus.UNAUTHORIZED,
}


@logger.inject_lambda_context
@metrics.log_metrics
def handler(event: Mapping[str, Any], context: object) -> dict[str, Any]:
    """Answer one request of the HTTP API."""
    channel = ChannelId(event["pathParameters"]["channel"])
    try:
        outcome = receive_notification(channel, event["headers"], body_of(event), datetime.now(UTC))
    except Unavailable as error:
        return unverified_answer(channel, error)
    return problem_answer(REFUSED[outcome], outcome) if outcome in REFUSED else plain_answer(outcome)
