"""Products, and the listings by which channels name them."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Annotated

from pydantic import Field, StringConstraints

from packhorse.domain.labels.consignment import Grams, Millimetres
from packhorse.domain.money import Money
from packhorse.domain.purchasing.supply_terms import SupplyTerms
from packhorse.domain.values import Identifier, SkuText, Text, Value, Whole


class ProductKind(StrEnum):
    """How a product has stock: its own; a kit that of its components; a built one its own, made by work orders."""

    STOCKED = "stocked"
    KIT = "kit"
    BUILT = "built"


ComponentUnits = Annotated[Whole, Field(ge=1, le=10_000)]
MAX_COMPONENTS = 25

Bin = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=40, pattern=r"^[^\n\r\t]+$")]
"""The place in a warehouse where a product lies, as its people call it: `A-03-2`."""
MAX_BINS = 100

SupplierSku = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=100, pattern=r"^[^\n\r\t]+$")
]
"""What a supplier calls a product in its files: its own sku."""
MAX_SUPPLIER_SKUS = 10


class ProductSettings(Value):
    """The settings of a product; a kit is so many units of each of its `components` and has no stock itself.

    A built product has stock of its own; its components are what a work order takes to make one.
    `reserve` are units that are never offered, to channels or kits. `sync`: its quantity is published. `bins` is where
    it lies, by warehouse, `supplier_skus` what suppliers call it, by supplier, `bought_from` who sells it to us: the
    first one by preference. Weight and sides are those of one unit,
    0 if they are unknown: those of a kit are then its components'. The rest is for customs; `customs_value` is that of
    one unit, for orders whose source has no prices.
    """

    name: Text = ""
    kind: ProductKind = ProductKind.STOCKED
    barcode: Annotated[str, StringConstraints(strip_whitespace=True, max_length=50)] | None = None
    pinned_warehouse: Identifier | None = None
    priorities: tuple[Identifier, ...] = ()
    needs_review: bool = False
    reserve: Annotated[Whole, Field(ge=0, le=1_000_000_000)] = 0
    components: Annotated[Mapping[SkuText, ComponentUnits], Field(max_length=MAX_COMPONENTS)] = {}
    sync: bool = True
    bins: Annotated[Mapping[Identifier, Bin], Field(max_length=MAX_BINS)] = {}
    supplier_skus: Annotated[Mapping[Identifier, SupplierSku], Field(max_length=MAX_SUPPLIER_SKUS)] = {}
    bought_from: Annotated[tuple[SupplyTerms, ...], Field(max_length=MAX_SUPPLIER_SKUS)] = ()
    bought_per_order: bool = False
    weight_g: Grams = 0
    length_mm: Millimetres = 0
    width_mm: Millimetres = 0
    height_mm: Millimetres = 0
    customs_description: Text = ""
    origin_country: Annotated[str, Field(pattern=r"^([A-Z]{2})?$")] = ""
    hs_code: Annotated[str, Field(pattern=r"^([0-9]{4}[0-9.]{0,10})?$")] = ""
    customs_value: Money | None = None


class Product(ProductSettings):
    """A product that is sold under one sku."""

    sku: SkuText

    @property
    def has_components(self) -> bool:
        """Whether it is made of components."""
        return self.kind is not ProductKind.STOCKED

    @property
    def is_kit(self) -> bool:
        """Whether its stock is that of its components."""
        return self.kind is ProductKind.KIT


def name_and_barcode(product: Product | None) -> dict[str, str]:
    """Return both as fields of a line: empty without a product, or where it has none."""
    return {"name": product.name, "barcode": product.barcode or ""} if product else {"name": "", "barcode": ""}


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
