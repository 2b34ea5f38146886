"""Exceptions: all that needs a person, in one list; retried and dismissed."""

from datetime import UTC, datetime
from http import HTTPStatus
from typing import Annotated

from aws_lambda_powertools.event_handler.openapi.params import Query
from aws_lambda_powertools.event_handler.router import APIGatewayHttpRouter

from packhorse.api.access import caller_name
from packhorse.api.paging import KEY, Cursor, Limit, cursor_of, position_of
from packhorse.api.paths import PathValue
from packhorse.domain.values import Value
from packhorse.store import exceptions
from packhorse.store.exceptions import ExceptionState, OpenException
from packhorse.usecases.dismiss import dismiss as dismiss_exception
from packhorse.usecases.retry import retry_exception

router = APIGatewayHttpRouter()


class ExceptionPage(Value):
    """A page of exceptions."""

    items: tuple[OpenException, ...]
    next: str | None


@router.get("/exceptions", summary="What needs a person, newest first", tags=["exceptions"])
def listed(
    kind: Annotated[str | None, Query(max_length=100, description="Only those of this cause")] = None,
    state: ExceptionState = ExceptionState.OPEN,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> ExceptionPage:
    """Those of an order stand with the order, too. A page of one kind may be short, or empty, and have a next one."""
    items, position = exceptions.newest_exceptions(state, position_of(cursor, KEY), limit, kind)
    return ExceptionPage(items=tuple(items), next=cursor_of(position))


@router.get("/exceptions/<exception_id>", summary="One exception", tags=["exceptions"])
def show(exception_id: PathValue) -> OpenException:
    """404 for an unknown id."""
    return exceptions.get_exception(exception_id)


@router.post(
    "/exceptions/<exception_id>/retry", summary="Try again", tags=["exceptions"], status_code=HTTPStatus.ACCEPTED
)
def retry(exception_id: PathValue) -> OpenException:
    """202: under way; it is open again if it fails again. 409 where that cannot help, or failed at once."""
    return retry_exception(exceptions.get_exception(exception_id), _who(), datetime.now(UTC))


@router.post("/exceptions/<exception_id>/dismiss", summary="Put away: it is dealt with", tags=["exceptions"])
def dismiss(exception_id: PathValue) -> OpenException:
    """Open again if the same thing happens again. 409 for what an order cannot go on without."""
    return dismiss_exception(exceptions.get_exception(exception_id), _who())


def _who() -> str:
    return caller_name(router.current_event.raw_event)
