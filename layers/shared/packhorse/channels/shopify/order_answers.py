"""Shapes of the answers to queries for Shopify's orders; their fields have the names of a webhook's body."""

from typing import Annotated, Any

from pydantic import AliasGenerator, BeforeValidator, ConfigDict, Field, StrictBool, StrictInt
from pydantic.alias_generators import to_camel

from packhorse.channels.shopify.inventory import PageInfo, Thing
from packhorse.http.body import ExternalId, ExternalModel, Moment


def _part(*path: str) -> BeforeValidator:
    """Return the metadata of a field that is a part of the answer's object; None where that is null."""

    def read(value: Any) -> Any:
        for name in path:
            value = value.get(name) if isinstance(value, dict) else None
        return value

    return BeforeValidator(read)


Amount = Annotated[str | None, _part("shopMoney", "amount")]
"""An amount in the shop's currency."""

Legacy = Annotated[ExternalId | None, _part("legacyResourceId")]
"""The id that an object has in webhooks."""

State = Annotated[str, BeforeValidator(lambda value: value.lower() if isinstance(value, str) else value)]
"""A value of an enum, which webhooks write in lower case."""

Number = Annotated[str, BeforeValidator(lambda value: value.rpartition("/")[2] if isinstance(value, str) else value)]
"""The number at the end of a global id: the id in webhooks of an object without a `legacyResourceId`."""

LineNumber = Annotated[Number, _part("id")]


class Answer(ExternalModel):
    """An object of an answer; its fields have camel case there."""

    model_config = ConfigDict(alias_generator=AliasGenerator(validation_alias=to_camel))


class ListedOrder(Answer):
    """An order by its id, and when it was changed last."""

    id: str
    updated_at: Moment


class ListedOrders(Answer):
    """A page of orders."""

    nodes: tuple[ListedOrder, ...]
    page_info: PageInfo = Field(default_factory=PageInfo)


class Listed(Answer):
    """An answer to LIST."""

    orders: ListedOrders


class AddressPart(Answer):
    """An address."""

    name: str | None = None
    company: str | None = None
    address1: str | None = None
    address2: str | None = None
    city: str | None = None
    province: str | None = None
    province_code: str | None = None
    zip: str | None = None
    country_code: str | None = Field(None, validation_alias="countryCodeV2")
    phone: str | None = None


class ShippingPart(Answer):
    """A delivery method; removed ones are not among them."""

    code: str | None = None
    title: str | None = None
    price: Amount = Field(None, validation_alias="originalPriceSet")


class ShippingParts(Answer):
    """The delivery methods of an order."""

    nodes: tuple[ShippingPart, ...] = ()


class AllocationPart(Answer):
    """A line's share of a discount."""

    amount: Amount = Field(None, validation_alias="allocatedAmountSet")


class TaxPart(Answer):
    """A tax on a line."""

    price: Amount = Field(None, validation_alias="priceSet")


class LinePart(Answer):
    """A line of an order."""

    id: Number
    variant_id: Legacy = Field(None, validation_alias="variant")
    sku: str | None = None
    name: str | None = None
    quantity: StrictInt
    current_quantity: StrictInt
    unfulfilled_quantity: StrictInt
    price: Amount = Field(None, validation_alias="originalUnitPriceSet")
    total_discount: Amount = Field(None, validation_alias="totalDiscountSet")
    discount_allocations: tuple[AllocationPart, ...] = ()
    tax_lines: tuple[TaxPart, ...] = ()
    requires_shipping: StrictBool = True


class LineParts(Answer):
    """A page of lines."""

    nodes: tuple[LinePart, ...]
    page_info: PageInfo = Field(default_factory=PageInfo)


class HoldPart(Answer):
    """A hold of a fulfilment order, and the app that has put it there."""

    id: Number
    handle: str | None = None
    is_of_app: StrictBool = Field(False, validation_alias="heldByRequestingApp")
    reason: State = ""
    reason_notes: str | None = None
    app: Annotated[str | None, _part("title")] = Field(None, validation_alias="heldByApp")


class HeldPart(Answer):
    """A fulfilment order, of which its holds are read."""

    id: Number
    status: str
    fulfillment_holds: tuple[HoldPart, ...] = ()


class HeldParts(Answer):
    """The fulfilment orders of an order."""

    nodes: tuple[HeldPart, ...] = ()


class OrderPart(Answer):
    """An order, with a page of its lines."""

    id: ExternalId = Field(validation_alias="legacyResourceId")
    name: str | None = None
    currency: str = Field(validation_alias="currencyCode")
    email: str | None = None
    phone: str | None = None
    note: str | None = None
    test: StrictBool = False
    created_at: str
    updated_at: str
    processed_at: str | None = None
    cancelled_at: str | None = None
    closed_at: str | None = None
    financial_status: State = Field("", validation_alias="displayFinancialStatus")
    fulfillment_status: State = Field("", validation_alias="displayFulfillmentStatus")
    payment_gateway_names: tuple[str, ...] = ()
    total_price: Amount = Field(None, validation_alias="totalPriceSet")
    total_tax: Amount = Field(None, validation_alias="totalTaxSet")
    total_discounts: Amount = Field(None, validation_alias="totalDiscountsSet")
    current_total_price: Amount = Field(None, validation_alias="currentTotalPriceSet")
    current_total_tax: Amount = Field(None, validation_alias="currentTotalTaxSet")
    current_total_discounts: Amount = Field(None, validation_alias="currentTotalDiscountsSet")
    shipping_address: AddressPart | None = None
    billing_address: AddressPart | None = None
    shipping: ShippingParts = Field(default_factory=ShippingParts, validation_alias="shippingLines")
    fulfillments: tuple[Thing, ...] = ()
    refunds: tuple[Thing, ...] = ()
    held: HeldParts = Field(default_factory=HeldParts, validation_alias="fulfillmentOrders")
    parts: LineParts = Field(validation_alias="lineItems")


class OrderAnswer(Answer):
    """An answer to ORDER; no order if it was deleted."""

    found: OrderPart | None = Field(None, validation_alias="order")


class OrderOfHeld(Answer):
    """A fulfilment order, of which its order is read."""

    order: Thing


class OrderOfHeldAnswer(Answer):
    """An answer to ORDER_OF_HELD; none if the store has none of that id."""

    found: OrderOfHeld | None = Field(None, validation_alias="fulfillmentOrder")


class TrackingPart(Answer):
    """A tracking number."""

    company: str | None = None
    number: str | None = None


class SentPart(Answer):
    """A number of units of a line in a fulfillment."""

    id: LineNumber = Field(validation_alias="lineItem")
    quantity: StrictInt


class SentParts(Answer):
    """A page of the lines of a fulfillment."""

    nodes: tuple[SentPart, ...]
    page_info: PageInfo = Field(default_factory=PageInfo)


class FulfillmentPart(Answer):
    """A fulfillment, with a page of its lines."""

    id: ExternalId = Field(validation_alias="legacyResourceId")
    status: State
    created_at: str
    service: Annotated[str | None, _part("handle")] = None
    location_id: Legacy = Field(None, validation_alias="location")
    tracking: tuple[TrackingPart, ...] = Field((), validation_alias="trackingInfo")
    parts: SentParts = Field(validation_alias="fulfillmentLineItems")


class FulfillmentAnswer(Answer):
    """An answer to FULFILLMENT."""

    found: FulfillmentPart | None = Field(None, validation_alias="fulfillment")


class RefundedPart(Answer):
    """A number of units of a line in a refund."""

    line_item_id: LineNumber = Field(validation_alias="lineItem")
    quantity: StrictInt
    restock_type: State = ""


class RefundedParts(Answer):
    """A page of the lines of a refund."""

    nodes: tuple[RefundedPart, ...]
    page_info: PageInfo = Field(default_factory=PageInfo)


class RefundPart(Answer):
    """A refund, with a page of its lines."""

    parts: RefundedParts = Field(validation_alias="refundLineItems")


class RefundAnswer(Answer):
    """An answer to REFUND."""

    found: RefundPart | None = Field(None, validation_alias="refund")
