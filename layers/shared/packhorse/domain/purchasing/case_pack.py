"""Units of purchase orders: whole cases, and no fewer than a minimum."""

from typing import Annotated

from pydantic import Field

from packhorse.domain.values import Whole

PurchaseUnits = Annotated[Whole, Field(ge=1, le=1_000_000)]
SomeUnits = Annotated[Whole, Field(ge=0, le=1_000_000)]
CasePack = Annotated[Whole, Field(ge=1, le=100_000)]


def whole_cases(units: int, case_pack: int, minimum: int) -> int:
    """Return how many units to order so that those wanted come: whole cases, and no fewer than the minimum.

    >>> whole_cases(7, case_pack=6, minimum=0), whole_cases(1, case_pack=6, minimum=20), whole_cases(12, 6, 0)
    (12, 24, 12)
    """
    return -(-max(units, minimum) // case_pack) * case_pack
