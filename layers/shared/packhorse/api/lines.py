"""Lines of orders: cancel and move."""

from datetime import datetime
from typing import Annotated

from aws_lambda_powertools.event_handler.router import APIGatewayHttpRouter
from pydantic import Field

from packhorse.api.access import OPERATING, allow, current_name
from packhorse.api.orders import change
from packhorse.api.paths import PathValue
from packhorse.api.views import OrderView, view
from packhorse.domain.orders.change import Change
from packhorse.domain.orders.editing import line_cancelled
from packhorse.domain.orders.order import Order
from packhorse.domain.values import Identifier, OrderId, Sku, SkuText, Text, Value, WarehouseId, Whole
from packhorse.store import configuration
from packhorse.usecases.catalogue.name_product import name_product
from packhorse.usecases.routing.move_line import move_line

router = APIGatewayHttpRouter()


class Move(Value):
    """The warehouse that a line is to ship from."""

    warehouse: Identifier


class NamedProduct(Value):
    """The product that a line is."""

    sku: SkuText


class LineReduction(Value):
    """How many units of a line stay ordered, shipped ones included, and why."""

    keep: Annotated[Whole, Field(ge=0)] = 0
    reason: Text = ""


@router.post("/orders/<order_id>/lines/<line_id>/cancel", summary="Cancel a line, or a part of it", tags=["orders"])
@allow(OPERATING)
def cancel_line(order_id: PathValue, line_id: PathValue, less: LineReduction = LineReduction()) -> OrderView:  # noqa: B008 - frozen
    """All but `keep` units; their stock is given back as the account's `restock` says. 409 where more has shipped."""
    config = configuration.current()

    def step(order: Order, now: datetime, who: str) -> Change:
        return line_cancelled(order, line_id, less.keep, now, who, less.reason, restock=config.restock)

    return change(order_id, step)


@router.post("/orders/<order_id>/lines/<line_id>/product", summary="Name a line's product", tags=["orders"])
@allow(OPERATING)
def name_line_product(order_id: PathValue, line_id: PathValue, product: NamedProduct) -> OrderView:
    """For a line without one, such as a custom item that has no sku; the order then goes on.

    409 if the line has a product. To have all orders of an item matched, map its listing instead.
    """
    who = current_name()
    return view(name_product(OrderId(order_id), line_id, Sku(product.sku), who))


@router.post("/orders/<order_id>/lines/<line_id>/move", summary="Ship a line from another warehouse", tags=["orders"])
@allow(OPERATING)
def move(order_id: PathValue, line_id: PathValue, to: Move) -> OrderView:
    """Its stock is given back and taken at the warehouse in one transaction; missing units are short.

    409 once it is handed over.

    An order that takes no stock before it is paid takes it at the warehouse once it is paid.
    """
    who = current_name()
    return view(move_line(OrderId(order_id), line_id, WarehouseId(to.warehouse), who))
