"""Taking back: fulfilment orders that leave their warehouse, and answers of fulfillers that have accepted theirs."""

from typing import Annotated, Literal

from aws_lambda_powertools.event_handler.openapi.params import Path
from aws_lambda_powertools.event_handler.router import APIGatewayHttpRouter

from packhorse.api.access import OPERATING, allow, current_name
from packhorse.api.paths import PathValue
from packhorse.api.views import OrderView, view
from packhorse.domain.values import Identifier, OrderId, Text, Value, WarehouseId
from packhorse.usecases.fulfilment.take_back import answer_cancellation, take_back

router = APIGatewayHttpRouter()
Number = Annotated[int, Path(ge=1)]


class TakingBack(Value):
    """Why it is taken back, for its fulfiller and the timeline, and the warehouse that is to ship it instead."""

    reason: Text = ""
    to: Identifier | None = None


class CancellationAnswer(Value):
    """Whether the fulfiller keeps the units back, and what it said."""

    answer: Literal["accepted", "refused"]
    reason: Text = ""


@router.post(
    "/orders/<order_id>/fulfilments/<number>/take-back", summary="Take back what is left to ship", tags=["orders"]
)
@allow(OPERATING)
def take_back_fulfilment(order_id: PathValue, number: Number, why: TakingBack = TakingBack()) -> OrderView:  # noqa: B008 - frozen
    """It is routed again without the warehouse: at once, or, where a partner has accepted it, once that agrees.

    With `to` it ships from there, short where that lacks units. Until a partner agrees the fulfilment order has a
    `cancellation`, which is sent in the supplier's layout. 409 once nothing is left to ship, and while a label of it is
    paid for.
    """
    who = current_name()
    to = WarehouseId(why.to) if why.to else None
    return view(take_back(OrderId(order_id), number, why.reason, who, to=to))


@router.post(
    "/orders/<order_id>/fulfilments/<number>/answer-cancellation",
    summary="Enter whether a fulfiller keeps units back",
    tags=["orders"],
)
@allow(OPERATING)
def answer(order_id: PathValue, number: Number, given: CancellationAnswer) -> OrderView:
    """Accepted, the units of its `cancellation` are cancelled, kept for a hold or routed elsewhere, as was requested.

    Refused, it ships them. 409 where no cancellation is requested.
    """
    who = current_name()
    agrees = given.answer == "accepted"
    return view(answer_cancellation(OrderId(order_id), number, given.reason, who, agrees=agrees))
