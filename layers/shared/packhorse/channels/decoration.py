"""Fields of outside systems that decorate an order: what does not fit is cut, rounded or left out, never refused.

`parse_model` is called with a set, in which these types note the names of the fields that they changed.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from typing import Annotated, Any, TypeVar

from pydantic import (
    BeforeValidator,
    StringConstraints,
    ValidationError,
    ValidationInfo,
    ValidatorFunctionWrapHandler,
    WrapValidator,
)

from packhorse.domain.money import round_amount
from packhorse.domain.unseen import without_unseen
from packhorse.http.body import readable

AMOUNT = re.compile(r"-?[0-9]+(\.[0-9]+)?([eE][-+]?[0-9]{1,3})?", re.ASCII)
MAX_AMOUNT_CHARACTERS = 60
MAX_WHOLE_DIGITS = 12
AMOUNTS = ("shipping", "tax", "discount", "total")
LINE_AMOUNTS = ("unit_price", "discount", "tax")

T = TypeVar("T")


def note(info: ValidationInfo) -> None:
    """Note that the field was changed."""
    if isinstance(info.context, set) and info.field_name:
        info.context.add(info.field_name)


def _cut(length: int) -> Callable[[Any, ValidationInfo], Any]:
    """Return the function that cuts a text, and takes out what no page shows; what is neither text nor number stays."""

    def read(value: Any, info: ValidationInfo) -> Any:
        text = str(value) if type(value) in (int, Decimal) else value
        if not isinstance(text, str):
            return value
        stripped = without_unseen(readable(text)).strip()
        if len(stripped) > length or "\ufffd" in stripped:
            note(info)
        return stripped[:length]

    return read


def _amount(value: Any) -> str:
    text = str(value).strip() if type(value) in (int, Decimal, str) else ""
    if (exact := parse_amount(text)) is None:
        raise ValueError("is not an amount of money, such as 12.34")
    return f"{exact:f}"


def parse_amount(text: str) -> Decimal | None:
    """Return the number that a text is, with however many decimals; None for no number, or one that is out of bounds.

    >>> parse_amount("8.403361344537815"), parse_amount("1E+999999999"), parse_amount("free")
    (Decimal('8.403361344537815'), None, None)
    """
    if not AMOUNT.fullmatch(text) or len(text) > MAX_AMOUNT_CHARACTERS:
        return None
    exact = Decimal(text)
    return exact if -MAX_AMOUNT_CHARACTERS < exact.adjusted() < MAX_WHOLE_DIGITS else None


def no_value() -> None:
    """Return None, the fallback of a field that may be missing."""


def otherwise(fallback: Callable[[], T]) -> WrapValidator:
    """Return the metadata of a field that gets this value where the outside system's does not fit."""

    def read(value: Any, handler: ValidatorFunctionWrapHandler, info: ValidationInfo) -> Any:
        try:
            return handler(value)
        except ValidationError:
            note(info)
            return fallback()

    return WrapValidator(read)


Part = Annotated[str, BeforeValidator(_cut(255))]
"""A part of an address; what is no text is refused."""

Words = Annotated[Part, otherwise(str)]
"""A short text that only people read."""

Barcode = Annotated[str, BeforeValidator(_cut(255)), StringConstraints(max_length=50), otherwise(str)]
"""A barcode, which helps to find the product; one that is too long is none."""

Number = Annotated[str, BeforeValidator(_cut(100)), otherwise(str)]
"""The visible number of an order."""

Note = Annotated[str, BeforeValidator(_cut(5000)), otherwise(str)]
"""A long text that only people read."""

Amount = Annotated[str, BeforeValidator(_amount)]
"""An amount of money that is text or a number, with the decimals that it was written with."""

Decoration = Annotated[Amount | None, otherwise(no_value)]
"""An amount of money that steers nothing; None where it is none."""


def rounded(facts: Mapping[str, Any], adjusted: set[str]) -> dict[str, Any]:
    """Return the fields of an order with all amounts rounded to what their currency has; note those that changed."""
    lines = [
        {**line, **dict(_rounded(line, LINE_AMOUNTS, adjusted, f"lines.{index}."))}
        for index, line in enumerate(facts["lines"])
    ]
    return {**facts, **dict(_rounded(facts, AMOUNTS, adjusted)), "lines": lines}


def _rounded(
    fields: Mapping[str, Any], names: tuple[str, ...], adjusted: set[str], path: str = ""
) -> Iterator[tuple[str, Any]]:
    for name in names:
        if (money := fields.get(name)) is None:
            continue
        amount = round_amount(Decimal(money["amount"]), money["currency"])
        if amount != Decimal(money["amount"]):
            adjusted.add(f"{path}{name}")
        yield name, {**money, "amount": f"{amount:f}"}
