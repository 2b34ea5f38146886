"""The JSON of an order as Shopify's webhooks send it: the fields that are read."""

from typing import Annotated

from pydantic import AliasChoices, Field, StrictBool, StrictInt

from packhorse.channels.decoration import Amount, Decoration, Note, Number, Part, Words, no_value, otherwise
from packhorse.domain.values import Text
from packhorse.http.body import ExternalId, ExternalModel, Moment


class Address(ExternalModel):
    """An address; any part may be missing, since Shopify withholds protected customer data from some apps."""

    name: Part = ""
    company: Part = ""
    address1: Part = ""
    address2: Part = ""
    city: Part = ""
    state: Part = Field("", validation_alias=AliasChoices("province_code", "province"))
    postcode: Part = Field("", validation_alias="zip")
    country: Part = Field("", validation_alias=AliasChoices("country_code", "country"))
    phone: Part = ""


class Customer(ExternalModel):
    """The buyer's account, or nothing for a guest."""

    first_name: Words = ""
    last_name: Words = ""
    email: Words = ""
    phone: Words = ""


class Discount(ExternalModel):
    """This line's share of a discount."""

    amount: Amount


class Tax(ExternalModel):
    """One of the taxes on a line."""

    price: Amount


class Line(ExternalModel):
    """A line; `quantity` as first ordered, `current_quantity` after edits, refunds and returns.

    `fulfillable_quantity` is what no fulfillment has yet.
    """

    id: ExternalId
    variant_id: ExternalId = ""
    sku: Text = ""
    name: Words = ""
    quantity: StrictInt
    current_quantity: StrictInt | None = None
    fulfillable_quantity: StrictInt | None = None
    price: Amount
    total_discount: Decoration = None
    discount_allocations: Annotated[tuple[Discount, ...], otherwise(tuple)] = ()
    tax_lines: Annotated[tuple[Tax, ...], otherwise(tuple)] = ()
    requires_shipping: StrictBool = True


class SentLine(ExternalModel):
    """A number of units of a line in a fulfillment."""

    id: ExternalId
    quantity: StrictInt


class Fulfillment(ExternalModel):
    """Goods that left, if its status is `success`; `open` and `pending` ones are about to."""

    id: ExternalId = ""
    status: Text = ""
    service: Text = ""
    location_id: ExternalId = ""
    created_at: Moment
    tracking_company: Words | None = None
    tracking_number: Words | None = None
    tracking_numbers: Annotated[tuple[Words, ...], otherwise(tuple)] = ()
    line_items: tuple[SentLine, ...] = ()


class RefundedLine(ExternalModel):
    """Units of a line that were refunded; `return`: they had been sent and came back."""

    line_item_id: ExternalId
    quantity: StrictInt
    restock_type: Text = ""


class Refund(ExternalModel):
    """Money that went back, and the units that it was for."""

    refund_line_items: tuple[RefundedLine, ...] = ()


class ShippingLine(ExternalModel):
    """A delivery method that the buyer chose and pays."""

    code: Words = ""
    title: Words = ""
    price: Amount
    is_removed: StrictBool = False


class FulfillmentHold(ExternalModel):
    """A hold of a fulfilment order of the order, by a person in the store or by an app."""

    id: ExternalId
    reason: Words = ""
    reason_notes: Words | None = None
    app: Words | None = None


class Order(ExternalModel):
    """The fields of an order that are read.

    What a poll makes alone has `fulfillment_holds`, those of the store, and `fulfillment_orders_not_held`, those that
    have no hold of ours, with `read_at`, the time before it requested the order.
    """

    id: ExternalId
    name: Number = ""
    currency: Text
    created_at: Moment
    updated_at: Moment
    processed_at: Moment | None = None
    cancelled_at: Moment | None = None
    closed_at: Moment | None = None
    test: StrictBool = False
    financial_status: Text = ""
    payment_gateway_names: Annotated[tuple[Words, ...], otherwise(tuple)] = ()
    fulfillment_status: Text = ""
    email: Words = ""
    phone: Words = ""
    note: Note = ""
    total_price: Decoration = None
    total_tax: Decoration = None
    total_discounts: Decoration = None
    current_total_price: Decoration = None
    current_total_tax: Decoration = None
    current_total_discounts: Decoration = None
    customer: Annotated[Customer, otherwise(Customer)] = Field(default_factory=Customer)
    shipping_address: Address | None = None
    billing_address: Annotated[Address | None, otherwise(no_value)] = None
    line_items: tuple[Line, ...]
    shipping_lines: Annotated[tuple[ShippingLine, ...], otherwise(tuple)] = ()
    fulfillments: tuple[Fulfillment, ...] = ()
    refunds: tuple[Refund, ...] = ()
    fulfillment_holds: tuple[FulfillmentHold, ...] | None = None
    fulfillment_orders_not_held: tuple[ExternalId, ...] | None = None
    read_at: Moment | None = None

    @property
    def goods(self) -> tuple[Line, ...]:
        """The lines to ship, without those that need no shipping, such as gift cards."""
        return tuple(line for line in self.line_items if line.requires_shipping)


class Deleted(ExternalModel):
    """All that Shopify says about an order that was deleted."""

    id: ExternalId
