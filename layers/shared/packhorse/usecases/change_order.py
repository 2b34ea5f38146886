"""Change an order in one step, and have it advanced even if this process dies after the commit."""

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

OrderStep = Callable[[Order, datetime, str], Change]
"""Returns the change of an order, made at a time in the name of a caller."""


def change_order(order_id: OrderId, step: OrderStep, who: str) -> Order:
    """Commit a step in the name of `who` and advance the order; what the step raises is raised before any message."""
    now = datetime.now(UTC)
    step(orders.get_order(order_id), now, who)
    send_advance([order_id], delay=FOLLOW_UP_DELAY)
    order = retry_conflicts(lambda: _commit(orders.get_order(order_id), step, now, who))
    send_advance([order_id])
    return order


def commit_step(order_id: OrderId, step: OrderStep, who: str, advance_after: int | None = None) -> Order:
    """Commit a step that nothing follows from; the order is advanced only after so many seconds, if at all."""
    now = datetime.now(UTC)
    if advance_after is not None:
        send_advance([order_id], delay=advance_after)
    return retry_conflicts(lambda: _commit(orders.get_order(order_id), step, now, who))


def _commit(order: Order, step: OrderStep, now: datetime, who: str) -> Order:
    wanted = step(order, now, who)
    return commit_one(Write(wanted, order, who), now) if wanted.order != order else order
