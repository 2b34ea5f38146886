"""Cursors of lists: `{"items": [...], "next": cursor or null}`."""

import base64
import zlib
from typing import Annotated, Any, TypeVar

from aws_lambda_powertools.event_handler.openapi.params import Query
from pydantic import StringConstraints, TypeAdapter

from packhorse.domain.errors import FieldError, Rejected

T = TypeVar("T")
MAX_PAGE_BYTES = 100_000
"""Size of a position, uncompressed."""

PageSize = Annotated[int, Query(ge=1, le=100, description="How many items at most")]
Cursor = Annotated[str | None, Query(max_length=6000, description="`next` of the page before")]
Unfinished = Annotated[bool | None, Query(description="Whether it is not over yet")]
Words = Annotated[
    str | None, Query(max_length=200, description="Words of its number, reference, note and skus, in any case")
]
MadeForOrder = Annotated[
    str | None, Query(max_length=300, description="An order that it is or was made for, also in part")
]

Key = Annotated[str, StringConstraints(min_length=1, max_length=1000)]
KEY: TypeAdapter[str] = TypeAdapter(Key)
"""The position in a list that continues after a key."""
ANYTHING: TypeAdapter[Any] = TypeAdapter(Any)


def cursor_of(position: Any) -> str | None:
    """Return a position as opaque text; None at the end."""
    return base64.urlsafe_b64encode(zlib.compress(ANYTHING.dump_json(position))).decode() if position else None


def position_of(cursor: str | None, shape: TypeAdapter[T]) -> T | None:
    """Return the position of a cursor; raises Rejected for text that `cursor_of` did not make."""
    if not cursor:
        return None
    try:
        packed = base64.urlsafe_b64decode(cursor)
        return shape.validate_json(zlib.decompressobj().decompress(packed, MAX_PAGE_BYTES))
    except (ValueError, zlib.error) as error:
        raise Rejected("not a cursor of this list", [FieldError("cursor", "take `next` of the page before")]) from error
