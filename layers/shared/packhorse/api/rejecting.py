"""Answers of warehouses that people enter: a partner accepted a fulfilment order; units are not shipped."""

from typing import Annotated

from aws_lambda_powertools.event_handler.openapi.params import Path
from aws_lambda_powertools.event_handler.router import APIGatewayHttpRouter

from packhorse.api.access import AT_BENCH, OPERATING, allow, current_name, current_request_id
from packhorse.api.limits import of_rejection
from packhorse.api.paths import PathValue
from packhorse.api.views import OrderView, view
from packhorse.domain.orders.rejecting import RejectedUnits
from packhorse.domain.values import OrderId
from packhorse.usecases.fulfilment.accept import accept
from packhorse.usecases.fulfilment.reject import reject

router = APIGatewayHttpRouter()


class NewRejection(RejectedUnits):
    """Units that are not shipped, and why. With `override` also those that a partner has: it says so itself."""

    override: bool = False


@router.post(
    "/orders/<order_id>/fulfilments/<number>/accept", summary="Enter that a partner has accepted it", tags=["orders"]
)
@allow(OPERATING)
def accept_fulfilment(order_id: PathValue, number: Annotated[int, Path(ge=1)]) -> OrderView:
    """For suppliers and partners whose answers come by e-mail or telephone, as a file of answers would say it.

    409 for a warehouse of our own, and for what was taken back, rejected or cancelled.
    """
    return view(accept(OrderId(order_id), number, current_name()))


@router.post(
    "/orders/<order_id>/fulfilments/<number>/reject", summary="Reject units, or all that is left", tags=["orders"]
)
@allow(OPERATING | AT_BENCH, of_rejection)
def reject_units(order_id: PathValue, number: Annotated[int, Path(ge=1)], units: NewRejection) -> OrderView:
    """They are routed again without the warehouse, in one transaction; what no other warehouse has is short.

    409 once nothing is left to ship, for a part of the units that a label is paid for, and without `override` for what
    a supplier or another partner has: it may ship that all the same, and a second warehouse would ship it, too.
    """
    report = RejectedUnits(lines=units.lines, reason=units.reason, note=units.note)
    name = current_name()
    return view(reject(OrderId(order_id), number, report, current_request_id(), name, override=units.override))
