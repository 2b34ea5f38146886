"""Lines that people send to another warehouse, or cancel."""

from datetime import datetime
from typing import Annotated

from aws_lambda_powertools.event_handler.router import APIGatewayHttpRouter
from pydantic import Field

from packhorse.api.orders import change_order
from packhorse.api.paths import PathValue
from packhorse.api.views import OrderView
from packhorse.domain.configuration.configuration import Configuration
from packhorse.domain.errors import FieldError, Rejected
from packhorse.domain.orders.allocation import goods_of_line, move_request, moved, with_decision
from packhorse.domain.orders.change import Change
from packhorse.domain.orders.editing import line_cancelled
from packhorse.domain.orders.intake import takes_stock
from packhorse.domain.orders.order import Order
from packhorse.domain.orders.restock import restocked
from packhorse.domain.routing.rules import decide
from packhorse.domain.stock.goods import Shelf
from packhorse.domain.values import ChannelId, Identifier, Sku, Text, Value, WarehouseId
from packhorse.store import catalogue, configuration, stock

router = APIGatewayHttpRouter()


class Move(Value):
    """Where a line is to ship from."""

    warehouse: Identifier


class LineReduction(Value):
    """How many units of a line stay wanted, shipped ones among them, and why."""

    keep: Annotated[int, Field(ge=0)] = 0
    reason: Text = ""


@router.post("/orders/<order_id>/lines/<line_id>/cancel", summary="Cancel a line, or a part of it", tags=["orders"])
def cancel_line(order_id: PathValue, line_id: PathValue, less: LineReduction = LineReduction()) -> OrderView:  # noqa: B008 - frozen
    """All but `keep` units; stock goes back as the account's `restock` says. 409 where more has shipped."""
    config = configuration.current()

    def step(order: Order, now: datetime, who: str) -> Change:
        return restocked(order, line_cancelled(order, line_id, less.keep, now, who, less.reason), config)

    return change_order(order_id, step)


@router.post("/orders/<order_id>/lines/<line_id>/move", summary="Ship a line from another warehouse", tags=["orders"])
def move(order_id: PathValue, line_id: PathValue, to: Move) -> OrderView:
    """Its stock goes back and is taken there in one transaction; what is not there is short. 409 once handed over.

    An order that takes no stock before it is paid will take it there then.
    """
    config = configuration.current()
    warehouse = config.warehouses.get(WarehouseId(to.warehouse))
    if warehouse is None or not warehouse.active:
        problem = f"there is no active warehouse {to.warehouse}"
        raise Rejected("the line cannot go there", [FieldError("warehouse", problem)])

    def step(order: Order, now: datetime, who: str) -> Change:
        named = moved(order, line_id, WarehouseId(to.warehouse), now, who)
        takes = takes_stock(named, config.channels.get(ChannelId(order.channel)))
        return rerouted(named, line_id, config, now) if takes else Change(named)

    return change_order(order_id, step)


def rerouted(order: Order, line_id: str, config: Configuration, now: datetime) -> Change:
    """The order with that line routed anew."""
    line = next(line for line in order.lines if line.id == line_id)
    shelf = stock.available(Shelf(sku, place) for sku in line.recipe for place in config.warehouses)
    products = catalogue.find_products([Sku(str(line.matched))])
    decision = decide(move_request(order, line_id), shelf + goods_of_line(order, line_id), config, products)
    return with_decision(order, decision, now).change
