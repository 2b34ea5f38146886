"""Webhooks of carriers: POST /carriers/{carrier}/webhook. A 2xx means that what it reports is queued."""

from collections.abc import Mapping
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any

from packhorse.api.answers import plain_answer, problem_answer
from packhorse.api.requests import body_of
from packhorse.aws.clients import prepare
from packhorse.aws.telemetry import logger, metrics
from packhorse.usecases.labels.receive_tracking import TrackingOutcome, receive_tracking

prepare("dynamodb", "secretsmanager", "sqs")

REFUSED = {
    TrackingOutcome.NO_ACCOUNT: HTTPStatus.NOT_FOUND,
    TrackingOutcome.TOO_LARGE: HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    TrackingOutcome.UNSIGNED: HTTPStatus.UNAUTHORIZED,
    TrackingOutcome.UNREADABLE: HTTPStatus.BAD_REQUEST,
}


@logger.inject_lambda_context
@metrics.log_metrics
def handler(event: Mapping[str, Any], context: object) -> dict[str, Any]:
    """Answer one request of the HTTP API."""
    outcome = receive_tracking(event["pathParameters"]["carrier"], event["headers"], body_of(event), datetime.now(UTC))
    return problem_answer(REFUSED[outcome], outcome) if outcome in REFUSED else plain_answer(outcome)
