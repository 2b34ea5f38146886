"""Move a line to another warehouse."""

from datetime import datetime

from packhorse.domain.configuration.configuration import Configuration
from packhorse.domain.errors import FieldError, Rejected
from packhorse.domain.orders.allocation import goods_of_line, movable_units, move_request, moved
from packhorse.domain.orders.change import Change
from packhorse.domain.orders.intake import takes_stock
from packhorse.domain.orders.order import Order
from packhorse.domain.stock.supply import TurnStock
from packhorse.domain.values import ChannelId, OrderId, WarehouseId
from packhorse.store import configuration, stock
from packhorse.usecases.orders.change_order import change_order
from packhorse.usecases.routing.reroute import reroute, shelves_for


def move_line(order_id: OrderId, line_id: str, to: WarehouseId, who: str) -> Order:
    """Move a line: give its stock back and take it at the warehouse, in one transaction; missing units are short.

    An order that takes no stock before it is paid takes it at the warehouse once it is paid.
    """
    config = configuration.current()
    check_destination(to, "warehouse", config)

    def step(order: Order, now: datetime, who: str) -> Change:
        named = moved(order, line_id, to, now, who)
        return _rerouted(named, line_id, config, now) if _has_stock(named, line_id, config) else Change(named)

    return change_order(order_id, step, who)


def _has_stock(order: Order, line_id: str, config: Configuration) -> bool:
    """Return whether the order takes stock now, or the line has taken some before, which moves with it."""
    line = order.line(line_id)
    is_allocated = line is not None and bool(movable_units(order, line))
    return is_allocated or takes_stock(order, config.channels.get(ChannelId(order.channel)))


def check_destination(to: WarehouseId, field: str, config: Configuration) -> None:
    """Raise Rejected, about the field that names it, for a warehouse that nothing can be moved to."""
    warehouse = config.warehouses.get(to)
    if warehouse is None or not warehouse.active:
        raise Rejected("it cannot be moved there", [FieldError(field, f"there is no active warehouse {to}")])


def _rerouted(order: Order, line_id: str, config: Configuration, now: datetime) -> Change:
    """Route that line again; what a person moves takes units that others wait for, too."""
    request = move_request(order, line_id)
    supply = TurnStock(stock.available(shelves_for(request, config)))
    return reroute(order, request, goods_of_line(order, line_id), supply, config, now)
