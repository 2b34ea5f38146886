"""Move a line to another warehouse."""

from datetime import datetime

from packhorse.domain.configuration.configuration import Configuration
from packhorse.domain.errors import FieldError, Rejected
from packhorse.domain.orders.allocation import goods_of_line, move_request, moved, with_decision
from packhorse.domain.orders.change import Change
from packhorse.domain.orders.completion import with_pending_settled
from packhorse.domain.orders.intake import takes_stock
from packhorse.domain.orders.order import Order
from packhorse.domain.routing.rules import decide
from packhorse.domain.stock.goods import Shelf
from packhorse.domain.values import ChannelId, OrderId, Sku, WarehouseId
from packhorse.store import catalogue, configuration, stock
from packhorse.usecases.change_order import change_order


def move_line(order_id: OrderId, line_id: str, to: WarehouseId, who: str) -> Order:
    """Move a line: give its stock back and take it at the warehouse, in one transaction; missing units are short.

    An order that takes no stock before it is paid takes it at the warehouse once it is paid.
    """
    config = configuration.current()
    warehouse = config.warehouses.get(to)
    if warehouse is None or not warehouse.active:
        message = f"there is no active warehouse {to}"
        raise Rejected("the line cannot be moved", [FieldError("warehouse", message)])

    def step(order: Order, now: datetime, who: str) -> Change:
        named = moved(order, line_id, to, now, who)
        takes = takes_stock(named, config.channels.get(ChannelId(order.channel)))
        return _rerouted(named, line_id, config, now) if takes else Change(named)

    return change_order(order_id, step, who)


def _rerouted(order: Order, line_id: str, config: Configuration, now: datetime) -> Change:
    """Route that line again; return the change of the order."""
    line = next(line for line in order.lines if line.id == line_id)
    available = stock.available(Shelf(sku, name) for sku in line.recipe for name in config.warehouses)
    products = catalogue.find_products([Sku(str(line.matched))])
    decision = decide(move_request(order, line_id), available + goods_of_line(order, line_id), config, products)
    return with_pending_settled(with_decision(order, decision, now).change, now)
