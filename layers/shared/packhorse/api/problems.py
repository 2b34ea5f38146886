"""Our failures as problem documents (RFC 9457): the one place that knows which is which HTTP status."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from http import HTTPStatus
from typing import Any

from aws_lambda_powertools.event_handler import Response
from botocore.exceptions import BotoCoreError, ClientError
from pynamodb.exceptions import PynamoDBException

from packhorse.api.answers import problem_document
from packhorse.aws.telemetry import logger
from packhorse.domain.errors import Conflict, FieldError, NotFound, NotNow, PackhorseError, Rejected, Unavailable

STATUS: tuple[tuple[type[PackhorseError], HTTPStatus], ...] = (
    (NotFound, HTTPStatus.NOT_FOUND),
    (NotNow, HTTPStatus.CONFLICT),
    (Rejected, HTTPStatus.UNPROCESSABLE_ENTITY),
    (Conflict, HTTPStatus.CONFLICT),
    (Unavailable, HTTPStatus.SERVICE_UNAVAILABLE),
)


OUTSIDE = (ClientError, BotoCoreError, PynamoDBException)
"""What a service of AWS fails with."""
SERVICE_FAILED = "a service that this needs does not answer; try again in a moment"


def problem(status: HTTPStatus, detail: str, errors: Iterable[FieldError] = ()) -> Response[Any]:
    """Return a problem document as an answer."""
    body = json.dumps(problem_document(status, detail, errors))
    return Response(status_code=status.value, content_type="application/problem+json", body=body)


def of_failure(error: PackhorseError) -> Response[Any]:
    """Return the answer to a failure of ours."""
    status = next(status for kind, status in STATUS if isinstance(error, kind))
    return problem(status, str(error), error.errors if isinstance(error, Rejected) else ())


def of_outside(error: Exception) -> Response[Any]:
    """Return the answer to a failed service of AWS: the request may be repeated under its Idempotency-Key."""
    logger.exception("a service failed", exc_info=error)
    return problem(HTTPStatus.SERVICE_UNAVAILABLE, SERVICE_FAILED)


def of_validation(errors: Sequence[Mapping[str, Any]]) -> Response[Any]:
    """Return the answer to invalid input; fields are paths, without the part of the request that they stand in."""
    found = [FieldError(_path(error["loc"]), _message(error)) for error in errors]
    return problem(HTTPStatus.UNPROCESSABLE_ENTITY, "the input does not fit", _innermost(found))


def _path(location: Sequence[Any]) -> str:
    part_of_request, *inside = location
    return ".".join(map(str, inside)) or str(part_of_request)


def _message(error: Mapping[str, Any]) -> str:
    return str(error["msg"]).removeprefix("Value error, ")


def _innermost(errors: Sequence[FieldError]) -> Iterator[FieldError]:
    """Without those that follow from another one inside of them: a list of one bad item is not too short."""
    for error in errors:
        if not any(other.field.startswith(f"{error.field}.") for other in errors):
            yield error
