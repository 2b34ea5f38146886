"""The tracking queue: parcels that left a warehouse."""

from pydantic import TypeAdapter

from packhorse.aws.queues import _send_bodies, message_body
from packhorse.aws.settings import settings
from packhorse.domain.orders.shipping import ParcelUpdate
from packhorse.domain.schema import Reader
from packhorse.domain.values import Instant, OrderIdText, Value


class ParcelsShipped(Value):
    """News for the tracking queue: parcels that left the warehouse of a fulfilment order."""

    order_id: OrderIdText
    fulfilment: int
    parcels: tuple[ParcelUpdate, ...]
    who: str
    at: Instant


PARCELS_MESSAGE = Reader(TypeAdapter(ParcelsShipped))


def send_parcels(news: ParcelsShipped) -> None:
    """Puts news of parcels on the tracking queue."""
    _send_bodies(settings.tracking_queue_url, [message_body(news)])
