"""Change an order in one step, and have it advanced even if this process dies after the commit."""

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime

from packhorse.domain.errors import NotFound
from packhorse.domain.orders.change import Change
from packhorse.domain.orders.order import Order
from packhorse.domain.values import OrderId
from packhorse.messages.orders import send_advance
from packhorse.store import orders
from packhorse.store.backoff import retry_conflicts
from packhorse.store.commit import Write, commit_one, commit_together
from packhorse.usecases.catalogue.unmatched_listings import end_unmatched

FOLLOW_UP_DELAY = 30
"""Seconds after which the order is advanced even if this process dies after the commit."""

StepTogether = Callable[[Mapping[OrderId, Order], datetime], Sequence[Order]]
"""Returns the orders, by id, after a change at a time that moves no stock."""
OrderStep = Callable[[Order, datetime, str], Change]
"""Returns the change of an order, made at a time in the name of a caller."""


def change_order(order_id: OrderId, step: OrderStep, who: str) -> Order:
    """Commit a step in the name of `who` and advance the order; what the step raises is raised before any message."""
    now = datetime.now(UTC)
    before = orders.get_order(order_id)
    step(before, now, who)
    send_advance([order_id], delay=FOLLOW_UP_DELAY)
    order = retry_conflicts(lambda: _commit(orders.get_order(order_id), step, now, who))
    send_advance([order_id])
    end_unmatched([(before, order)])
    return order


def commit_step(order_id: OrderId, step: OrderStep, who: str, labels_after: int | None = None) -> Order:
    """Commit a step that nothing follows from; its labels are finished after so many seconds, if that is to be."""
    now = datetime.now(UTC)
    if labels_after is not None:
        send_advance([order_id], labels_after, for_labels=True)
    return retry_conflicts(lambda: _commit(orders.get_order(order_id), step, now, who))


def change_together(order_ids: Sequence[OrderId], step: StepTogether, who: str) -> dict[OrderId, Order]:
    """Commit a step of several orders in one transaction, and advance them; nothing is written if it raises.

    They are advanced later, too, should this process die: see FOLLOW_UP_DELAY.
    """
    now = datetime.now(UTC)
    step(_all_of(order_ids), now)
    send_advance(order_ids, delay=FOLLOW_UP_DELAY)
    after = retry_conflicts(lambda: commit_all(_all_of(order_ids), step, now, who))
    send_advance(order_ids)
    return after


def commit_all(before: Mapping[OrderId, Order], step: StepTogether, now: datetime, who: str) -> dict[OrderId, Order]:
    """Commit a step of several orders once; raises Conflict."""
    after = step(before, now)
    changed = [Write(Change(order), before[order.id], who) for order in after if order != before[order.id]]
    return {**before, **(commit_together(changed, now) if changed else {})}


def _all_of(order_ids: Sequence[OrderId]) -> dict[OrderId, Order]:
    found = orders.find_orders(order_ids)
    if missing := [each for each in order_ids if each not in found]:
        raise NotFound(f"there is no order {missing[0]}")
    return found


def _commit(order: Order, step: OrderStep, now: datetime, who: str) -> Order:
    wanted = step(order, now, who)
    return commit_one(Write(wanted, order, who), now) if wanted.order != order else order
