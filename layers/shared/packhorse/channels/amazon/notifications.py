"""Notifications that Amazon sends to a queue: an envelope with a type, and the payload of that type.

A type that is read has a value of its own and a line in `READERS`; what becomes of it is in
`usecases/amazon/receive_amazon`.
"""

from collections.abc import Callable, Mapping
from typing import Annotated, NamedTuple

from pydantic import AliasChoices, Field

from packhorse.http.body import ExternalModel

Id = Annotated[str, Field(min_length=1, max_length=100)]
FULFILLED_BY_AMAZON = "AFN"


class OrderChange(NamedTuple):
    """A seller's order that changed: the notification's id, and the order by Amazon's ids.

    `marketplace` is empty where Amazon does not say it; `by_amazon`: it leaves from a warehouse of Amazon's.
    """

    id: str
    seller: str
    marketplace: str
    order: str
    by_amazon: bool


class ShippedElsewhere(NamedTuple):
    """An order that Amazon ships for another channel and whose state changed, by the id that we gave it."""

    id: str
    seller: str
    order: str


class OtherNotification(NamedTuple):
    """A notification of a type, or of a version of one, that is not read."""

    id: str
    topic: str
    version: str


Notification = OrderChange | ShippedElsewhere | OtherNotification


class Metadata(ExternalModel):
    """What identifies a notification; one that is delivered twice has one id."""

    id: Id = Field("", validation_alias="NotificationId")


class Envelope(ExternalModel):
    """What all notifications have around their payload; newer types write its fields with small letters first."""

    envelope_version: Annotated[str, Field(pattern=r"^1\.\d{1,3}$")] = Field(
        validation_alias=AliasChoices("NotificationVersion", "notificationVersion")
    )
    topic: Id = Field(validation_alias=AliasChoices("NotificationType", "notificationType"))
    version: Id = Field("", validation_alias="PayloadVersion")
    metadata: Metadata = Field(default_factory=Metadata, validation_alias="NotificationMetadata")

    @property
    def id(self) -> str:
        """The id of the notification."""
        return self.metadata.id


class Summary(ExternalModel):
    """The order as it is now: what says whether it is to be read, and for which channel."""

    marketplace: Id = Field("", validation_alias="MarketplaceId")
    fulfilled_by: Id = Field("", validation_alias="FulfillmentType")


class TheirOrderChange(ExternalModel):
    """The change of an order."""

    seller: Id = Field(validation_alias="SellerId")
    order: Id = Field(validation_alias="AmazonOrderId")
    summary: Summary = Field(default_factory=Summary, validation_alias="Summary")


class OrderChangePayload(ExternalModel):
    """The payload of ORDER_CHANGE."""

    change: TheirOrderChange = Field(validation_alias="OrderChangeNotification")


class WithOrderChange(Envelope):
    """A notification of type ORDER_CHANGE."""

    payload: OrderChangePayload = Field(validation_alias="Payload")


class TheirOrderStatus(ExternalModel):
    """The state of an order that Amazon ships for another channel."""

    seller: Id = Field(validation_alias="SellerId")
    order: Id = Field(validation_alias="SellerFulfillmentOrderId")


class OrderStatusPayload(ExternalModel):
    """The payload of FULFILLMENT_ORDER_STATUS."""

    status: TheirOrderStatus = Field(validation_alias="FulfillmentOrderStatusNotification")


class WithOrderStatus(Envelope):
    """A notification of type FULFILLMENT_ORDER_STATUS."""

    payload: OrderStatusPayload = Field(validation_alias="Payload")


def _order_status(body: str) -> ShippedElsewhere:
    found = WithOrderStatus.model_validate_json(body)
    return ShippedElsewhere(found.id, found.payload.status.seller, found.payload.status.order)


def _order_change(body: str) -> OrderChange:
    found = WithOrderChange.model_validate_json(body)
    change, summary = found.payload.change, found.payload.change.summary
    by_amazon = summary.fulfilled_by == FULFILLED_BY_AMAZON
    return OrderChange(found.id, change.seller, summary.marketplace, change.order, by_amazon)


READERS: Mapping[tuple[str, str], Callable[[str], Notification]] = {
    ("ORDER_CHANGE", "1.0"): _order_change,
    ("FULFILLMENT_ORDER_STATUS", "1.0"): _order_status,
}
"""What reads a body, by the type of the notification and the version of its payload."""


def read_notification(body: str) -> Notification:
    """Return what a message of the queue is about; raises ValueError for one that is no notification or lacks a field.

    >>> read_notification('{"NotificationVersion": "1.0", "NotificationType": "FEE_PROMOTION"}')
    OtherNotification(id='', topic='FEE_PROMOTION', version='')
    """
    found = Envelope.model_validate_json(body)
    read = READERS.get((found.topic, found.version))
    return read(body) if read else OtherNotification(found.id, found.topic, found.version)
