"""Consignments: a parcel that a carrier is to carry, with all that it needs for that."""

from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from typing import Annotated

from pydantic import Field

from packhorse.domain.address import Address
from packhorse.domain.money import Money
from packhorse.domain.values import Text, Value, Whole

Millimetres = Annotated[Whole, Field(ge=0, le=100_000)]
"""A length; 0 is unknown."""

MAX_GRAMS = 10_000_000

Grams = Annotated[Whole, Field(ge=0, le=MAX_GRAMS)]
"""A weight that is entered; 0 is unknown. One that is computed may be larger, and is a plain int."""


class LabelFormat(StrEnum):
    """The format of a label's file."""

    PDF = "pdf"
    PNG = "png"
    ZPL = "zpl"


MEDIA_TYPES: Mapping[LabelFormat, str] = {
    LabelFormat.PDF: "application/pdf",
    LabelFormat.PNG: "image/png",
    LabelFormat.ZPL: "application/zpl",
}


class Package(Value):
    """The weight of a parcel with its box, and its outer size."""

    weight_g: Grams
    length_mm: Millimetres = 0
    width_mm: Millimetres = 0
    height_mm: Millimetres = 0

    @property
    def has_size(self) -> bool:
        """Whether all three sides are given."""
        return bool(self.length_mm and self.width_mm and self.height_mm)


def possible_weight(grams: int) -> int:
    """Return a computed weight, 0 if no package can have it.

    >>> possible_weight(10_000_000), possible_weight(10_000_001)
    (10000000, 0)
    """
    return grams if grams <= MAX_GRAMS else 0


class WeighedPackage(Package):
    """A package that a person weighed: no carrier takes one without a weight."""

    weight_g: Annotated[Whole, Field(gt=0, le=MAX_GRAMS)]


class CustomsItem(Value):
    """A line of a customs declaration; `value` and `weight_g` are those of all its units together.

    Its weight is computed: until it fits its parcel it may be more than any has.
    """

    description: Text
    quantity: Annotated[Whole, Field(gt=0)]
    value: Money
    weight_g: Annotated[Whole, Field(ge=0)]
    origin_country: str = ""
    hs_code: str = ""


class Consignment(Value):
    """A parcel to be carried; `reference` is our id of its label, which the carrier stores with the shipment.

    `customs` is empty within a customs area. `order_number` may be printed on the label. `day` is that of the
    warehouse, which the labels of a manifest share.
    """

    reference: str
    sender: Address
    recipient: Address
    package: Package
    customs: tuple[CustomsItem, ...] = ()
    label_format: LabelFormat = LabelFormat.PDF
    order_number: Text = ""
    day: date | None = None
