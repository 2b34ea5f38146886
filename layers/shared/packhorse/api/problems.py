"""Failures as problem documents (RFC 9457), and the HTTP status of each kind."""

import json
from collections.abc import Iterable, Mapping, Sequence
from http import HTTPStatus
from typing import Any

from aws_lambda_powertools.event_handler import Response
from pynamodb.exceptions import PynamoDBException

from packhorse.api.answers import problem_document
from packhorse.aws.clients import FAILURES
from packhorse.aws.telemetry import logger
from packhorse.domain.errors import (
    Conflict,
    FieldError,
    NotAllowed,
    NotFound,
    NotNow,
    Outdated,
    PackhorseError,
    Rejected,
    SignedOut,
    Unavailable,
    innermost,
)
from packhorse.domain.validation import words_of

STATUS: tuple[tuple[type[PackhorseError], HTTPStatus], ...] = (
    (SignedOut, HTTPStatus.UNAUTHORIZED),
    (NotAllowed, HTTPStatus.FORBIDDEN),
    (NotFound, HTTPStatus.NOT_FOUND),
    (NotNow, HTTPStatus.CONFLICT),
    (Outdated, HTTPStatus.PRECONDITION_FAILED),
    (Rejected, HTTPStatus.UNPROCESSABLE_ENTITY),
    (Conflict, HTTPStatus.CONFLICT),
    (Unavailable, HTTPStatus.SERVICE_UNAVAILABLE),
)


OUTSIDE = (*FAILURES, PynamoDBException)
"""Exceptions that calls of AWS raise."""
SERVICE_FAILED = "a service that this needs does not answer; try again in a moment"


def problem_response(status: HTTPStatus, detail: str, errors: Iterable[FieldError] = ()) -> Response[Any]:
    """Return a problem document as an answer."""
    body = json.dumps(problem_document(status, detail, errors))
    return Response(status_code=status.value, content_type="application/problem+json", body=body)


def of_failure(error: PackhorseError) -> Response[Any]:
    """Return the answer to one of Packhorse's own errors."""
    return problem_response(status_of(error), str(error), error.errors if isinstance(error, Rejected) else ())


def status_of(error: PackhorseError) -> HTTPStatus:
    """Return the HTTP status of one of Packhorse's own errors."""
    return next(status for kind, status in STATUS if isinstance(error, kind))


def of_outside(error: Exception) -> Response[Any]:
    """Return the answer to a failed call of AWS: the request may be repeated under its Idempotency-Key."""
    logger.exception("a service failed", exc_info=error)
    return problem_response(HTTPStatus.SERVICE_UNAVAILABLE, SERVICE_FAILED)


def of_validation(errors: Sequence[Mapping[str, Any]]) -> Response[Any]:
    """Return the answer to invalid input; fields are paths within the body, the query or the path."""
    found = [FieldError(_path(error["loc"]), words_of(error)) for error in errors]
    return problem_response(HTTPStatus.UNPROCESSABLE_ENTITY, "the input does not fit", innermost(found))


def _path(location: Sequence[Any]) -> str:
    part_of_request, *inside = location
    return ".".join(map(str, inside)) or str(part_of_request)
