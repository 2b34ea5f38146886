"""The tracking queue: parcels that left a warehouse, and what carriers report of them on their way."""

from collections.abc import Iterable
from typing import Annotated

from pydantic import Field, TypeAdapter

from packhorse.aws.queues import message_body, send_bodies
from packhorse.aws.settings import settings
from packhorse.domain.labels.tracking import TrackingEvent
from packhorse.domain.orders.shipping import ParcelUpdate
from packhorse.domain.schema import Reader
from packhorse.domain.values import Instant, Label, OrderIdText, Value


class ParcelsShipped(Value):
    """Parcels that left the warehouse of a fulfilment order; with `override` in spite of a hold."""

    order_id: OrderIdText
    fulfilment: int
    parcels: tuple[ParcelUpdate, ...]
    override: bool = False
    who: Label
    at: Instant


class ParcelTracked(Value):
    """A status of a parcel, as a carrier account reported it."""

    account: Label
    event: TrackingEvent
    received_at: Instant


TrackingMessage = ParcelsShipped | ParcelTracked
PARCELS_MESSAGE = Reader(TypeAdapter(ParcelsShipped))
TRACKING_MESSAGE: Reader[TrackingMessage] = Reader(
    TypeAdapter(Annotated[TrackingMessage, Field(union_mode="left_to_right")])
)


def send_parcels(message: ParcelsShipped) -> None:
    """Send the message to the tracking queue."""
    send_bodies(settings.tracking_queue_url, [message_body(message)])


def send_tracked(messages: Iterable[ParcelTracked]) -> None:
    """Send reports of a carrier to the tracking queue."""
    send_bodies(settings.tracking_queue_url, [message_body(message) for message in messages])
