"""Orders placed by people."""

from http import HTTPStatus

from aws_lambda_powertools.event_handler.router import APIGatewayHttpRouter

from packhorse.api.access import caller_name, request_id
from packhorse.domain.values import Value
from packhorse.usecases.place_order import NewOrder, place_order

router = APIGatewayHttpRouter()


class Placed(Value):
    """The order was taken and is being routed; it can be read under its id in a moment."""

    id: str
    channel: str
    channel_order_id: str


@router.post("/orders", summary="Place an order by hand", tags=["orders"], status_code=HTTPStatus.ACCEPTED)
def place(new: NewOrder) -> Placed:
    """Goes the way of every order: 202, and routed in a moment. 409 where the channel has one of that id already."""
    caller = router.current_event.raw_event
    order = place_order(new, request_id(caller), caller_name(caller))
    return Placed(id=order.order_id, channel=order.channel, channel_order_id=order.channel_order_id)
