"""The state of a purchase order: what it follows from, and which state may follow which."""

from collections.abc import Mapping

from packhorse.domain.errors import NotNow
from packhorse.domain.numbered import next_state
from packhorse.domain.purchasing.purchase_order import PurchaseOrder, PurchaseState

MOVES: Mapping[PurchaseState, frozenset[PurchaseState]] = {
    PurchaseState.NEW: frozenset({PurchaseState.SUBMITTED, PurchaseState.CANCELLED}),
    PurchaseState.SUBMITTED: frozenset(PurchaseState) - {PurchaseState.NEW, PurchaseState.SUBMITTED},
    PurchaseState.PARTIALLY_RECEIVED: frozenset(
        {PurchaseState.RECEIVED, PurchaseState.CLOSED, PurchaseState.SUBMITTED}
    ),
    PurchaseState.RECEIVED: frozenset({PurchaseState.SUBMITTED, PurchaseState.PARTIALLY_RECEIVED}),
    PurchaseState.CLOSED: frozenset(
        {PurchaseState.RECEIVED, PurchaseState.SUBMITTED, PurchaseState.PARTIALLY_RECEIVED}
    ),
    PurchaseState.CANCELLED: frozenset({PurchaseState.RECEIVED}),
}
"""Which state may follow which. One that was closed short is received after all once the rest has come, and one that
was cancelled if its supplier ships it to the buyer all the same.

One of which the supplier takes a refusal back, or a receipt is withdrawn, is open again.
"""

OVER = frozenset({PurchaseState.RECEIVED, PurchaseState.CLOSED, PurchaseState.CANCELLED})
"""States of which nothing is incoming."""
UNFINISHED = frozenset(PurchaseState) - OVER


def state_of(order: PurchaseOrder) -> PurchaseState:
    """Return the state that follows from the lines."""
    if order.cancelled_at is not None:
        return PurchaseState.CANCELLED
    if order.submitted_at is None:
        return PurchaseState.NEW
    arrived = any(line.received or line.rejected for line in order.lines)
    if any(line.open for line in order.lines):
        return PurchaseState.PARTIALLY_RECEIVED if arrived else PurchaseState.SUBMITTED
    if any(line.closed for line in order.lines) or not arrived:
        return PurchaseState.CLOSED
    return PurchaseState.RECEIVED


def with_state(order: PurchaseOrder) -> PurchaseOrder:
    """Return the purchase order with its derived state."""
    return order.replace(state=next_state(f"purchase order {order.id}", order.state, state_of(order), MOVES))


def check_landed(order: PurchaseOrder) -> None:
    """Raise NotNow unless units of the purchase order came, or are to come.

    Of one that was cancelled they came all the same, and a person accepted them.
    """
    is_cancelled = order.cancelled_at is not None and not any(line.came for line in order.lines)
    if order.submitted_at is None or is_cancelled:
        raise NotNow(f"purchase order {order.id} is {order.state}: its units have no landed cost")


REOPENED = frozenset({PurchaseState.RECEIVED, PurchaseState.CLOSED})
"""States that an answer leads out of which takes a refusal back."""


def check_open(order: PurchaseOrder, verb: str) -> None:
    """Raise NotNow unless units of the purchase order are still to arrive."""
    if order.state is PurchaseState.NEW:
        raise NotNow(f"purchase order {order.id} is not submitted yet: nothing of it can be {verb}")
    if order.state in OVER:
        raise NotNow(f"purchase order {order.id} is {order.state}: nothing is left to be {verb}")
