"""The terms on which a supplier sells a product to us."""

from typing import Annotated

from pydantic import AfterValidator, Field

from packhorse.domain.money import Money
from packhorse.domain.purchasing.case_pack import CasePack, SomeUnits
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
