"""Units of purchase orders: whole cases, and no fewer than a minimum."""

from typing import Annotated

from pydantic import Field

from packhorse.domain.values import Whole

MAX_UNITS = 1_000_000
"""Units of a line of a document, in any of its states: also of all its receipts together."""
PurchaseUnits = Annotated[Whole, Field(ge=1, le=MAX_UNITS)]
SomeUnits = Annotated[Whole, Field(ge=0, le=MAX_UNITS)]
CasePack = Annotated[Whole, Field(ge=1, le=100_000)]


def in_cases(units: int, case_pack: int) -> int:
    """Return the fewest units in whole cases that are not fewer than those.

    >>> in_cases(7, case_pack=6), in_cases(12, case_pack=6)
    (12, 12)
    """
    return -(-units // case_pack) * case_pack


def whole_cases(units: int, case_pack: int, minimum: int) -> int:
    """Return how many units to order so that those wanted come: whole cases, and no fewer than the minimum.

    A line takes no more than MAX_UNITS.

    >>> whole_cases(7, case_pack=6, minimum=0), whole_cases(1, case_pack=6, minimum=20), whole_cases(12, 6, 0)
    (12, 24, 12)
    >>> whole_cases(2_000_000, case_pack=7, minimum=0)
    999999
    """
    return min(in_cases(max(units, minimum), case_pack), MAX_UNITS // case_pack * case_pack)
