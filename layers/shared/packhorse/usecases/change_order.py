"""Change an order in one step, and have what follows from it done even if this process dies half-way."""

from collections.abc import Callable
from datetime import UTC, datetime

from packhorse.domain.orders.change import Change
from packhorse.domain.orders.order import Order
from packhorse.domain.values import OrderId
from packhorse.messages.orders import send_advance
from packhorse.store import orders
from packhorse.store.backoff import retry_conflicts
from packhorse.store.commit import Write, commit_one

FOLLOW_UP_DELAY = 30
"""Seconds after which the order is advanced even if this process dies after the commit."""

Step = Callable[[Order, datetime, str], Change]


def change_order(order_id: OrderId, step: Step, who: str) -> Order:
    """Commits a step in somebody's name; raises what the step raises, before anything is sent."""
    now = datetime.now(UTC)
    step(orders.get_order(order_id), now, who)
    send_advance([order_id], delay=FOLLOW_UP_DELAY)
    order = retry_conflicts(lambda: _commit(orders.get_order(order_id), step, now, who))
    send_advance([order_id])
    return order


def _commit(order: Order, step: Step, now: datetime, who: str) -> Order:
    wanted = step(order, now, who)
    return commit_one(Write(wanted, order, who), now) if wanted.order != order else order
