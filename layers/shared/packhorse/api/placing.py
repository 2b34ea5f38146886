"""Place orders by hand."""

from http import HTTPStatus

from aws_lambda_powertools.event_handler.router import APIGatewayHttpRouter

from packhorse.api.access import OPERATING, allow, current_name, current_request_id
from packhorse.domain.values import Value
from packhorse.usecases.orders.place_order import NewOrder, place_order

router = APIGatewayHttpRouter()


class Placed(Value):
    """An order that is on the orders queue; it can be read under its id in a moment."""

    id: str
    channel: str
    channel_order_id: str


@router.post("/orders", summary="Place an order by hand", tags=["orders"], status_code=HTTPStatus.ACCEPTED)
@allow(OPERATING)
def place(new: NewOrder) -> Placed:
    """202: on the orders queue, and routed in a moment. 409 if the channel has another order of that id already."""
    order = place_order(new, current_request_id(), current_name())
    return Placed(id=order.order_id, channel=order.channel, channel_order_id=order.channel_order_id)
