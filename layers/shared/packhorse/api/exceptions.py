"""Exceptions: all that needs a person, in one list."""

from aws_lambda_powertools.event_handler.router import APIGatewayHttpRouter

from packhorse.api.paging import KEY, Cursor, Limit, cursor_of, position_of
from packhorse.domain.values import Value
from packhorse.store import exceptions
from packhorse.store.exceptions import OpenException, State

router = APIGatewayHttpRouter()


class ExceptionPage(Value):
    """A page of exceptions."""

    items: tuple[OpenException, ...]
    next: str | None


@router.get("/exceptions", summary="What needs a person", tags=["exceptions"])
def listed(state: State = State.OPEN, limit: Limit = 50, cursor: Cursor = None) -> ExceptionPage:
    """Newest first; those of an order stand with the order, too."""
    items, position = exceptions.newest(state, position_of(cursor, KEY), limit)
    return ExceptionPage(items=tuple(items), next=cursor_of(position))
