"""An order as WooCommerce's REST API and its webhooks have it: the fields that are read."""

import re
from collections.abc import Iterator
from typing import Annotated, Any

from pydantic import BeforeValidator, Field, StrictBool, StrictInt

from packhorse.channels.decoration import Amount, Barcode, Decoration, Note, Number, Part, Words, no_value, otherwise
from packhorse.channels.woocommerce.parcels import MetaData, OwnParcel, own_parcels
from packhorse.domain.values import Text
from packhorse.http.body import ExternalId, ExternalModel, Moment

NO_OFFSET = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d", re.ASCII)


def _in_gmt(value: Any) -> Any:
    return f"{value}Z" if isinstance(value, str) and NO_OFFSET.fullmatch(value) else value


Gmt = Annotated[Moment, BeforeValidator(_in_gmt)]
"""A moment of a field `..._gmt`, which is written without an offset."""


class Address(ExternalModel):
    """An address; billing and shipping have the same fields, but for the e-mail address."""

    first_name: Part = ""
    last_name: Part = ""
    company: Part = ""
    address_1: Part = ""
    address_2: Part = ""
    city: Part = ""
    state: Part = ""
    postcode: Part = ""
    country: Part = ""
    email: Words = ""
    phone: Part = ""

    @property
    def name(self) -> str:
        """The person."""
        return f"{self.first_name} {self.last_name}".strip()[:255]


class Line(ExternalModel):
    """A line; `subtotal` is before discounts, `total` after them, both without taxes."""

    id: ExternalId
    product_id: ExternalId = ""
    variation_id: ExternalId = ""
    sku: Text = ""
    global_unique_id: Barcode = ""
    name: Words = ""
    quantity: StrictInt
    subtotal: Amount
    total: Decoration = None
    total_tax: Decoration = None

    @property
    def reference(self) -> str:
        """The product, with its variation if it has one; the sku of a product that was deleted."""
        product, variation = (each if each != "0" else "" for each in (self.product_id, self.variation_id))
        return ":".join(filter(None, (product, variation))) or self.sku

    @property
    def has_product(self) -> bool:
        """Whether the product exists: one that was deleted, and a line of none, have the id 0."""
        return self.product_id not in {"", "0"}


class ShippingLine(ExternalModel):
    """A delivery method that the buyer chose."""

    method_id: Words = ""
    method_title: Words = ""


class RefundedLine(ExternalModel):
    """Units of a line that were refunded; their number is negative. The line is named by meta data."""

    quantity: StrictInt
    meta_data: tuple[MetaData, ...] = ()

    @property
    def line(self) -> str:
        """The order's id of the line."""
        return next((str(each.value) for each in self.meta_data if each.key == "_refunded_item_id"), "")


class Refund(ExternalModel):
    """Money that went back; without `line_items` the order alone was read, which does not have them."""

    date_created_gmt: Annotated[Gmt | None, otherwise(no_value)] = None
    line_items: tuple[RefundedLine, ...] | None = None


class Refunded(ExternalModel):
    """The fields of an order that say whether units of it may have been refunded that they do not name."""

    id: ExternalId
    refunds: tuple[Refund, ...] = ()

    @property
    def lacks_refunds(self) -> bool:
        """Whether a refund is there without its lines."""
        return any(refund.line_items is None for refund in self.refunds)


class Order(Refunded):
    """The fields of an order that are read."""

    number: Number = ""
    status: Text
    currency: Text
    date_created_gmt: Gmt
    date_modified_gmt: Gmt
    date_paid_gmt: Gmt | None = None
    date_completed_gmt: Gmt | None = None
    discount_total: Decoration = None
    shipping_total: Decoration = None
    total: Decoration = None
    total_tax: Decoration = None
    customer_note: Note = ""
    billing: Address = Field(default_factory=Address)
    shipping: Address = Field(default_factory=Address)
    payment_method: Words = ""
    payment_method_title: Words = ""
    needs_processing: Annotated[StrictBool | None, otherwise(no_value)] = None
    line_items: tuple[Line, ...]
    shipping_lines: Annotated[tuple[ShippingLine, ...], otherwise(tuple)] = ()
    meta_data: Annotated[tuple[MetaData, ...], otherwise(tuple)] = ()

    def own_parcels(self, ours: str) -> Iterator[OwnParcel]:
        """Yield our parcels of the order that `ours` begins with, our id of it or of a parcel."""
        return own_parcels(self.meta_data, ours, {line.id for line in self.line_items})


class Deleted(ExternalModel):
    """All that WooCommerce says about an order that was moved to the trash, or deleted."""

    id: ExternalId
