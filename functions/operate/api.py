"""The operator API: everything that people and their scripts do, behind a token."""

from typing import Any

from packhorse.api.access import idempotency_key
from packhorse.api.gate import method_of, normalise_event, refusal
from packhorse.api.idempotency import resolve_route, respond_once
from packhorse.aws.clients import prepare
from packhorse.aws.telemetry import logger

prepare("dynamodb", "sqs")


@logger.inject_lambda_context
def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Answer one request; a repeated one with an Idempotency-Key gets its first answer again."""
    if refused := refusal(event):
        return refused
    request = normalise_event(event)
    if method_of(request) == "GET" or idempotency_key(request) is None:
        return resolve_route(request, context)
    return respond_once(request, context)
