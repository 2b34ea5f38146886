"""Limits that leave nothing, in what people send: 0 for a label, so few calls that no work ends in time."""

from collections.abc import Iterator
from typing import NamedTuple

from packhorse.domain.errors import FieldError
from packhorse.domain.money import amounts_in

PRICE_LIMITS = frozenset({"max_label_price", "max_price"})
"""Fields with the most that a label may cost."""
FEWEST_CALLS = 0.1
"""Calls a second with which a function still ends what takes a few calls."""

NO_LIMIT = "with 0 no label could be bought: leave it out for no limit"
TOO_FEW = f"has to be {FEWEST_CALLS} or more, which is a call in ten seconds"


def limit_errors(sent: object, stored: object) -> Iterator[FieldError]:
    """Yield the limits of a document that leave nothing, unless what is stored has them.

    What is stored is read whatever it has: it is of before limits were checked.
    """
    before = set(_senseless(stored))
    for limit in _senseless(sent):
        if limit not in before:
            yield limit.error


class _Limit(NamedTuple):
    value: object
    error: FieldError


def _senseless(document: object) -> Iterator[_Limit]:
    for path, money in amounts_in(document):
        if money.minor == 0 and path.rpartition(".")[2] in PRICE_LIMITS:
            yield _Limit(money, FieldError(f"{path}.amount", NO_LIMIT))
    rate = getattr(document, "calls_per_second", None)
    if rate is not None and rate < FEWEST_CALLS:
        yield _Limit(rate, FieldError("calls_per_second", TOO_FEW))
