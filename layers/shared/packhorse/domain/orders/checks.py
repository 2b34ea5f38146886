"""Checks of what is to be shipped: what lacks before it can leave, or before a label can be bought for it."""

from enum import StrEnum
from typing import Annotated

from pydantic import StringConstraints

from packhorse.domain.values import Text, Value

Explanation = Annotated[str, StringConstraints(max_length=500)]


class Check(StrEnum):
    """What lacks. Without PRODUCT, WAREHOUSE and STOCK nothing leaves; the others lack for a label only."""

    ADDRESS = "address"
    PRODUCT = "product"
    WAREHOUSE = "warehouse"
    STOCK = "stock"
    HOLD = "hold"
    SENDER = "sender"
    WEIGHT = "weight"
    CUSTOMS = "customs"
    BOX = "box"
    CARRIER = "carrier"


OF_AN_ORDER = frozenset({Check.ADDRESS, Check.HOLD, Check.CUSTOMS})
"""Checks whose message is about an order, or names a line of one."""


class FailedCheck(Value):
    """A check that fails; `message` says to a person what to do, `sku` is the product that it is about."""

    check: Check
    message: Explanation
    sku: Text | None = None

    def of_order(self, number: str) -> "FailedCheck":
        """Return the check with its order named, as one of several that ship in a parcel."""
        return self.replace(message=f"order {number}: {self.message}") if self.check in OF_AN_ORDER else self
