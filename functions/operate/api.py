"""The operator API: everything that people and their scripts do, behind a token."""

from typing import Any

from packhorse.api.access import idempotency_key
from packhorse.api.answers import not_stored
from packhorse.api.gate import RefusedRequest, admit
from packhorse.api.idempotency import resolve_route, respond_once
from packhorse.api.requests import method_of
from packhorse.aws.clients import prepare
from packhorse.aws.telemetry import logger

prepare("dynamodb", "sqs")


@logger.inject_lambda_context
def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Answer one request; a repeated one with an Idempotency-Key gets its first answer again."""
    try:
        request = admit(event)
    except RefusedRequest as refusal:
        return not_stored(refusal.answer)
    if method_of(request) == "GET" or idempotency_key(request) is None:
        return not_stored(resolve_route(request, context))
    return not_stored(respond_once(request, context))
