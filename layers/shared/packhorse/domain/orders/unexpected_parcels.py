"""Parcels that travel though their label was voided, or nothing was left to send by it."""

from collections.abc import Mapping
from datetime import datetime

from packhorse.domain.labels.label import Label, LabelState
from packhorse.domain.labels.tracking import TrackingEvent, has_left, is_newer
from packhorse.domain.orders.exceptions import with_exception
from packhorse.domain.orders.labelling import with_label
from packhorse.domain.orders.order import Order, OrderException
from packhorse.domain.orders.status import with_status
from packhorse.domain.orders.updates import with_entry
from packhorse.domain.problem import Cause

UNEXPECTED: Mapping[LabelState, str] = {
    LabelState.VOIDING: "its label is being voided",
    LabelState.VOIDED: "its label was voided",
    LabelState.UNUSED: "nothing was left to send by its label",
}
"""Why the parcel of a label in that state is not expected to travel; of those in others it is."""


def with_report(order: Order, number: int, label: Label, event: TrackingEvent, at: datetime) -> Order:
    """Return the order after a carrier reported a parcel of a label that the order has no parcel of.

    The first report that it left is an exception; one that it is still at its sender changes nothing.
    """
    is_new = has_left(event) and is_newer(event.transit, label.transit)
    if not is_new or any(each.is_named(event.tracking) for each in order.parcels):
        return order
    reported = label.replace(transit=event.transit)
    order = with_label(order, number, reported)
    if label.transit is None or event.status != label.transit.status:
        detail = ", ".join(filter(None, (event.tracking, event.detail)))
        order = with_entry(order, at, event.status, event.carrier, detail)
    if not has_left(label.transit):
        order = with_unexpected_parcel(order, number, reported, at)
    return with_status(order, at, event.carrier)


def with_unexpected_parcel(order: Order, number: int, label: Label, at: datetime) -> Order:
    """Return the order with an exception if the parcel of a voided or unused label has left."""
    why = UNEXPECTED.get(label.state)
    if why is None or not has_left(label.transit):
        return order
    problem = OrderException(
        cause=Cause.UNEXPECTED_PARCEL,
        fulfilment=number,
        tracking=(label.tracking,),
        message=f"fulfilment {number}: the carrier has parcel {label.tracking}, though {why}",
        opened_at=at,
    )
    return with_exception(order, problem)
