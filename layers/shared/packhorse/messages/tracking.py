"""The tracking queue: parcels that left a warehouse."""

from packhorse.aws.queues import message_body, send
from packhorse.aws.settings import settings
from packhorse.domain.orders.shipping import ParcelUpdate
from packhorse.domain.values import Instant, OrderId, Value


class Shipped(Value):
    """News for the tracking queue: parcels that left the warehouse of a fulfilment order."""

    order_id: OrderId
    fulfilment: int
    parcels: tuple[ParcelUpdate, ...]
    who: str
    at: Instant


def send_shipment(news: Shipped) -> None:
    """Puts news of parcels on the tracking queue."""
    send(settings.tracking_queue_url, [message_body(news)])
