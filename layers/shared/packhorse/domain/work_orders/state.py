"""The state of a work order: what it follows from, and which state may follow which."""

from collections.abc import Mapping

from packhorse.domain.numbered import next_state
from packhorse.domain.work_orders.work_order import WorkOrder, WorkState

MOVES: Mapping[WorkState, frozenset[WorkState]] = {
    WorkState.NEW: frozenset({WorkState.SUBMITTED, WorkState.CANCELLED}),
    WorkState.SUBMITTED: frozenset(WorkState) - {WorkState.NEW, WorkState.SUBMITTED},
    WorkState.PARTIALLY_DONE: frozenset({WorkState.DONE, WorkState.CLOSED}),
    WorkState.DONE: frozenset(),
    WorkState.CLOSED: frozenset(),
    WorkState.CANCELLED: frozenset(),
}
"""Which state may follow which."""

OVER = frozenset({WorkState.DONE, WorkState.CLOSED, WorkState.CANCELLED})
"""States of which nothing is to be done, and nothing is reserved."""
UNFINISHED = frozenset(WorkState) - OVER


def state_of(order: WorkOrder) -> WorkState:
    """Return the state that follows from the units."""
    if order.cancelled_at is not None:
        return WorkState.CANCELLED
    if order.submitted_at is None:
        return WorkState.NEW
    if order.open:
        return WorkState.PARTIALLY_DONE if order.done else WorkState.SUBMITTED
    return WorkState.CLOSED if order.closed else WorkState.DONE


def with_state(order: WorkOrder) -> WorkOrder:
    """Return the work order with its derived state."""
    return order.replace(state=next_state(f"work order {order.id}", order.state, state_of(order), MOVES))
