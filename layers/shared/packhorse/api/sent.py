"""Faults of what people send that no type of a field finds, as what is stored already may have them."""

from collections.abc import Iterator

from pydantic import BaseModel

from packhorse.domain.configuration.sent_limits import limit_errors
from packhorse.domain.errors import FieldError
from packhorse.domain.money import amount_errors
from packhorse.domain.one_line import line_errors


def sent_errors(sent: object, stored: BaseModel | None = None) -> Iterator[FieldError]:
    """Yield the amounts, limits and texts of a body that do not fit, but for those that its stored document has."""
    if isinstance(sent, BaseModel):
        yield from amount_errors(sent, stored)
        yield from limit_errors(sent, stored)
        yield from line_errors(sent, stored)
