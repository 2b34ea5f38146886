"""Until when orders are to leave, as people set it."""

from aws_lambda_powertools.event_handler.router import APIGatewayHttpRouter

from packhorse.api.access import OPERATING, allow
from packhorse.api.orders import change
from packhorse.api.paths import PathValue
from packhorse.api.views import OrderView
from packhorse.domain.orders.change import Change
from packhorse.domain.orders.promise import with_asked_ship_by
from packhorse.domain.values import Instant, Value

router = APIGatewayHttpRouter()


class AskedShipBy(Value):
    """Until when an order is to leave; null for what its channel says, else the handling of its warehouses."""

    ship_by: Instant | None


@router.put("/orders/<order_id>/ship-by", summary="Set until when an order is to leave", tags=["orders"])
@allow(OPERATING)
def ship_by(order_id: PathValue, new: AskedShipBy) -> OrderView:
    """It counts for all of its fulfilment orders, also against a later message of the channel. 409 once it is over."""
    return change(order_id, lambda order, now, who: Change(with_asked_ship_by(order, new.ship_by, now, who)))
