"""Bodies that outside systems send: parsed as JSON, validated as a model of ours; errors by field.

Errors quote nothing but amounts of a body: it is full of names and addresses.
"""

import json
from datetime import UTC, datetime
from decimal import Decimal
from typing import Annotated, Any, TypeVar

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    StringConstraints,
    ValidationError,
    model_validator,
)

from packhorse.domain.errors import FieldError, Rejected
from packhorse.domain.validation import faults_of

MAX_ERRORS = 20

Model = TypeVar("Model", bound=BaseModel)


class ExternalModel(BaseModel):
    """A part of an outside system's JSON: unknown fields are ignored, null is the same as absent.

    The validator is built at first use, so that a function pays only for the channels that it reads.
    """

    model_config = ConfigDict(extra="ignore", frozen=True, defer_build=True, hide_input_in_errors=True)

    @model_validator(mode="before")
    @classmethod
    def _without_nulls(cls, value: Any) -> Any:
        return {key: part for key, part in value.items() if part is not None} if isinstance(value, dict) else value


def _number_as_text(value: Any) -> Any:
    return str(value) if type(value) in (int, Decimal) else value


def _moment(value: Any) -> datetime:
    try:
        said = datetime.fromisoformat(value)
        moment = said.astimezone(UTC)  # the year in UTC may be another one
    except (TypeError, ValueError, OverflowError):
        raise ValueError("a moment is text such as 2026-11-23T09:30:00Z") from None
    if said.tzinfo is None or not 1970 < moment.year < 9999:  # beyond them: some shops write "never" so
        raise ValueError("a moment has an offset from UTC and is of our times")
    return moment


def parse_moment(text: str | None) -> datetime | None:
    """Return the moment that a text names, in UTC; None for anything else."""
    try:
        return _moment(text)
    except ValueError:
        return None


ExternalId = Annotated[str, BeforeValidator(_number_as_text), StringConstraints(strip_whitespace=True, min_length=1)]
"""An id that is text or a number."""

Moment = Annotated[datetime, BeforeValidator(_moment)]
"""A moment as ISO 8601 text with an offset; UTC once it is read."""


def parse_json(raw: bytes) -> Any:
    """Return the JSON of a body, with exact fractions."""
    try:
        return json.loads(raw, parse_float=Decimal, parse_constant=_no_number)
    except (ValueError, ArithmeticError, RecursionError) as error:
        raise Rejected("the body is not JSON", [FieldError("", str(error))]) from error


def _no_number(_name: str) -> None:
    raise ValueError("NaN and Infinity are not JSON")


def validated(model: type[Model], value: object, refusal: str, context: object = None) -> Model:
    """Return the value as that model; raises Rejected with the path of each field that does not fit.

    `refusal` is the message of that error, `context` is what pydantic gives to the validators of fields.
    """
    try:
        return model.model_validate(value, context=context)
    except ValidationError as error:
        fields = faults_of(error)[:MAX_ERRORS]
    raise Rejected(refusal, fields)  # not `from error`, which quotes the body


def readable(text: str) -> str:
    r"""Replace every half of a surrogate pair, which JSON may hold and UTF-8 cannot.

    >>> readable("Happy birthday \ud83d")
    'Happy birthday \ufffd'
    """
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
