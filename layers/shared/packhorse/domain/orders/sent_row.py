"""How the files of a supplier have the lines of a fulfilment order."""

from typing import Annotated

from pydantic import Field

from packhorse.domain.values import SkuText, Text, Value


class SentRow(Value):
    """A row for a line: of a kit that the supplier does not know one for each component (`sku`), else one (None).

    `supplier_sku` is what the supplier called it then, empty if it had no sku of its own.
    """

    line: Annotated[str, Field(max_length=100)]
    sku: SkuText | None = None
    supplier_sku: Text = ""
