"""Request that buyers are erased: mark their orders, which the next audit erases once they are over."""

from collections.abc import Iterable
from datetime import datetime

from packhorse.domain.errors import Conflict
from packhorse.domain.orders.change import Change
from packhorse.domain.orders.erasing import erasure_requested
from packhorse.domain.values import OrderId
from packhorse.store import orders
from packhorse.store.backoff import retry_conflicts
from packhorse.store.commit import Write, commit


def request_erasure(order_ids: Iterable[OrderId], who: str, now: datetime) -> tuple[OrderId, ...]:
    """Mark orders; return them. Raises NotFound, NotNow."""
    found = tuple(dict.fromkeys(order_ids))
    for order_id in found:
        retry_conflicts(lambda order_id=order_id: _mark(order_id, who, now))  # type: ignore[misc]
    return found


def _mark(order_id: OrderId, who: str, now: datetime) -> None:
    """Mark an order, without what it owes: that takes rights to stock, which a notification has not."""
    order = orders.get_order(order_id)
    marked = erasure_requested(order, now, who)
    if marked != order and not commit((Write(Change(marked), order, who),), now):
        raise Conflict(f"order {order_id} changed meanwhile")
