"""How goods are bought of a supplier: what its purchase orders say."""

from typing import Annotated

from pydantic import StringConstraints

from packhorse.domain.configuration.warehouse import SiteAddress
from packhorse.domain.values import Text, Value


class Purchasing(Value):
    """What the purchase orders of a supplier say: our `account` there, its `address`, the `terms` of sale."""

    account: Text = ""
    address: SiteAddress | None = None
    terms: Annotated[str, StringConstraints(strip_whitespace=True, max_length=2000)] = ""
