"""Orders and their shipping fulfilments as the Fulfillment API has them: the fields that are read."""

from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import Field, StrictInt

from packhorse.channels.decoration import Amount, Decoration, Note, Part, Words, no_value, otherwise
from packhorse.domain.values import Text
from packhorse.http.body import ExternalId, ExternalModel, Moment


class Money(ExternalModel):
    """An amount, in the currency of the seller where eBay converted it."""

    value: Amount
    currency: Text


class AboutMoney(ExternalModel):
    """An amount that steers nothing."""

    value: Decoration = None


Sum = Annotated[AboutMoney | None, otherwise(no_value)]


class Phone(ExternalModel):
    """A phone number."""

    phone_number: Part = Field("", validation_alias="phoneNumber")


class Address(ExternalModel):
    """An address without a name."""

    line1: Part = Field("", validation_alias="addressLine1")
    line2: Part = Field("", validation_alias="addressLine2")
    city: Part = ""
    state: Part = Field("", validation_alias="stateOrProvince")
    county: Part = ""
    postcode: Part = Field("", validation_alias="postalCode")
    country: Part = Field("", validation_alias="countryCode")


class Contact(ExternalModel):
    """A person or company, with an address; name and phone are withheld 90 days after the sale."""

    name: Part = Field("", validation_alias="fullName")
    company: Part = Field("", validation_alias="companyName")
    email: Words = ""
    phone: Phone = Field(default_factory=Phone, validation_alias="primaryPhone")
    address: Address = Field(default_factory=Address, validation_alias="contactAddress")


class Buyer(ExternalModel):
    """The buyer: an account, and the contact that it is registered with."""

    username: Words = ""
    contact: Annotated[Contact | None, otherwise(no_value)] = Field(None, validation_alias="buyerRegistrationAddress")


class ShippingStep(ExternalModel):
    """Where a parcel goes; `reference` is what eBay's shipping partner knows it by, to be on the label."""

    service: Words = Field("", validation_alias="shippingServiceCode")
    ship_to: Contact | None = Field(None, validation_alias="shipTo")
    reference: Text = Field("", validation_alias="shipToReferenceId")


class Instruction(ExternalModel):
    """How eBay wants the order fulfilled."""

    kind: Text = Field("", validation_alias="fulfillmentInstructionsType")
    latest: Annotated[Moment | None, otherwise(no_value)] = Field(None, validation_alias="maxEstimatedDeliveryDate")
    step: ShippingStep | None = Field(None, validation_alias="shippingStep")


class LineDates(ExternalModel):
    """What was promised for a line."""

    ship_by: Annotated[Moment | None, otherwise(no_value)] = Field(None, validation_alias="shipByDate")
    latest: Annotated[Moment | None, otherwise(no_value)] = Field(None, validation_alias="maxEstimatedDeliveryDate")


class OrderedLine(ExternalModel):
    """A line: how many units were ordered, and how far they are."""

    id: ExternalId = Field(validation_alias="lineItemId")
    quantity: StrictInt
    fulfilment: Text = Field("", validation_alias="lineItemFulfillmentStatus")


class Line(OrderedLine):
    """All that is read of a line; `cost` is that of all units, before discounts.

    A gift card has `gift`: eBay sends it as an e-mail.
    """

    item: ExternalId = Field(validation_alias="legacyItemId")
    variation: ExternalId | None = Field(None, validation_alias="legacyVariationId")
    sku: Text = ""
    title: Words = ""
    cost: Money = Field(validation_alias="lineItemCost")
    discounted: Sum = Field(None, validation_alias="discountedLineItemCost")
    taxes: Annotated[tuple["Tax", ...], otherwise(tuple)] = ()
    dates: Annotated[LineDates, otherwise(LineDates)] = Field(
        default_factory=LineDates, validation_alias="lineItemFulfillmentInstructions"
    )
    gift: Mapping[str, Any] | None = Field(None, validation_alias="giftDetails")


class Tax(ExternalModel):
    """One of the taxes on a line."""

    amount: Money


class Payment(ExternalModel):
    """A payment of the buyer."""

    method: Words = Field("", validation_alias="paymentMethod")
    status: Text = Field("", validation_alias="paymentStatus")
    at: Annotated[Moment | None, otherwise(no_value)] = Field(None, validation_alias="paymentDate")


class PaymentSummary(ExternalModel):
    """The payments of an order."""

    payments: Annotated[tuple[Payment, ...], otherwise(tuple)] = ()


class Prices(ExternalModel):
    """The sums of an order; discounts are negative."""

    delivery: Sum = Field(None, validation_alias="deliveryCost")
    delivery_discount: Sum = Field(None, validation_alias="deliveryDiscount")
    discount: Sum = Field(None, validation_alias="priceDiscount")
    tax: Sum = None
    total: Sum = None


class CancelStatus(ExternalModel):
    """What became of a request to cancel: NONE_REQUESTED, IN_PROGRESS or CANCELED."""

    state: Text = Field("", validation_alias="cancelState")
    at: Annotated[Moment | None, otherwise(no_value)] = Field(None, validation_alias="cancelledDate")


class SentLine(ExternalModel):
    """Units of a line in a fulfilment (see `units_sent`)."""

    id: ExternalId = Field(validation_alias="lineItemId")
    quantity: StrictInt | None = None


class Fulfilment(ExternalModel):
    """A parcel that is marked as shipped; its id is its tracking number, or a number like 999 without one."""

    id: Text = Field("", validation_alias="fulfillmentId")
    carrier: Words | None = Field(None, validation_alias="shippingCarrierCode")
    tracking: Words | None = Field(None, validation_alias="shipmentTrackingNumber")
    at: Annotated[Moment | None, otherwise(no_value)] = Field(None, validation_alias="shippedDate")
    lines: tuple[SentLine, ...] = Field((), validation_alias="lineItems")


class Fulfilments(ExternalModel):
    """All fulfilments of an order; `total` is 0 without any, and never missing."""

    total: StrictInt
    fulfilments: tuple[Fulfilment, ...] = Field((), validation_alias="fulfillments")


class Order(ExternalModel):
    """The fields of an order that are read."""

    id: ExternalId = Field(validation_alias="orderId")
    created_at: Moment = Field(validation_alias="creationDate")
    modified_at: Moment = Field(validation_alias="lastModifiedDate")
    fulfilment: Text = Field("", validation_alias="orderFulfillmentStatus")
    payment: Text = Field("", validation_alias="orderPaymentStatus")
    buyer: Annotated[Buyer, otherwise(Buyer)] = Field(default_factory=Buyer)
    note: Note = Field("", validation_alias="buyerCheckoutNotes")
    cancel: CancelStatus = Field(default_factory=CancelStatus, validation_alias="cancelStatus")
    paid: Annotated[PaymentSummary, otherwise(PaymentSummary)] = Field(
        default_factory=PaymentSummary, validation_alias="paymentSummary"
    )
    prices: Annotated[Prices, otherwise(Prices)] = Field(default_factory=Prices, validation_alias="pricingSummary")
    instructions: tuple[Instruction, ...] = Field((), validation_alias="fulfillmentStartInstructions")
    lines: tuple[Line, ...] = Field(validation_alias="lineItems")
    fulfilments: tuple[Fulfilment, ...] = Field((), validation_alias="shippingFulfillments")
