"""Copies of an order with one part of it replaced."""

from collections.abc import Callable, Mapping
from datetime import datetime

from packhorse.domain.orders.fulfilment_order import FulfilmentOrder
from packhorse.domain.orders.notice import OwedNotice, named_parcels
from packhorse.domain.orders.order import Order, TimelineEntry
from packhorse.domain.orders.order_line import OrderLine
from packhorse.domain.orders.parcel import Parcel


def with_entry(order: Order, at: datetime, what: str, who: str, detail: str = "") -> Order:
    """Return the order with one more entry in its timeline."""
    entry = TimelineEntry(at=at, what=what, who=who, detail=detail)
    return order.replace(timeline=(*order.timeline, entry))


def with_lines(order: Order, changed: Mapping[str, OrderLine]) -> Order:
    """Return the order with these lines in place of those of the same ids."""
    return order.replace(lines=tuple(changed.get(line.id, line) for line in order.lines))


def with_fulfilment(order: Order, changed: FulfilmentOrder) -> Order:
    """Return the order with this fulfilment order in place of the one of the same id."""
    fulfilments = tuple(changed if fulfilment.id == changed.id else fulfilment for fulfilment in order.fulfilments)
    return order.replace(fulfilments=fulfilments)


def with_changed_parcel(order: Order, owed: OwedNotice, change: Callable[[Parcel], Parcel]) -> Order:
    """Return the order with the parcel of a notice changed, voided or not; as it is if that does not exist."""
    fulfilment = order.fulfilment(owed.fulfilment.number)
    if fulfilment is None or owed.name not in (found := named_parcels(fulfilment)):
        return order
    parcel = found[owed.name]
    changed = change(parcel)
    parcels, voided = (
        tuple(changed if each is parcel else each for each in some)  # two boxes may be equal
        for some in (fulfilment.parcels, fulfilment.voided_parcels)
    )
    return with_fulfilment(order, fulfilment.replace(parcels=parcels, voided_parcels=voided))
