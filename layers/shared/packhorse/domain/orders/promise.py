"""Until when an order is to ship, by the handling of its warehouses or by a person."""

from datetime import datetime

from packhorse.domain.configuration.configuration import Configuration
from packhorse.domain.errors import NotNow
from packhorse.domain.orders.order import Order
from packhorse.domain.orders.updates import with_entry
from packhorse.domain.values import WarehouseId, iso


def with_asked_ship_by(order: Order, until: datetime | None, at: datetime, who: str) -> Order:
    """Return the order with the time until which a person wants it to leave; None: as channel and handling say.

    Raises NotNow for an order that is over.
    """
    if until == order.asked_ship_by:
        return order
    if order.is_over:
        raise NotNow(f"the order is {order.status}; nothing of it is to leave any more")
    return with_entry(order.replace(asked_ship_by=until), at, "ship_by_set", who, iso(until) if until else "")


def with_planned_ship_by(order: Order, config: Configuration) -> Order:
    """Return the order with the time until which each of its warehouses ships it; one that is over keeps its times.

    Handling begins with the payment; before it, with the order. The catchall is always planned: it is to ship what has
    no warehouse, which a rejection or a shipment decides without planning anew.
    """
    if order.is_over:
        return order
    start = order.paid_at or order.placed_at
    planned = {
        name: config.warehouses[name].handling.ship_by(start)
        for name in sorted({*order.units_left, WarehouseId(config.account.catchall)})
        if name in config.warehouses
    }
    return order if planned == order.planned_ship_by else order.replace(planned_ship_by=planned)
