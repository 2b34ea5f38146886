"""Requests to keep units back on their way to a supplier: which may be sent, in which batch, in which layout."""

from datetime import datetime

from packhorse.domain.orders.cancellation import Cancellation
from packhorse.domain.orders.fulfilment_order import FulfilmentOrder
from packhorse.domain.orders.order import Order
from packhorse.domain.orders.status import with_status
from packhorse.domain.orders.updates import with_entry, with_fulfilment
from packhorse.domain.supply.layout import OrderLayout
from packhorse.domain.supply.sources import Level


def request_of(order: Order | None, number: int, batch: int | None) -> Cancellation | None:
    """Return the request about a fulfilment order that is in that batch (None: in no batch yet) and not answered."""
    fulfilment = order.fulfilment(number) if order else None
    found = fulfilment.cancellation if fulfilment and fulfilment.is_open else None
    return found if found and found.is_pending and found.batch == batch else None


def with_request_in_batch(order: Order, number: int, batch: int, replaces: int | None, at: datetime) -> Order:
    """Return the order with its request marked as in a batch; unchanged if it is not to be sent."""
    fulfilment, found = order.fulfilment(number), request_of(order, number, replaces)
    if fulfilment is None or found is None:
        return order
    changed = with_fulfilment(order, fulfilment.replace(cancellation=found.replace(batch=batch)))
    detail = f"{fulfilment.warehouse}, file {batch}"
    return with_status(with_entry(changed, at, "cancellation_sent", "packhorse", detail), at, "packhorse")


def without_batch(order: Order, number: int, batch: int) -> Order:
    """Return the order with its request in no batch, if it is in that one: it was not sent with it."""
    fulfilment, found = order.fulfilment(number), request_of(order, number, batch)
    if fulfilment is None or found is None:
        return order
    return with_fulfilment(order, fulfilment.replace(cancellation=found.replace(batch=None)))


def unfit_because(layout: OrderLayout | None, fulfilment: FulfilmentOrder, request: Cancellation) -> str:
    """Return why no file can have the request, for people; empty if one can."""
    if layout is None:
        return "its supplier has no layout of cancellations"
    is_part = any(fulfilment.remaining[line] > request.units.get(line, 0) for line in fulfilment.remaining)
    if is_part and layout.of_level(Level.LINE) is None:
        return "its supplier's layout of cancellations has no lines, and only a part is to be kept back"
    return ""
