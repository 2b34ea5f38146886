"""The state of a transfer order: what it follows from, and which state may follow which."""

from collections.abc import Mapping

from packhorse.domain.numbered import next_state
from packhorse.domain.transfers.transfer_order import TransferOrder, TransferState

MOVES: Mapping[TransferState, frozenset[TransferState]] = {
    TransferState.REQUESTED: frozenset({TransferState.SENT, TransferState.CANCELLED}),
    TransferState.SENT: frozenset({TransferState.PARTIALLY_RECEIVED, TransferState.RECEIVED, TransferState.CLOSED}),
    TransferState.PARTIALLY_RECEIVED: frozenset({TransferState.RECEIVED, TransferState.CLOSED}),
    TransferState.RECEIVED: frozenset(),
    TransferState.CLOSED: frozenset({TransferState.RECEIVED}),
    TransferState.CANCELLED: frozenset(),
}
"""Which state may follow which. One of which units were lost is received after all once they are found."""

OVER = frozenset({TransferState.RECEIVED, TransferState.CLOSED, TransferState.CANCELLED})
"""States of which nothing is on its way."""
UNFINISHED = frozenset(TransferState) - OVER


def state_of(order: TransferOrder) -> TransferState:
    """Return the state that follows from the lines."""
    if order.cancelled_at is not None:
        return TransferState.CANCELLED
    if order.sent_at is None:
        return TransferState.REQUESTED
    if any(line.open for line in order.lines):
        is_settled = any(line.arrived or line.lost for line in order.lines)
        return TransferState.PARTIALLY_RECEIVED if is_settled else TransferState.SENT
    is_short = any(line.lost or line.returned for line in order.lines)
    return TransferState.CLOSED if is_short else TransferState.RECEIVED


def with_state(order: TransferOrder) -> TransferOrder:
    """Return the transfer order with its derived state."""
    return order.replace(state=next_state(f"transfer order {order.id}", order.state, state_of(order), MOVES))
