"""Webhooks of channels: POST /webhooks/{channel}. A 2xx means that the payload is stored and its order is queued.

GET is the challenge of a channel that checks who is behind the url before it posts to it.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any

from packhorse.api.answers import plain_answer, problem_answer
from packhorse.api.requests import body_of
from packhorse.api.webhooks import ONLY_POSTED, challenge_of, unverified_answer
from packhorse.aws.clients import prepare
from packhorse.aws.telemetry import logger, metrics
from packhorse.domain.errors import Unavailable
from packhorse.domain.values import ChannelId
from packhorse.messages.notifications import answer_notification
from packhorse.usecases.intake.answer_challenge import Refused, answer_challenge
from packhorse.usecases.intake.receive import WebhookOutcome, receive_webhook

prepare("dynamodb", "s3", "secretsmanager", "sqs")

REFUSED = {
    WebhookOutcome.NO_CHANNEL: HTTPStatus.NOT_FOUND,
    WebhookOutcome.TOO_LARGE: HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    WebhookOutcome.NO_TOPIC: HTTPStatus.BAD_REQUEST,
    WebhookOutcome.UNSIGNED: HTTPStatus.UNAUTHORIZED,
}
UNANSWERED = {
    Refused.NO_CHANNEL: HTTPStatus.NOT_FOUND,
    Refused.NO_CHALLENGE: HTTPStatus.METHOD_NOT_ALLOWED,
    Refused.NO_SECRET: HTTPStatus.FORBIDDEN,
}


@logger.inject_lambda_context
@metrics.log_metrics
def handler(event: Mapping[str, Any], context: object) -> dict[str, Any]:
    """Answer one request of the HTTP API."""
    channel = ChannelId(event["pathParameters"]["channel"])
    if event.get("routeKey") == "GET /webhooks/{channel}":
        return _challenged(channel, event)
    outcome = receive_webhook(channel, event["headers"], body_of(event), datetime.now(UTC))
    if outcome is not WebhookOutcome.ANNOUNCED:
        return problem_answer(REFUSED[outcome], outcome) if outcome in REFUSED else plain_answer(outcome)
    try:
        return answer_notification(event)
    except Unavailable as error:
        return unverified_answer(channel, error)


def _challenged(channel: ChannelId, event: Mapping[str, Any]) -> dict[str, Any]:
    answer = answer_challenge(channel, challenge_of(event))
    if not isinstance(answer, Refused):
        return plain_answer(answer.body, answer.media_type)
    return problem_answer(UNANSWERED[answer], answer, headers=ONLY_POSTED if answer is Refused.NO_CHALLENGE else {})
