"""Types of strings and times, once input is validated."""

from collections import Counter
from datetime import UTC, datetime
from typing import Annotated, Any, NewType, Self

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    PlainSerializer,
    Strict,
    StringConstraints,
)

Sku = NewType("Sku", str)
ChannelId = NewType("ChannelId", str)
WarehouseId = NewType("WarehouseId", str)
OrderId = NewType("OrderId", str)

Units = Counter[str]
"""Units of an order, or of a fulfilment order, by the id of their line."""

Identifier = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9-]{0,39}$")]
"""The id of a channel or a warehouse: lower case, digits and dashes, at most 40 characters."""

SkuText = Annotated[str, StringConstraints(min_length=1, max_length=100, pattern=r"^[^\s/?](?:[^/?\n\r\t]*[^\s/?])?$")]
"""A sku: 1 to 100 characters, no `/` and `?` (it is a part of URLs), no line breaks, no blanks at the ends."""

# Every text in a message is bounded: as a key, a longer one would fail the read of its whole batch.
OrderIdText = Annotated[OrderId, StringConstraints(min_length=1, max_length=64)]
"""An order's id in a message."""

SkuInMessage = Annotated[Sku, StringConstraints(min_length=1, max_length=200)]
"""A sku in a message: of a line, which may name no product."""

Label = Annotated[str, StringConstraints(max_length=1200)]
"""A name in a message: who sent it, the key of a file, an event."""

Cursor = Annotated[str, StringConstraints(max_length=4000)]
"""The place where a list continues, or a token of AWS."""

RecordId = Annotated[str, StringConstraints(max_length=200)]
"""The id of a record in a request's body; there may be none."""

Whole = Annotated[int, Strict()]
"""A whole number, written as one: neither `true` nor `"7"` nor `1e3`."""

Text = Annotated[str, StringConstraints(strip_whitespace=True, max_length=255)]
"""A short text of one line."""

MAY_BREAK = "may break"
"""Marks the type of a text that may have line breaks and tabs: people send no other with them (see `one_line`)."""

LongText = Annotated[str, StringConstraints(max_length=5000), MAY_BREAK]
"""A text of several lines that only people read."""

Note = Annotated[str, StringConstraints(strip_whitespace=True, max_length=2000), MAY_BREAK]
"""A text of several lines, without blanks at its ends."""

E_MAIL = r"^[^@\s,;<>\"]+@[^@\s,;<>\"]+\.[^@\s,;<>\"]+$"
"""The pattern of one e-mail address, as far as its text says."""

NO_INSTANT = "a moment is between the years 1001 and 9998, in UTC"

NOT_PRINTABLE_ASCII = "holds a line break, or a character other than printable ASCII"


def is_printable_ascii(text: str) -> bool:
    """Return whether a header of HTTP or a command of SMTP can carry a text.

    >>> [is_printable_ascii(text) for text in ("s3cret", "", "two" + chr(10) + "lines", "schlüssel")]
    [True, True, False, False]
    """
    return text.isascii() and text.isprintable()


def _is_written_out(moment: object) -> object:
    is_number = "-" not in moment if isinstance(moment, str) else isinstance(moment, int | float)
    if is_number:
        raise ValueError("a moment is written as 2026-11-23T09:30:00Z")
    return moment


def in_utc(moment: datetime) -> datetime:
    """Return an aware moment in UTC; raises ValueError beyond the years 1001 to 9998, which no `Instant` has."""
    if 1 < moment.year < 9999:  # beyond, there is no UTC
        moment = moment.astimezone(UTC)
        if 1000 < moment.year < 9999:
            return moment
    raise ValueError(NO_INSTANT)


def start_of_day(moment: datetime) -> datetime:
    """Return when the day of a moment began, in its time zone."""
    return moment.replace(hour=0, minute=0, second=0, microsecond=0)


def _is_readable(moment: datetime) -> datetime:
    if 1000 < moment.year < 9999:
        return moment
    raise ValueError(NO_INSTANT)


# `replace` validates nothing, and times are computed: what no process could read again must not be stored.
Instant = Annotated[
    AwareDatetime,
    BeforeValidator(_is_written_out),
    AfterValidator(in_utc),
    PlainSerializer(_is_readable, return_type=datetime, when_used="json"),
]
"""A moment, always aware and in UTC; read from ISO 8601 only, never from a number; written only if it can be read."""


class Value(BaseModel):
    """A frozen model that refuses unknown fields; `replace` makes a changed copy."""

    # What does not fit may be a stored document: Lambda prints the text of an exception that nothing caught.
    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    def replace(self, **fields: Any) -> Self:
        """Return a copy with these fields replaced, not validated; raises TypeError for a field that does not exist.

        mypy checks the values against the types of the fields, by a plugin (`local/replace_types.py`). Pydantic's
        `model_copy` accepts any name, and takes half as long again.
        """
        if unknown := fields.keys() - type(self).__pydantic_fields__.keys():
            raise TypeError(f"{type(self).__name__} has no field {', '.join(sorted(unknown))}")
        copy = type(self).__new__(type(self))
        fill = object.__setattr__  # past the freeze
        fill(copy, "__dict__", {**self.__dict__, **fields})
        fill(copy, "__pydantic_fields_set__", {*self.__pydantic_fields_set__, *fields})
        fill(copy, "__pydantic_extra__", None)
        fill(copy, "__pydantic_private__", None)
        return copy


def shared_fields(model: type[Value], source: object, *without: str) -> dict[str, Any]:
    """Return the fields of a model, but for some, as another value has them."""
    return {name: getattr(source, name) for name in model.model_fields.keys() - set(without)}


def iso(moment: datetime) -> str:
    """Return the moment as sortable text of fixed width: UTC, to the microsecond.

    >>> iso(datetime(2026, 11, 23, 9, 30, tzinfo=UTC))
    '2026-11-23T09:30:00.000000Z'
    """
    return f"{moment.astimezone(UTC).replace(tzinfo=None).isoformat(timespec='microseconds')}Z"
