"""The terms on which a supplier sells a product to us."""

from typing import Annotated

from pydantic import AfterValidator, Field

from packhorse.domain.money import MAX_MINOR, Money
from packhorse.domain.purchasing.case_pack import MAX_UNITS, CasePack, SomeUnits, in_cases
from packhorse.domain.values import Identifier, Value, Whole


def _not_negative(price: Money) -> Money:
    if price.minor < 0:
        raise ValueError("a price is not negative")
    return price


class SupplyTerms(Value):
    """What a unit costs at a supplier, in whole cases of `case_pack`, `minimum` units at least, after `lead_days`."""

    supplier: Identifier
    price: Annotated[Money, AfterValidator(_not_negative)]
    case_pack: CasePack = 1
    minimum: SomeUnits = 0
    lead_days: Annotated[Whole, Field(ge=0, le=365)] = 0

    @property
    def least(self) -> int:
        """The fewest units that can be ordered: whole cases of the minimum."""
        return in_cases(max(self.minimum, 1), self.case_pack)

    @property
    def most(self) -> int:
        """The most units that a line takes at the price: whole cases; fewer than `least` where no line can be made."""
        priced = MAX_MINOR // self.price.minor if self.price.minor else MAX_UNITS
        return min(MAX_UNITS, priced) // self.case_pack * self.case_pack

    @property
    def fault(self) -> tuple[str, str] | None:
        """The field at fault, and why no purchase order can be made on these terms; None if one can."""
        if self.least > MAX_UNITS:
            return (
                "minimum",
                f"in cases of {self.case_pack:,} that is {self.least:,} units, and a line takes {MAX_UNITS:,}",
            )
        if self.least > self.most:
            return "price.amount", f"{self.least:,} units, the fewest to order, cost more than an amount can be"
        return None
