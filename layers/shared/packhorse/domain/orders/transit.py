"""Parcels on their way: what carriers report of the labels that were bought here."""

from datetime import datetime, timedelta

from packhorse.domain.labels.label import FulfilmentRef, Label, LabelState
from packhorse.domain.labels.tracking import FAILED, TrackingEvent, TrackingStatus, has_left, is_newer
from packhorse.domain.orders.change import Change
from packhorse.domain.orders.exceptions import with_exception
from packhorse.domain.orders.fulfilment_order import FulfilmentOrder
from packhorse.domain.orders.labelling import label_shipped, units_with
from packhorse.domain.orders.order import Order, OrderException
from packhorse.domain.orders.parcel import Parcel
from packhorse.domain.orders.status import with_status
from packhorse.domain.orders.unexpected_parcels import UNEXPECTED, with_report
from packhorse.domain.orders.updates import with_entry, with_fulfilment
from packhorse.domain.problem import Cause

TOLD = frozenset({TrackingStatus.IN_TRANSIT, TrackingStatus.AVAILABLE_FOR_PICKUP, TrackingStatus.DELIVERED, *FAILED})
"""Statuses that stand in the timeline, once each in a row."""
CLOCKS_DIFFER = timedelta(days=1)
"""How far carriers' times are off at most, which may be local ones."""
NUMBER_RESTS = timedelta(days=120)
"""How long carriers leave a number alone before another parcel gets it."""


def tracked(order: Order, number: int, event: TrackingEvent, at: datetime) -> Change:
    """Return the order after a carrier reported a status of a parcel, in whatever order reports come.

    A parcel that its carrier has, or had, has left, whatever its warehouse says. One that comes back, or cannot be
    delivered, is an exception, and so is one whose label was voided, or had nothing left to be sent.
    What is about another parcel that had, or has got, the number is passed over.
    """
    fulfilment = order.fulfilment(number)
    label = _label_of(fulfilment, event.tracking) if fulfilment else None
    if fulfilment is None or label is None or _is_of_other_parcel(fulfilment, label, event):
        return Change(order)
    change = Change(order)
    if has_left(event) and fulfilment.parcel_of(label) is None and _may_leave(fulfilment, label):
        change = label_shipped(order, number, label, at, event.carrier)
    left = change.order.fulfilment(number)
    if left and left.parcel_of(label):
        return change._replace(order=_with_transit(change.order, number, label, event, at))
    return Change(with_report(order, number, label, event, at)) if label.state in UNEXPECTED else change


def last_report(order: Order, number: int, label_id: str) -> TrackingEvent | None:
    """Return the newest that the carrier reported of a label's parcel, None if nothing."""
    fulfilment = order.fulfilment(number)
    label = fulfilment.label(label_id) if fulfilment else None
    if fulfilment is None or label is None or label.purchase is None:
        return None
    transit = fulfilment.transit_of(label)
    if transit is None:
        return None
    return TrackingEvent(carrier=label.purchase.carrier, tracking=label.tracking, **dict(transit))


def shared_with(order: Order, number: int, tracking: str) -> tuple[FulfilmentRef, ...]:
    """Return the fulfilment orders that are to have copies of a label, by its tracking number."""
    fulfilment = order.fulfilment(number)
    label = _label_of(fulfilment, tracking) if fulfilment else None
    return label.shares if label else ()


def _label_of(fulfilment: FulfilmentOrder, tracking: str) -> Label | None:
    return next((each for each in fulfilment.labels if each.tracking and each.tracking == tracking), None)


def _is_of_other_parcel(fulfilment: FulfilmentOrder, label: Label, event: TrackingEvent) -> bool:
    """Return whether a report is of before the label was bought, or of long after the last one of its parcel.

    Of one that was to be voided it is not stored when it was bought: its carrier was called again for that.
    """
    parcel = fulfilment.parcel_of(label)
    last = (parcel.transit if parcel else None) or label.transit
    bought_at = label.attempted_at if label.state is LabelState.BOUGHT and not label.voided_by else None
    is_former = bought_at is not None and event.at < bought_at - CLOCKS_DIFFER
    return is_former or bool(last and event.at > last.at + NUMBER_RESTS)


def _may_leave(fulfilment: FulfilmentOrder, label: Label) -> bool:
    return label.state is LabelState.BOUGHT and bool(units_with(fulfilment, label))


def _with_transit(order: Order, number: int, label: Label, event: TrackingEvent, at: datetime) -> Order:
    fulfilment = order.fulfilment(number)
    parcel = fulfilment.parcel_of(label) if fulfilment else None
    if fulfilment is None or parcel is None or not is_newer(event.transit, parcel.transit):
        return order
    before = parcel.transit.status if parcel.transit else None
    moved = parcel.replace(transit=event.transit)
    parcels = tuple(moved if each == parcel else each for each in fulfilment.parcels)
    order = with_fulfilment(order, fulfilment.replace(parcels=parcels))
    if event.status in TOLD and event.status != before:
        detail = ", ".join(filter(None, (event.tracking, event.detail)))
        order = with_entry(order, at, event.status, event.carrier, detail)
    if event.status in FAILED:
        order = with_exception(order, _not_delivered(number, moved, event, at))
    return with_status(order, at, event.carrier)


def _not_delivered(number: int, parcel: Parcel, event: TrackingEvent, at: datetime) -> OrderException:
    what = "comes back" if event.status is TrackingStatus.RETURN_TO_SENDER else "cannot be delivered"
    return OrderException(
        cause=Cause.NOT_DELIVERED,
        fulfilment=number,
        tracking=(event.tracking,),
        message=f"parcel {parcel.tracking} {what}: {event.detail or event.status}",
        opened_at=at,
    )
