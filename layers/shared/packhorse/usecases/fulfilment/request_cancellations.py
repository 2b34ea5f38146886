"""Have fulfillers requested to keep units back: what a process stored in an order and may not have followed up."""

from packhorse.domain.orders.cancelling import pending_cancellations
from packhorse.domain.orders.order import Order
from packhorse.domain.supply.supplier import author_of
from packhorse.store import cancellations
from packhorse.usecases.amazon.attend_by_amazon import attend_to_requests
from packhorse.usecases.fulfilment.fulfilment_kinds import KINDS


def request_cancellations(order: Order) -> None:
    """List the order's requests that no file has; the next exchange with the supplier sends them. Safe to repeat.

    Amazon is requested at once.
    """
    attend_to_requests(order)
    for fulfilment in pending_cancellations(order):
        is_unsent = fulfilment.cancellation and fulfilment.cancellation.batch is None
        if is_unsent and not KINDS[fulfilment.kind].by_amazon:
            holder = author_of(fulfilment.supplier) if fulfilment.supplier else fulfilment.warehouse
            cancellations.add_request(holder, order.id, fulfilment.number)
