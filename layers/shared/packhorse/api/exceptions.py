"""Exceptions: the list of what needs a person; retry, dismiss and reopen."""

from datetime import UTC, datetime
from http import HTTPStatus
from typing import Annotated

from aws_lambda_powertools.event_handler.openapi.params import Query
from aws_lambda_powertools.event_handler.router import APIGatewayHttpRouter

from packhorse.api.access import OPERATING, VIEWING, allow, current_name
from packhorse.api.paging import KEY, Cursor, PageSize, cursor_of, position_of
from packhorse.api.paths import PathValue
from packhorse.domain.errors import FieldError, Rejected
from packhorse.domain.values import Value
from packhorse.store import exceptions
from packhorse.store.exceptions import ExceptionState, OpenException
from packhorse.usecases.operations.dismiss import dismiss as dismiss_exception
from packhorse.usecases.operations.explain_exceptions import explained
from packhorse.usecases.operations.reopen import reopen as reopen_exception
from packhorse.usecases.operations.retry import retry_exception

router = APIGatewayHttpRouter()


class ExceptionPage(Value):
    """A page of exceptions."""

    items: tuple[OpenException, ...]
    next: str | None


@router.get("/exceptions", summary="What needs a person, newest first", tags=["exceptions"])
@allow(VIEWING)
def listed(
    cause: Annotated[str | None, Query(max_length=100, description="Only those of this cause")] = None,
    kind: Annotated[str | None, Query(max_length=100, deprecated=True, description="`cause`, as of 0.1.0")] = None,
    state: ExceptionState = ExceptionState.OPEN,
    limit: PageSize = 50,
    cursor: Cursor = None,
) -> ExceptionPage:
    """An order's own exceptions are in the order, too. A page of one cause may be short, or empty, and have a next.

    A listing that means no product is one exception, with the number of orders that wait for it. `retryable` and
    `dismissible` say which of the two is accepted for this one.
    """
    if cause and kind and cause != kind:
        raise Rejected("the input does not fit", [FieldError("kind", f"the cause is {cause}: leave this out")])
    items, position = exceptions.newest_exceptions(state, position_of(cursor, KEY), limit, cause or kind)
    return ExceptionPage(items=explained(items), next=cursor_of(position))


@router.get("/exceptions/<exception_id>", summary="One exception", tags=["exceptions"])
@allow(VIEWING)
def show(exception_id: PathValue) -> OpenException:
    """404 for an unknown id."""
    return _explained(exceptions.get_exception(exception_id))


@router.post(
    "/exceptions/<exception_id>/retry",
    summary="Retry what failed",
    tags=["exceptions"],
    status_code=HTTPStatus.ACCEPTED,
)
@allow(OPERATING)
def retry(exception_id: PathValue) -> OpenException:
    """202: the retry was started; the exception opens again if it fails. 409 if it cannot help, or failed at once."""
    return _explained(retry_exception(exceptions.get_exception(exception_id), current_name(), datetime.now(UTC)))


@router.post("/exceptions/<exception_id>/dismiss", summary="Dismiss: a person has dealt with it", tags=["exceptions"])
@allow(OPERATING)
def dismiss(exception_id: PathValue) -> OpenException:
    """It opens again if the same failure happens again. 409 if goods or an order wait for what it is about."""
    return _explained(dismiss_exception(exceptions.get_exception(exception_id), current_name()))


@router.post("/exceptions/<exception_id>/reopen", summary="Reopen what was dismissed", tags=["exceptions"])
@allow(OPERATING)
def reopen(exception_id: PathValue) -> OpenException:
    """It needs a person again, as before it was dismissed. 409 if it is over, or its order's buyer was erased."""
    return _explained(reopen_exception(exceptions.get_exception(exception_id), current_name()))


def _explained(read: OpenException) -> OpenException:
    [found] = explained([read])
    return found
