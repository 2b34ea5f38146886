"""Webhooks of channels: POST /webhooks/{channel}. A 2xx means that the payload is stored and its order is queued."""

import base64
from collections.abc import Mapping
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any

from packhorse.api.answers import problem_answer, text
from packhorse.aws.clients import prepare
from packhorse.aws.telemetry import logger, metrics
from packhorse.domain.values import ChannelId
from packhorse.usecases.receive import WebhookOutcome, receive_webhook

prepare("dynamodb", "s3", "secretsmanager", "sqs")

REFUSED = {
    WebhookOutcome.NO_CHANNEL: HTTPStatus.NOT_FOUND,
    WebhookOutcome.TOO_LARGE: HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    WebhookOutcome.NO_TOPIC: HTTPStatus.BAD_REQUEST,
    WebhookOutcome.UNSIGNED: HTTPStatus.UNAUTHORIZED,
}


@logger.inject_lambda_context
@metrics.log_metrics
def handler(event: Mapping[str, Any], context: object) -> dict[str, Any]:
    """Answer one request of the HTTP API."""
    body = event.get("body") or ""
    payload = base64.b64decode(body) if event.get("isBase64Encoded") else body.encode()
    channel = ChannelId(event["pathParameters"]["channel"])
    outcome = receive_webhook(channel, event["headers"], payload, datetime.now(UTC))
    return problem_answer(REFUSED[outcome], outcome) if outcome in REFUSED else text(HTTPStatus.OK, outcome)
