"""The tracking queue: parcels that left a warehouse."""

from pydantic import TypeAdapter

from packhorse.aws.queues import message_body, send_bodies
from packhorse.aws.settings import settings
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


PARCELS_MESSAGE = Reader(TypeAdapter(ParcelsShipped))


def send_parcels(message: ParcelsShipped) -> None:
    """Send the message to the tracking queue."""
    send_bodies(settings.tracking_queue_url, [message_body(message)])
