"""Answers of the HTTP API: problem documents (RFC 9457) and plain ones."""

import json
from collections.abc import Iterable, Mapping
from http import HTTPStatus
from types import MappingProxyType
from typing import Any

from packhorse.domain.errors import FieldError

NONE: Mapping[str, str] = MappingProxyType({})


def problem_answer(
    status: HTTPStatus,
    detail: str,
    errors: Iterable[FieldError] = (),
    headers: Mapping[str, str] = NONE,
    more: Mapping[str, Any] = NONE,
) -> dict[str, Any]:
    """Return a problem document as an answer; `more` are members that this kind of problem has beside the others."""
    document = {**problem_document(status, detail, errors), **more}
    answer = _answer(status, "application/problem+json", json.dumps(document))
    return {**answer, "headers": {**answer["headers"], **headers}}


def problem_document(status: HTTPStatus, detail: str, errors: Iterable[FieldError]) -> dict[str, Any]:
    """Return a problem document with the fields at fault."""
    return {
        "type": "about:blank",
        "title": status.phrase,
        "status": status.value,
        "detail": detail,
        "errors": [error._asdict() for error in errors],
    }


def plain_answer(body: str, media_type: str = "text/plain; charset=utf-8") -> dict[str, Any]:
    """Return 200 with a body that is no document of ours."""
    return _answer(HTTPStatus.OK, media_type, body)


def _answer(status: HTTPStatus, media_type: str, body: str) -> dict[str, Any]:
    return {"statusCode": status.value, "headers": {"content-type": media_type}, "body": body}


def not_stored(answer: dict[str, Any]) -> dict[str, Any]:
    """Return the answer with the order that neither browsers nor proxies store it: it holds personal data."""
    return {**answer, "headers": {**(answer.get("headers") or {}), "cache-control": "no-store"}}
