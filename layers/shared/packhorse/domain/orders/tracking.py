"""Corrections of what a parcel was reported with."""

from datetime import datetime

from pydantic import Field

from packhorse.domain.errors import FieldError, NotFound, NotNow
from packhorse.domain.orders.order import Order
from packhorse.domain.orders.parcel import Parcel
from packhorse.domain.orders.shipping import fulfilment_order_of
from packhorse.domain.orders.status import with_status
from packhorse.domain.orders.updates import with_entry, with_fulfilment
from packhorse.domain.values import Text, Value


class TrackingCorrection(Value):
    """What a parcel is to have instead; None leaves it as it is."""

    carrier: Text | None = Field(default=None, min_length=1)
    tracking: Text | None = Field(default=None, min_length=1)


def tracking_corrected(order: Order, number: int, place: int, new: TrackingCorrection, at: datetime, who: str) -> Order:
    """Return the order with another carrier or tracking number of a parcel, by its place in the fulfilment order.

    No unit moves. The wrong number is kept as a former one: a late report with it is no second parcel. Raises
    NotNow if another parcel of the order has the number.
    """
    parcel = _parcel_at(order, number, place)
    if any(other.is_named(new.tracking) for other in order.parcels if other is not parcel):
        raise NotNow("the number is taken", [FieldError("tracking", "another parcel of the order has this number")])
    return renumbered(order, number, place, new, at, who)


def renumbered(order: Order, number: int, place: int, new: TrackingCorrection, at: datetime, who: str) -> Order:
    """Return the order with another number of a parcel, as its fulfiller has it: several boxes may have one number."""
    fulfilment, parcel = fulfilment_order_of(order, number), _parcel_at(order, number, place)
    tracking, was = new.tracking or parcel.tracking, parcel.tracking
    former = parcel.former if tracking == was or not was else tuple(dict.fromkeys((*parcel.former, was)))
    corrected = parcel.replace(carrier=new.carrier or parcel.carrier, tracking=tracking, former=former)
    if corrected == parcel:
        return order
    parcels = (*fulfilment.parcels[: place - 1], corrected, *fulfilment.parcels[place:])
    detail = f"from {parcel.carrier}, {parcel.tracking} to {corrected.carrier}, {corrected.tracking}"
    entered = with_entry(
        with_fulfilment(order, fulfilment.replace(parcels=parcels)), at, "tracking_corrected", who, detail
    )
    return with_status(entered, at, who)  # a number that its channel refused may be none any more


def require_number(order: Order, number: int, place: int, was: str | None) -> None:
    """Raise NotNow if the parcel at a place never had the number that the caller read there, or has one where none was.

    A void moves the parcels behind its own to other places.
    """
    parcel = _parcel_at(order, number, place)
    is_meant = parcel.is_named(was) if was else not parcel.tracking
    if not is_meant:
        has = f"parcel {place} of fulfilment {number} is {parcel.tracking or 'without a number'}"
        raise NotNow("the parcel is another one by now; read the order again", [FieldError("was", has)])


def _parcel_at(order: Order, number: int, place: int) -> Parcel:
    parcels = fulfilment_order_of(order, number).parcels
    if not 1 <= place <= len(parcels):
        raise NotFound(f"fulfilment {number} has no parcel {place}")
    return parcels[place - 1]
