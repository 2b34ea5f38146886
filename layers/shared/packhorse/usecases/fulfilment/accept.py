"""Record that a supplier or partner has accepted a fulfilment order, as a person was informed."""

from datetime import datetime

from packhorse.domain.orders.change import Change
from packhorse.domain.orders.fulfilment import accepted_by_partner
from packhorse.domain.orders.order import Order
from packhorse.domain.values import OrderId
from packhorse.usecases.orders.change_order import change_order


def accept(order_id: OrderId, number: int, who: str) -> Order:
    """Record the acceptance, which ends its silence; one that is accepted already stays as it is."""

    def step(order: Order, now: datetime, who: str) -> Change:
        return Change(accepted_by_partner(order, number, now, who))

    return change_order(order_id, step, who)
