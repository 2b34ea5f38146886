"""Products, and the listings by which channels name them."""

from enum import StrEnum
from typing import Annotated

from pydantic import Field

from packhorse.domain.values import Identifier, SkuText, Text, Value


class ProductKind(StrEnum):
    """Stocked products have stock; kits take their components'; built ones are made by work orders."""

    STOCKED = "stocked"
    KIT = "kit"
    BUILT = "built"


class Product(Value):
    """A thing that is sold under one sku."""

    sku: SkuText
    name: Text = ""
    kind: ProductKind = ProductKind.STOCKED
    barcode: Annotated[str, Field(max_length=50)] | None = None
    pinned_warehouse: Identifier | None = None
    priorities: tuple[Identifier, ...] = ()
    needs_review: bool = False


class Listing(Value):
    """What a channel calls a product: its own reference for one of our skus."""

    channel: Identifier
    reference: Annotated[str, Field(min_length=1, max_length=200)]
    sku: SkuText
