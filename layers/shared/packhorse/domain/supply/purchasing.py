"""How goods are bought of a supplier: what its purchase orders say."""

from enum import StrEnum
from typing import Annotated

from pydantic import StringConstraints

from packhorse.domain.configuration.warehouse import SiteAddress
from packhorse.domain.values import Text, Value


class PerOrder(StrEnum):
    """What becomes of what is bought per order: a draft that a person submits, or submitted at once."""

    DRAFT = "draft"
    SUBMIT = "submit"


class Purchasing(Value):
    """What the purchase orders of a supplier say: our `account` there, its `address`, the `terms` of sale.

    `per_order` is for products that are bought per order.
    """

    account: Text = ""
    address: SiteAddress | None = None
    per_order: PerOrder = PerOrder.DRAFT
    terms: Annotated[str, StringConstraints(strip_whitespace=True, max_length=2000)] = ""
