"""Cancel an order for a person."""

from datetime import datetime

from packhorse.domain.orders.cancel_notifying import kept_in_channel
from packhorse.domain.orders.change import Change
from packhorse.domain.orders.order import Order
from packhorse.domain.orders.steps import cancelled
from packhorse.domain.values import OrderId
from packhorse.store import configuration, orders
from packhorse.usecases.orders.change_order import change_order


def cancel_order(order_id: OrderId, reason: str, who: str, *, here_only: bool) -> Order:
    """Cancel what has not shipped of an order; its channel is notified of that unless it is `here_only`.

    Nor is it where another order is held because it may be this one: that order goes on, and is this one there.
    """
    config = configuration.current()
    stays = here_only or any(True for _ in orders.orders_waiting_for(f"order#{order_id}"))

    def step(order: Order, now: datetime, who: str) -> Change:
        change = cancelled(order, now, who, reason, restock=config.restock)
        return change._replace(order=kept_in_channel(change.order, now)) if stays else change

    return change_order(order_id, step, who)
