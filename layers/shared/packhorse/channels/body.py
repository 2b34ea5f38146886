"""Bodies of channels: parsed as JSON, validated as the channel's model, converted to our order; errors by field.

Errors quote nothing but amounts of a body: it is full of names and addresses.
"""

import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
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

from packhorse.channels.decoration import readable, rounded
from packhorse.domain.address import normalised
from packhorse.domain.errors import FieldError, Rejected, innermost
from packhorse.domain.money import CURRENCIES
from packhorse.domain.orders.channel_order import ChannelOrder

MAX_ERRORS = 20
MAX_NOTES = 20
MAX_AHEAD = timedelta(days=1)
"""How far a channel's clock may be ahead: that of another time zone is."""
SENSELESS = "the order makes no sense"

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


def parse_model(model: type[Model], value: object, adjusted: set[str] | None = None) -> Model:
    """Return the value as that model; raises Rejected with the path of each field that does not fit.

    `adjusted` gets the names of the fields that were cut or left out (see `channels.decoration`).
    """
    try:
        return model.model_validate(value, context=adjusted)
    except ValidationError as error:
        found = error.errors(include_url=False, include_context=False, include_input=False)[:MAX_ERRORS]
        fields = [FieldError(".".join(map(str, one["loc"])), one["msg"]) for one in found]
    raise Rejected(SENSELESS, innermost(fields))  # not `from error`, which quotes the body


def id_of_body(body: object) -> str | None:
    """Return the `id` of a parsed body that does not fit; None if it has none."""
    found = body.get("id") if isinstance(body, dict) else None
    return readable(str(found)[:200]).strip() or None if type(found) in (int, str) else None


def id_in_body(raw: bytes) -> str | None:
    """Return the `id` of a body that does not fit; None if it is no JSON, or has none."""
    try:
        return id_of_body(parse_json(raw))
    except Rejected:
        return None


def money(amount: str | Decimal | None, currency: str) -> dict[str, str] | None:
    """Return the amount in the form that our models read."""
    return None if amount is None else {"amount": str(amount), "currency": currency}


def to_channel_order(facts: Mapping[str, Any], adjusted: set[str], now: datetime) -> ChannelOrder:
    """Return the order with these fields, its amounts rounded and its addresses normalised for routing.

    A moment in the future is refused: later messages would count as older.
    """
    if facts["currency"] not in CURRENCIES:
        raise Rejected(SENSELESS, [FieldError("currency", "is not a currency of ISO 4217")])
    for name in ("placed_at", "modified_at"):
        if facts[name] > now + MAX_AHEAD:
            raise Rejected(SENSELESS, [FieldError(name, "is in the future")])
    order = parse_model(ChannelOrder, rounded(facts, adjusted))
    addresses = {"ship_to": order.ship_to, "bill_to": order.bill_to}
    notes = tuple(sorted(adjusted))[:MAX_NOTES]
    return order.replace(adjusted=notes, **{name: normalised(one) for name, one in addresses.items() if one})
