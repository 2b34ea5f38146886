"""Answers of Amazon's Fulfillment Outbound API, version 2020-07-01: the fields that are read."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from typing import Annotated

from pydantic import Field, StrictInt

from packhorse.channels.decoration import Amount, Words, no_value, otherwise
from packhorse.domain.errors import CallFailed
from packhorse.domain.fba.outbound import ChangedOrder, McfProgress, SentPackage
from packhorse.domain.orders.mcf import McfStatus
from packhorse.domain.values import Text
from packhorse.http.body import ExternalModel, Moment

Units = Annotated[StrictInt, Field(ge=0)]
STATUSES: Mapping[str, McfStatus] = {
    "NEW": McfStatus.NEW,
    "RECEIVED": McfStatus.RECEIVED,
    "PLANNING": McfStatus.PLANNING,
    "PROCESSING": McfStatus.PROCESSING,
    "COMPLETE": McfStatus.COMPLETE,
    "COMPLETEPARTIALLED": McfStatus.COMPLETE_PARTIALLED,
    "UNFULFILLABLE": McfStatus.UNFULFILLABLE,
    "INVALID": McfStatus.INVALID,
    "CANCELLED": McfStatus.CANCELLED,
}
"""States by Amazon's words, which it writes in several ways: `CompletePartialled`, `COMPLETE_PARTIALLED`."""
SHIPPED = "SHIPPED"
WHOLE = 0
"""The number of the package that units are in which name none."""
LOGISTICS = "Amazon"


class TheirMoney(ExternalModel):
    """An amount in a currency."""

    value: Amount
    currency: Text = Field(validation_alias="currencyCode")


class Fee(ExternalModel):
    """A part of the fees."""

    amount: TheirMoney


class PreviewShipment(ExternalModel):
    """A shipment as it is planned."""

    arrives_by: Annotated[Moment | None, otherwise(no_value)] = Field(None, validation_alias="latestArrivalDate")


class UnfulfillableItem(ExternalModel):
    """Units of an item that cannot be shipped."""

    item: Text = Field(validation_alias="sellerFulfillmentOrderItemId")
    quantity: Units
    reasons: tuple[Words, ...] = Field((), validation_alias="itemUnfulfillableReasons")


class TheirPreview(ExternalModel):
    """What becomes of the order at one speed."""

    speed: Text = Field(validation_alias="shippingSpeedCategory")
    is_fulfillable: bool = Field(validation_alias="isFulfillable")
    fees: Annotated[tuple[Fee, ...], otherwise(tuple)] = Field((), validation_alias="estimatedFees")
    shipments: Annotated[tuple[PreviewShipment, ...], otherwise(tuple)] = Field(
        (), validation_alias="fulfillmentPreviewShipments"
    )
    unfulfillable: tuple[UnfulfillableItem, ...] = Field((), validation_alias="unfulfillablePreviewItems")
    reasons: tuple[Words, ...] = Field((), validation_alias="orderUnfulfillableReasons")

    @property
    def fee(self) -> tuple[Decimal, str] | None:
        """The sum of the fees and its currency; None if they have several, or are not given."""
        currencies = {each.amount.currency for each in self.fees}
        if len(currencies) != 1:
            return None
        return sum((Decimal(each.amount.value) for each in self.fees), Decimal()), currencies.pop()


class Previews(ExternalModel):
    """A preview for each speed."""

    previews: tuple[TheirPreview, ...] = Field((), validation_alias="fulfillmentPreviews")


class PreviewAnswer(ExternalModel):
    """The body of a preview."""

    payload: Previews


class TheirOrder(ExternalModel):
    """The head of an order."""

    id: Text = Field(validation_alias="sellerFulfillmentOrderId")
    status: Text = Field(validation_alias="fulfillmentOrderStatus")
    changed_at: Annotated[Moment | None, otherwise(no_value)] = Field(None, validation_alias="statusUpdatedDate")


class TheirItem(ExternalModel):
    """An item of an order."""

    id: Text = Field(validation_alias="sellerFulfillmentOrderItemId")
    quantity: Units
    cancelled: Units = Field(0, validation_alias="cancelledQuantity")
    unfulfillable: Units = Field(0, validation_alias="unfulfillableQuantity")


class ShipmentItem(ExternalModel):
    """Units of an item in a package of a shipment."""

    id: Text = Field(validation_alias="sellerFulfillmentOrderItemId")
    quantity: Units
    package: Units = Field(0, validation_alias="packageNumber")


class Package(ExternalModel):
    """A package of a shipment."""

    number: Units = Field(validation_alias="packageNumber")
    carrier: Words = Field("", validation_alias="carrierCode")
    tracking: Words = Field("", validation_alias="trackingNumber")
    own_tracking: Words = Field("", validation_alias="amazonFulfillmentTrackingNumber")


class Shipment(ExternalModel):
    """A shipment: its items, and the packages that they are in."""

    id: Text = Field(validation_alias="amazonShipmentId")
    status: Text = Field(validation_alias="fulfillmentShipmentStatus")
    at: Annotated[Moment | None, otherwise(no_value)] = Field(None, validation_alias="shippingDate")
    items: tuple[ShipmentItem, ...] = Field((), validation_alias="fulfillmentShipmentItem")
    packages: tuple[Package, ...] = Field((), validation_alias="fulfillmentShipmentPackage")


class OrderResult(ExternalModel):
    """An order with its items and shipments."""

    order: TheirOrder = Field(validation_alias="fulfillmentOrder")
    items: tuple[TheirItem, ...] = Field(validation_alias="fulfillmentOrderItems")
    shipments: tuple[Shipment, ...] = Field((), validation_alias="fulfillmentShipments")


class OrderAnswer(ExternalModel):
    """The body of one order."""

    payload: OrderResult


class OrderList(ExternalModel):
    """A page of orders."""

    orders: tuple[TheirOrder, ...] = Field((), validation_alias="fulfillmentOrders")
    next: str | None = Field(None, validation_alias="nextToken")


class ListAnswer(ExternalModel):
    """The body of a list of orders."""

    payload: OrderList


def progress_in(found: OrderResult) -> McfProgress:
    """Return how far Amazon is; raises CallFailed for a state that is none of its."""
    status = _status_of(found.order)
    if status is None:
        raise CallFailed("getFulfillmentOrder: the answer has a state that Amazon does not document")
    return McfProgress(
        status=status,
        quantities=_units(found.items, "quantity"),
        unfulfillable=_units(found.items, "unfulfillable"),
        cancelled=_units(found.items, "cancelled"),
        changed_at=found.order.changed_at,
        packages=tuple(each for shipment in sorted(found.shipments, key=_id) for each in _packages(shipment)),
    )


def changed_order(found: TheirOrder) -> ChangedOrder:
    """Return an order of Amazon's list as it is there."""
    return ChangedOrder(found.id, _status_of(found), found.changed_at)


def _status_of(found: TheirOrder) -> McfStatus | None:
    return STATUSES.get("".join(filter(str.isalpha, found.status)).upper())


def _units(items: Iterable[TheirItem], name: str) -> dict[str, int]:
    units: Counter[str] = Counter()
    for item in items:
        units[item.id] += getattr(item, name)
    return dict(+units)


def _packages(shipment: Shipment) -> Iterator[SentPackage]:
    """Yield the packages of a shipment that left; units that name no package of it are in the first one.

    While it lists no packages, they are those that its units name.
    """
    if shipment.status.upper() != SHIPPED:
        return
    packages = {each.number: each for each in sorted(shipment.packages, key=_number)}
    named = sorted({item.package for item in shipment.items}) or [WHOLE]
    packages = packages or {number: Package(packageNumber=number) for number in named}
    first = next(iter(packages))
    units: dict[int, Counter[str]] = {number: Counter() for number in packages}
    for item in shipment.items:
        units[item.package if item.package in packages else first][item.id] += item.quantity
    for number, package in packages.items():
        yield SentPackage(
            id=f"{shipment.id}/{number}",
            whole=f"{shipment.id}/{WHOLE}",
            carrier=LOGISTICS if package.carrier.upper().startswith(("AMZN", "AMAZON")) else package.carrier,
            tracking=package.tracking or package.own_tracking,
            shipped_at=shipment.at,
            units=dict(+units[number]),
        )


def _id(shipment: Shipment) -> str:
    return shipment.id


def _number(package: Package) -> int:
    return package.number
