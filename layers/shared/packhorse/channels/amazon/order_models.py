"""Orders as version 2026-01-01 of Amazon's Orders API has them: the fields that are read."""

from collections import Counter
from typing import Annotated

from pydantic import Field, StrictInt

from packhorse.channels.decoration import Amount, Decoration, Note, Part, Words, no_value, otherwise
from packhorse.domain.values import Text
from packhorse.http.body import ExternalId, ExternalModel, Moment


class Money(ExternalModel):
    """An amount in a currency."""

    amount: Amount
    currency: Text = Field(validation_alias="currencyCode")


class AboutMoney(ExternalModel):
    """An amount that steers nothing."""

    amount: Decoration = None


Sum = Annotated[AboutMoney | None, otherwise(no_value)]


class SalesChannel(ExternalModel):
    """Where the order was placed: AMAZON, or NON_AMAZON for one that the seller had Amazon fulfil."""

    name: Text = Field(validation_alias="channelName")
    marketplace: Text = Field("", validation_alias="marketplaceId")


class Buyer(ExternalModel):
    """The buyer; the e-mail address is a relay of Amazon's."""

    name: Words = Field("", validation_alias="buyerName")
    email: Words = Field("", validation_alias="buyerEmail")


class Address(ExternalModel):
    """Where the parcel goes."""

    name: Part = ""
    company: Part = Field("", validation_alias="companyName")
    line1: Part = Field("", validation_alias="addressLine1")
    line2: Part = Field("", validation_alias="addressLine2")
    line3: Part = Field("", validation_alias="addressLine3")
    city: Part = ""
    district: Part = Field("", validation_alias="districtOrCounty")
    state: Part = Field("", validation_alias="stateOrRegion")
    postcode: Part = Field("", validation_alias="postalCode")
    country: Part = Field("", validation_alias="countryCode")
    phone: Part = ""


class Delivery(ExternalModel):
    """What the buyer wants of the delivery, in words."""

    place: Words = Field("", validation_alias="dropOffLocation")
    instruction: Words = Field("", validation_alias="addressInstruction")


class Recipient(ExternalModel):
    """The address, which Amazon withholds until the order is paid, and some weeks after it was delivered."""

    address: Address | None = Field(None, validation_alias="deliveryAddress")
    preference: Annotated[Delivery, otherwise(Delivery)] = Field(
        default_factory=Delivery, validation_alias="deliveryPreference"
    )


class Detail(ExternalModel):
    """What a part of a discount or a tax is of: ITEM, SHIPPING, GIFT_WRAP, COD_FEE, OTHER or DISCOUNT."""

    kind: Text = Field("", validation_alias="subtype")
    value: Sum = None


class Breakdown(ExternalModel):
    """A part of the proceeds: ITEM, SHIPPING, GIFT_WRAP, COD_FEE, TAX, DISCOUNT, DELIVERY_TIP or OTHER."""

    kind: Text = Field("", validation_alias="type")
    subtotal: Sum = None
    details: Annotated[tuple[Detail, ...], otherwise(tuple)] = Field((), validation_alias="detailedBreakdowns")


class Proceeds(ExternalModel):
    """What the seller gets for the order or for a line."""

    total: Sum = Field(None, validation_alias="grandTotal")
    parts: Annotated[tuple[Breakdown, ...], otherwise(tuple)] = Field((), validation_alias="breakdowns")


class Window(ExternalModel):
    """A period of time."""

    latest: Annotated[Moment | None, otherwise(no_value)] = Field(None, validation_alias="latestDateTime")


class Fulfilment(ExternalModel):
    """How far the order is, and who fulfils it: MERCHANT, or AMAZON from a warehouse of its own."""

    status: Text = Field(validation_alias="fulfillmentStatus")
    by: Text = Field("", validation_alias="fulfilledBy")
    level: Words = Field("", validation_alias="fulfillmentServiceLevel")
    ship_by: Annotated[Window, otherwise(Window)] = Field(default_factory=Window, validation_alias="shipByWindow")
    deliver_by: Annotated[Window, otherwise(Window)] = Field(default_factory=Window, validation_alias="deliverByWindow")


class Price(ExternalModel):
    """The price of one unit."""

    unit: Money | None = Field(None, validation_alias="unitPrice")


class Product(ExternalModel):
    """What was sold."""

    sku: Annotated[str, Field(max_length=200)] = Field("", validation_alias="sellerSku")
    asin: Words = ""
    title: Words = ""
    price: Annotated[Price, otherwise(Price)] = Field(default_factory=Price)


class Requested(ExternalModel):
    """The buyer's request to cancel."""

    reason: Words = Field("", validation_alias="cancelReason")


class Executed(ExternalModel):
    """A cancellation that was done."""

    by: Words = Field("", validation_alias="cancelledBy")


class Cancellation(ExternalModel):
    """What was requested of a line, and what was done."""

    request: Annotated[Requested | None, otherwise(no_value)] = Field(None, validation_alias="cancellationRequest")
    execution: Annotated[Executed | None, otherwise(no_value)] = Field(None, validation_alias="cancellationExecution")


class Gift(ExternalModel):
    """What the buyer wants said with the goods."""

    message: Note = Field("", validation_alias="giftMessage")
    wrap: Words = Field("", validation_alias="giftWrapLevel")


class Packing(ExternalModel):
    """How the line is to be packed."""

    gift: Annotated[Gift | None, otherwise(no_value)] = Field(None, validation_alias="giftOption")


class LineFulfilment(ExternalModel):
    """How many units left, and how many are still to leave."""

    sent: StrictInt | None = Field(None, validation_alias="quantityFulfilled")
    left: StrictInt | None = Field(None, validation_alias="quantityUnfulfilled")
    packing: Annotated[Packing, otherwise(Packing)] = Field(default_factory=Packing)


class Line(ExternalModel):
    """A line of the order."""

    id: ExternalId = Field(validation_alias="orderItemId")
    ordered: StrictInt = Field(validation_alias="quantityOrdered")
    product: Product
    proceeds: Annotated[Proceeds, otherwise(Proceeds)] = Field(default_factory=Proceeds)
    cancellation: Annotated[Cancellation, otherwise(Cancellation)] = Field(default_factory=Cancellation)
    fulfilment: LineFulfilment = Field(default_factory=LineFulfilment, validation_alias="fulfillment")

    @property
    def quantity(self) -> int:
        """The units that are wanted: of a line with cancelled units those that left or are still to leave."""
        counted = self.fulfilment
        if self.cancellation.execution is None or counted.sent is None or counted.left is None:
            return self.ordered
        return min(self.ordered, counted.sent + counted.left)


PENDING = "PENDING"
NOT_HANDED_OVER = frozenset({"PENDING_SCHEDULE", "PENDING_PICK_UP", "PENDING_DROP_OFF"})
"""Details of a pending package, such as one of Easy Ship, that its carrier does not have."""


class PackageStatus(ExternalModel):
    """Where the package is; CANCELLED for one that did not leave after all."""

    status: Text = ""
    detail: Text = Field("", validation_alias="detailedStatus")


class PackedLine(ExternalModel):
    """Units of a line in a package."""

    id: ExternalId = Field(validation_alias="orderItemId")
    quantity: StrictInt


class Package(ExternalModel):
    """A package, by the number that the seller gave it or, without one, Amazon's."""

    id: ExternalId = Field(validation_alias="packageReferenceId")
    status: Annotated[PackageStatus, otherwise(PackageStatus)] = Field(
        default_factory=PackageStatus, validation_alias="packageStatus"
    )
    carrier: Words | None = None
    tracking: Words | None = Field(None, validation_alias="trackingNumber")
    at: Annotated[Moment | None, otherwise(no_value)] = Field(None, validation_alias="shipTime")
    lines: tuple[PackedLine, ...] = Field((), validation_alias="packageItems")

    @property
    def is_gone(self) -> bool:
        """Whether the package was withdrawn."""
        return self.status.status == "CANCELLED"

    @property
    def waits(self) -> bool:
        """Whether the package waits to be scheduled or collected."""
        return self.status.status == PENDING and self.status.detail in NOT_HANDED_OVER

    @property
    def may_wait(self) -> bool:
        """Whether Amazon does not say if its carrier has it: it leaves the detail out of most pending ones."""
        return self.status.status == PENDING and not self.status.detail

    @property
    def units(self) -> "Counter[str]":
        """Its units by line."""
        units: Counter[str] = Counter()
        for each in self.lines:
            units[each.id] += each.quantity
        return units


class Execution(ExternalModel):
    """A way in which the buyer pays."""

    method: Words = Field("", validation_alias="paymentMethod")


class Payment(ExternalModel):
    """The ways in which the buyer pays."""

    executions: Annotated[tuple[Execution, ...], otherwise(tuple)] = Field((), validation_alias="paymentExecutions")


class Order(ExternalModel):
    """The fields of an order that are read."""

    id: ExternalId = Field(validation_alias="orderId")
    created_at: Moment = Field(validation_alias="createdTime")
    modified_at: Moment = Field(validation_alias="lastUpdatedTime")
    sold_on: SalesChannel = Field(validation_alias="salesChannel")
    buyer: Annotated[Buyer, otherwise(Buyer)] = Field(default_factory=Buyer)
    recipient: Recipient = Field(default_factory=Recipient)
    proceeds: Annotated[Proceeds, otherwise(Proceeds)] = Field(default_factory=Proceeds)
    payment: Annotated[Payment, otherwise(Payment)] = Field(default_factory=Payment)
    fulfilment: Fulfilment = Field(validation_alias="fulfillment")
    lines: tuple[Line, ...] = Field(validation_alias="orderItems")
    packages: tuple[Package, ...] = ()
