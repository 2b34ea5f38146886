"""Request that buyers are erased: mark their orders, which the next audit erases once they are over."""

from collections.abc import Iterable
from datetime import datetime

from packhorse.domain.errors import Conflict
from packhorse.domain.orders.change import Change
from packhorse.domain.orders.erasing import erasure_requested
from packhorse.domain.values import ChannelId, OrderId
from packhorse.store import buyers, orders
from packhorse.store.backoff import retry_conflicts
from packhorse.store.commit import Write, commit


def request_erasure_of_account(
    channel: ChannelId, customers: Iterable[str], who: str, now: datetime
) -> tuple[OrderId, ...]:
    """Mark the orders of a buyer, who has one or more ids in the channel; return them."""
    ids = (each for customer in customers for each in buyers.orders_of_account(channel, customer))
    return _mark_all(ids, who, now)


def request_erasure_of_email(email: str, who: str, now: datetime) -> tuple[OrderId, ...]:
    """Mark the orders of an e-mail address in all channels; return them."""
    return _mark_all(buyers.orders_of_email(email), who, now)


def request_erasure(order_id: OrderId, who: str, now: datetime) -> tuple[OrderId, ...]:
    """Mark an order; return it. Raises NotFound, NotNow."""
    return _mark_all((order_id,), who, now)


def _mark_all(ids: Iterable[OrderId], who: str, now: datetime) -> tuple[OrderId, ...]:
    found = tuple(dict.fromkeys(ids))
    for order_id in found:
        retry_conflicts(lambda order_id=order_id: _mark(order_id, who, now))  # type: ignore[misc]
    return found


def _mark(order_id: OrderId, who: str, now: datetime) -> None:
    """Mark an order, without what it owes: that takes rights to stock, which a notification has not."""
    order = orders.get_order(order_id)
    marked = erasure_requested(order, now, who)
    if marked != order and not commit((Write(Change(marked), order, who),), now):
        raise Conflict(f"order {order_id} changed meanwhile")
