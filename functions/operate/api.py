"""The operator API: everything that people and their scripts do, behind a token."""

from typing import Any

from packhorse.api.access import idempotency_key
from packhorse.api.gate import method_of, plain, refusal
from packhorse.api.idempotency import once, resolved
from packhorse.aws.telemetry import logger


@logger.inject_lambda_context
def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """One request in, its answer out; with an Idempotency-Key, the answer that it got the first time."""
    if refused := refusal(event):
        return refused
    request = plain(event)
    if method_of(request) == "GET" or idempotency_key(request) is None:
        return resolved(request, context)
    return once(request, context)
