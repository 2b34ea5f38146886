"""Fulfilment orders that are split, and joined again."""

from typing import Annotated

from aws_lambda_powertools.event_handler.openapi.params import Path
from aws_lambda_powertools.event_handler.router import APIGatewayHttpRouter

from packhorse.api.access import AT_BENCH, OPERATING, allow, current_request_id
from packhorse.api.limits import of_order
from packhorse.api.orders import change
from packhorse.api.paths import PathValue
from packhorse.api.views import OrderView
from packhorse.domain.orders.change import Change
from packhorse.domain.orders.splitting import Joining, PartToSplit, joined, split

router = APIGatewayHttpRouter()
Number = Annotated[int, Path(ge=1)]


@router.post("/orders/<order_id>/fulfilments/<number>/split", summary="Split a fulfilment order", tags=["orders"])
@allow(OPERATING | AT_BENCH, of_order)
def split_part(order_id: PathValue, number: Number, part: PartToSplit) -> OrderView:
    """The units become another fulfilment order of the same warehouse, the last one, which is handed over by itself.

    409 once the fulfiller has accepted it, got it in a file, packs it or shipped of it, and for units of a label.
    """
    request = current_request_id()
    return change(order_id, lambda order, now, who: Change(split(order, number, part, request, now, who)))


@router.post("/orders/<order_id>/fulfilments/<number>/join", summary="Join parts of one order", tags=["orders"])
@allow(OPERATING | AT_BENCH, of_order)
def join_parts(order_id: PathValue, number: Number, joining: Joining) -> OrderView:
    """All units go `into` another fulfilment order of the order, at the same warehouse; this one ends as cancelled.

    409 once the fulfiller has either of them, or if this one has a label.
    """
    return change(order_id, lambda order, now, who: Change(joined(order, number, joining.into, now, who)))
