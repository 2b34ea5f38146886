"""Products, and the listings by which channels name them."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Annotated

from pydantic import Field

from packhorse.domain.values import Identifier, SkuText, Text, Value, Whole


class ProductKind(StrEnum):
    """How a product has stock: its own; a kit that of its components; a built one its own, made by work orders."""

    STOCKED = "stocked"
    KIT = "kit"
    BUILT = "built"


ComponentUnits = Annotated[Whole, Field(ge=1, le=10_000)]
MAX_COMPONENTS = 25


class Product(Value):
    """A product that is sold under one sku; a kit is so many units of each of its `components` and has no stock itself.

    A built product has stock of its own; its components are what a work order takes to make one.
    `reserve` are units that are never offered, to channels or kits. `sync`: its quantity is published.
    """

    sku: SkuText
    name: Text = ""
    kind: ProductKind = ProductKind.STOCKED
    barcode: Annotated[str, Field(max_length=50)] | None = None
    pinned_warehouse: Identifier | None = None
    priorities: tuple[Identifier, ...] = ()
    needs_review: bool = False
    reserve: Annotated[Whole, Field(ge=0, le=1_000_000_000)] = 0
    components: Annotated[Mapping[SkuText, ComponentUnits], Field(max_length=MAX_COMPONENTS)] = {}
    sync: bool = True

    @property
    def has_components(self) -> bool:
        """Whether it is made of components."""
        return self.kind is not ProductKind.STOCKED

    @property
    def is_kit(self) -> bool:
        """Whether its stock is that of its components."""
        return self.kind is ProductKind.KIT


class ListingSettings(Value):
    """The channel's own reference for a product, and the most units that are published.

    `always_use_max`: that many are published whatever the stock; `fulfilled_by_channel`: the channel ships it, and no
    quantity is published.
    """

    reference: Annotated[str, Field(min_length=1, max_length=200)]
    max_quantity: Annotated[Whole, Field(ge=0, le=1_000_000_000)] = 999
    always_use_max: bool = False
    fulfilled_by_channel: bool = False


class Listing(ListingSettings):
    """How a channel lists one of our skus."""

    channel: Identifier
    sku: SkuText
