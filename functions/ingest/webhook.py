"""Webhooks of channels: POST /webhooks/{channel}. A 2xx means that the payload is stored and its order is queued.

GET is the challenge of a channel that checks who is behind the url before it posts to it.
"""

import base64
from collections.abc import Mapping
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any

from packhorse.api.answers import plain_answer, problem_answer
from packhorse.aws.clients import prepare
from packhorse.aws.telemetry import facts_of, logger, metrics
from packhorse.channels.protocol import Challenge
from packhorse.domain.errors import Unavailable
from packhorse.domain.values import ChannelId
from packhorse.messages.notifications import answer_notification
from packhorse.usecases.answer_challenge import Refused, answer_challenge
from packhorse.usecases.receive import WebhookOutcome, receive_webhook

prepare("dynamodb", "s3", "secretsmanager", "sqs")

REFUSED = {
    WebhookOutcome.NO_CHANNEL: HTTPStatus.NOT_FOUND,
    WebhookOutcome.TOO_LARGE: HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    WebhookOutcome.NO_TOPIC: HTTPStatus.BAD_REQUEST,
    WebhookOutcome.UNSIGNED: HTTPStatus.UNAUTHORIZED,
}
CHALLENGE = "GET /webhooks/{channel}"
UNANSWERED = {
    Refused.NO_CHANNEL: HTTPStatus.NOT_FOUND,
    Refused.NO_CHALLENGE: HTTPStatus.METHOD_NOT_ALLOWED,
    Refused.NO_SECRET: HTTPStatus.FORBIDDEN,
}


@logger.inject_lambda_context
@metrics.log_metrics
def handler(event: Mapping[str, Any], context: object) -> dict[str, Any]:
    """Answer one request of the HTTP API."""
    return _challenged(event) if event.get("routeKey") == CHALLENGE else _posted(event)


def _posted(event: Mapping[str, Any]) -> dict[str, Any]:
    body = event.get("body") or ""
    payload = base64.b64decode(body) if event.get("isBase64Encoded") else body.encode()
    channel = ChannelId(event["pathParameters"]["channel"])
    outcome = receive_webhook(channel, event["headers"], payload, datetime.now(UTC))
    if outcome is WebhookOutcome.ANNOUNCED:
        return _handed_over(event)
    return problem_answer(REFUSED[outcome], outcome) if outcome in REFUSED else plain_answer(outcome)


def _handed_over(event: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the notification function answers; 503 without an answer, so that the channel sends it again."""
    try:
        return answer_notification(event)
    except Unavailable as error:
        logger.warning("notification not answered", extra=facts_of(error))
        return problem_answer(HTTPStatus.SERVICE_UNAVAILABLE, "the notification was not verified; send it again")


def _challenged(event: Mapping[str, Any]) -> dict[str, Any]:
    url = f"https://{event['requestContext']['domainName']}{event['rawPath']}"
    challenge = Challenge(url, event.get("queryStringParameters") or {})
    answer = answer_challenge(ChannelId(event["pathParameters"]["channel"]), challenge)
    if not isinstance(answer, Refused):
        return plain_answer(answer.body, answer.media_type)
    refusal = problem_answer(UNANSWERED[answer], answer)
    if answer is Refused.NO_CHALLENGE:
        refusal["headers"]["allow"] = "POST"
    return refusal
