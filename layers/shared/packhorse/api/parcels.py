"""Parcels of orders: correct their tracking."""

from datetime import datetime
from typing import Annotated

from aws_lambda_powertools.event_handler.openapi.params import Path
from aws_lambda_powertools.event_handler.router import APIGatewayHttpRouter

from packhorse.api.access import AT_BENCH, OPERATING, allow
from packhorse.api.limits import of_order
from packhorse.api.orders import change
from packhorse.api.paths import PathValue
from packhorse.api.typed_tracking import TypedTracking
from packhorse.api.views import OrderView
from packhorse.domain.orders.change import Change
from packhorse.domain.orders.order import Order
from packhorse.domain.orders.tracking import TrackingCorrection, require_number, tracking_corrected
from packhorse.domain.values import Text

router = APIGatewayHttpRouter()


class ParcelPatch(TrackingCorrection):
    """What a parcel is to have instead; `was` is the number that it has as the caller read it, null for none."""

    was: Text | None
    tracking: TypedTracking | None = None


@router.patch(
    "/orders/<order_id>/fulfilments/<number>/parcels/<place>", summary="Correct a tracking number", tags=["orders"]
)
@allow(OPERATING | AT_BENCH, of_order)
def correct(
    order_id: PathValue, number: Annotated[int, Path(ge=1)], place: Annotated[int, Path(ge=1)], new: ParcelPatch
) -> OrderView:
    """`place` is that in the fulfilment order's `parcels`, from 1. No unit moves; the order is found by the new number.

    A late report with the wrong number is no second parcel. 409 where the parcel is not that of the number `was` any
    more: a void moves the parcels behind its own.
    """
    wanted = TrackingCorrection(carrier=new.carrier, tracking=new.tracking)

    def step(order: Order, now: datetime, who: str) -> Change:
        require_number(order, number, place, new.was)
        return Change(tracking_corrected(order, number, place, wanted, now, who))

    return change(order_id, step)
