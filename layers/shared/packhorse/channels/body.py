"""Bodies of channels: parsed as JSON, validated as the channel's model, converted to our order; errors by field.

Errors quote nothing but amounts of a body: it is full of names and addresses.
"""

import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from decimal import Decimal
from typing import Annotated, Any, TypeVar

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    StringConstraints,
    ValidationError,
    model_validator,
)

from packhorse.domain.address import normalised
from packhorse.domain.errors import FieldError, Rejected, innermost
from packhorse.domain.money import CURRENCIES
from packhorse.domain.orders.channel_order import ChannelOrder

MAX_ERRORS = 20

Model = TypeVar("Model", bound=BaseModel)


class ExternalModel(BaseModel):
    """A part of an outside system's JSON: unknown fields are ignored, null is the same as absent.

    The validator is built at first use, so that a function pays only for the channels that it reads.
    """

    model_config = ConfigDict(extra="ignore", frozen=True, defer_build=True)

    @model_validator(mode="before")
    @classmethod
    def _without_nulls(cls, value: Any) -> Any:
        return {key: part for key, part in value.items() if part is not None} if isinstance(value, dict) else value


def _number_as_text(value: Any) -> Any:
    return str(value) if type(value) in (int, Decimal) else value


def _moment(value: Any) -> datetime:
    try:
        moment = datetime.fromisoformat(value)
    except (TypeError, ValueError):
        raise ValueError("a moment is text such as 2026-11-23T09:30:00Z") from None
    if moment.tzinfo is None or not 1970 < moment.year < 9999:  # beyond them: some shops write "never" so
        raise ValueError("a moment has an offset from UTC and is of our times")
    return moment.astimezone(UTC)


def parse_moment(text: str | None) -> datetime | None:
    """Return the moment that a text names, in UTC; None for anything else."""
    try:
        return _moment(text)
    except ValueError:
        return None


def _cut(length: int) -> Callable[[str], str]:
    return lambda text: text[:length]


ExternalId = Annotated[str, BeforeValidator(_number_as_text), StringConstraints(strip_whitespace=True, min_length=1)]
"""An id that is text or a number."""

Amount = Annotated[str, BeforeValidator(_number_as_text), StringConstraints(pattern=r"^-?[0-9]{1,12}(\.[0-9]{1,6})?$")]
"""An amount of money that is text or a number, kept as it was written."""

Label = Annotated[str, StringConstraints(strip_whitespace=True), AfterValidator(_cut(255))]
"""A name that only people read; a longer one is cut."""

Note = Annotated[str, AfterValidator(_cut(5000))]
"""A text that only people read; a longer one is cut."""

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


def parse_model(model: type[Model], value: object) -> Model:
    """Return the value as that model; raises Rejected with the path of each field that does not fit."""
    try:
        return model.model_validate(value)
    except ValidationError as error:
        found = error.errors(include_url=False, include_context=False, include_input=False)[:MAX_ERRORS]
        fields = [FieldError(".".join(map(str, one["loc"])), one["msg"]) for one in found]
    raise Rejected("the order makes no sense", innermost(fields))  # not `from error`, which quotes the body


def money(amount: str | Decimal | None, currency: str) -> dict[str, str] | None:
    """Return the amount in the form that our models read."""
    return None if amount is None else {"amount": str(amount), "currency": currency}


def to_channel_order(facts: Mapping[str, object]) -> ChannelOrder:
    """Return the order with these fields, its addresses normalised for routing."""
    order = parse_model(ChannelOrder, facts)
    if order.currency not in CURRENCIES:
        raise Rejected("the order makes no sense", [FieldError("currency", "is not a currency of ISO 4217")])
    addresses = {"ship_to": order.ship_to, "bill_to": order.bill_to}
    return order.replace(**{name: normalised(one) for name, one in addresses.items() if one})
