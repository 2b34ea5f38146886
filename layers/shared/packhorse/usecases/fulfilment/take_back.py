"""Take a fulfilment order back from its warehouse, and record what a fulfiller answers that has accepted it."""

from datetime import datetime

from packhorse.domain.orders.change import Change
from packhorse.domain.orders.order import Order
from packhorse.domain.orders.taking_back import cancellation_accepted, cancellation_refused, taken_back
from packhorse.domain.values import OrderId, WarehouseId
from packhorse.store import configuration
from packhorse.usecases.orders.change_order import change_order
from packhorse.usecases.routing.move_line import check_destination
from packhorse.usecases.routing.reroute import with_new_route


def take_back(order_id: OrderId, number: int, reason: str, who: str, *, to: WarehouseId | None) -> Order:
    """Take back what is left of a fulfilment order, to be routed without its warehouse; raises NotNow if it cannot be.

    At once, in one transaction with the new route; where the fulfiller has accepted it, once that agrees. Its lines
    then ship from `to`, short where that lacks units; without it from where the rules say.
    """
    config = configuration.current()
    if to:
        check_destination(to, "to", config)

    def step(order: Order, now: datetime, who: str) -> Change:
        change = taken_back(order, number, reason, now, who, to=to)
        return with_new_route(change, config, now) if change.shelves else change

    return change_order(order_id, step, who)


def answer_cancellation(order_id: OrderId, number: int, reason: str, who: str, *, agrees: bool) -> Order:
    """Record whether a fulfiller keeps back what was requested; raises NotNow where nothing is."""
    config = configuration.current()

    def step(order: Order, now: datetime, who: str) -> Change:
        if not agrees:
            return Change(cancellation_refused(order, number, reason, now, who))
        change = cancellation_accepted(order, number, now, who, restock=config.restock)
        return with_new_route(change, config, now) if change.shelves else change

    return change_order(order_id, step, who)
