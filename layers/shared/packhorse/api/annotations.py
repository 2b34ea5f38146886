"""Internal notes and tags of orders."""

from datetime import datetime
from typing import Annotated

from aws_lambda_powertools.event_handler.router import APIGatewayHttpRouter
from pydantic import Field, StringConstraints

from packhorse.api.access import OPERATING, allow, current_request_id
from packhorse.api.orders import change
from packhorse.api.paths import PathValue
from packhorse.api.views import OrderView
from packhorse.domain.orders.annotations import with_note, with_tags, without_note
from packhorse.domain.orders.change import Change
from packhorse.domain.orders.order import InternalNote, NoteText, Order
from packhorse.domain.orders.overrides import require_version
from packhorse.domain.values import Value, Whole

router = APIGatewayHttpRouter()

Tag = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=40, pattern=r"^[^\n\r\t|]+$")]


class NewNote(Value):
    """An internal note; a `printable` one is printed with the papers of the order."""

    text: NoteText
    printable: bool = False


class Tags(Value):
    """All tags of an order; `version` is the one that they were made on."""

    tags: Annotated[tuple[Tag, ...], Field(max_length=20)]
    version: Annotated[Whole, Field(ge=1)] | None = None


@router.post("/orders/<order_id>/notes", summary="Add an internal note", tags=["orders"])
@allow(OPERATING)
def note(order_id: PathValue, new: NewNote) -> OrderView:
    """No channel gets to see it. Its words are found by `q`. 409 for an order whose buyer was erased."""
    note_id = current_request_id()[:8]

    def step(order: Order, now: datetime, who: str) -> Change:
        written = InternalNote(id=note_id, text=new.text, printable=new.printable, author=who, written_at=now)
        return Change(with_note(order, written))

    return change(order_id, step)


@router.delete("/orders/<order_id>/notes/<note_id>", summary="Remove an internal note", tags=["orders"])
@allow(OPERATING)
def remove_note(order_id: PathValue, note_id: PathValue) -> OrderView:
    """The order without it."""
    return change(order_id, lambda order, now, who: Change(without_note(order, note_id, now, who)))


@router.put("/orders/<order_id>/tags", summary="Replace the tags of an order", tags=["orders"])
@allow(OPERATING)
def tags(order_id: PathValue, new: Tags) -> OrderView:
    """In lower case; `GET /orders?tag=` filters by one. 409 for another `version`, if one is sent."""

    def step(order: Order, now: datetime, who: str) -> Change:
        if new.version is not None:
            require_version(order, new.version)
        return Change(with_tags(order, new.tags, now, who))

    return change(order_id, step)
