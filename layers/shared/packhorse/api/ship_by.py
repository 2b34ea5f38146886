"""Until when orders are to leave, as people set it."""

from datetime import datetime
from typing import Annotated

from aws_lambda_powertools.event_handler.router import APIGatewayHttpRouter
from pydantic import Field

from packhorse.api.access import OPERATING, allow
from packhorse.api.orders import change
from packhorse.api.paths import PathValue
from packhorse.api.views import OrderView
from packhorse.domain.orders.change import Change
from packhorse.domain.orders.order import Order
from packhorse.domain.orders.overrides import require_version
from packhorse.domain.orders.promise import with_asked_ship_by
from packhorse.domain.values import Instant, Value, Whole

router = APIGatewayHttpRouter()


class AskedShipBy(Value):
    """Until when an order is to leave; null for what its channel says, else the handling of its warehouses.

    `version` is the one of the order that it was decided on.
    """

    ship_by: Instant | None
    version: Annotated[Whole, Field(ge=1)] | None = None


@router.put("/orders/<order_id>/ship-by", summary="Set until when an order is to leave", tags=["orders"])
@allow(OPERATING)
def ship_by(order_id: PathValue, new: AskedShipBy) -> OrderView:
    """It counts for all of its fulfilment orders, also against a later message of the channel.

    409 once it is over, and for another `version`, if one is sent.
    """

    def step(order: Order, now: datetime, who: str) -> Change:
        if new.version is not None:
            require_version(order, new.version)
        return Change(with_asked_ship_by(order, new.ship_by, now, who))

    return change(order_id, step)
