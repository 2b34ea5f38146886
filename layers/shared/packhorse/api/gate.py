"""The gate of the API: refuse requests, and bring the others into one form for the routes.

An HTTP API sends paths decoded, except for `%25`. The gate encodes them again: routes match paths whose every part is
percent-encoded, and decode the parts themselves. So a sku may hold a `#`, an umlaut or a per cent sign.
"""

import base64
import json
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any
from urllib.parse import quote, unquote

from packhorse.api.access import is_allowed, roles
from packhorse.api.answers import problem_answer
from packhorse.domain.errors import FieldError, Rejected

METHODS = frozenset({"GET", "POST", "PUT", "PATCH", "DELETE"})
OPEN = "/health"
MAX_BODY_BYTES = 1_000_000
JSON = "application/json"
MEDIA_TYPES = frozenset({"", JSON, "application/merge-patch+json", "application/x-www-form-urlencoded"})
"""Content types of a JSON body; curl sends that of a form, and many clients none."""


def method_of(event: Mapping[str, Any]) -> str:
    """Return the HTTP method."""
    return str(event["requestContext"]["http"]["method"])


def refusal(event: Mapping[str, Any]) -> dict[str, Any] | None:
    """Return the answer to a request that is refused; None if it is allowed."""
    method, path = method_of(event), _path(event)
    if method not in METHODS:
        return problem_answer(HTTPStatus.METHOD_NOT_ALLOWED, f"no route takes {method}")
    if path != OPEN and not is_allowed(roles(event), method, path):
        return problem_answer(HTTPStatus.FORBIDDEN, "your role does not allow this")
    body = _body(event)
    if len(body) > MAX_BODY_BYTES:
        return problem_answer(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, f"at most {MAX_BODY_BYTES} bytes")
    if body and _media_type(event) not in MEDIA_TYPES:
        return problem_answer(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, f"send {JSON}")
    return None


def normalise_event(event: Mapping[str, Any]) -> dict[str, Any]:
    """Return the event with a percent-encoded path, without empty parameters, and with its body as text.

    Bytes that are not UTF-8 become text that no field accepts.
    """
    parameters = event.get("queryStringParameters") or {}
    return {
        **event,
        "rawPath": _path(event),
        "queryStringParameters": {name: value for name, value in parameters.items() if value},
        "headers": {**event["headers"], "content-type": JSON},
        "body": _body(event).decode(errors="surrogateescape"),
        "isBase64Encoded": False,
    }


def parse_object(text: str) -> dict[str, Any]:
    """Return the object of a body; raises Rejected for any other body."""
    try:
        found = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise Rejected("the body is not JSON", [FieldError("body", str(error))]) from error
    if not isinstance(found, dict):
        raise Rejected("the body is not an object", [FieldError("body", "should be a JSON object")])
    return found


def _path(event: Mapping[str, Any]) -> str:
    return quote(unquote(event["rawPath"]))


def _body(event: Mapping[str, Any]) -> bytes:
    body: str = event.get("body") or ""
    return base64.b64decode(body) if event.get("isBase64Encoded") else body.encode()


def _media_type(event: Mapping[str, Any]) -> str:
    return str(event["headers"].get("content-type", "")).partition(";")[0].strip().lower()
