"""Have suppliers requested to keep units back: what a process stored in an order and may not have followed up."""

from packhorse.domain.orders.cancelling import pending_cancellations
from packhorse.domain.orders.order import Order
from packhorse.store import cancellations


def request_cancellations(order: Order) -> None:
    """List the order's requests that no file has; the next exchange with the supplier sends them. Safe to repeat."""
    for fulfilment in pending_cancellations(order):
        if fulfilment.cancellation and fulfilment.cancellation.batch is None:
            cancellations.add_request(fulfilment.warehouse, order.id, fulfilment.number)
