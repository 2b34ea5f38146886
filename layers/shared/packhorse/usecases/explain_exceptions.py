"""Explain exceptions to people: the number of the order that each is about, and how many wait for its listing."""

from collections.abc import Iterable

from packhorse.domain.orders.order import Order
from packhorse.store import orders
from packhorse.store.exceptions import OpenException
from packhorse.usecases.unmatched_listings import with_waiting


def explained(found: Iterable[OpenException]) -> tuple[OpenException, ...]:
    """Return the exceptions with the numbers of their orders, all of which are read at once."""
    read = tuple(found)
    named = {order.id: order for order in orders.recent_orders({each.order_id for each in read if each.order_id})}
    return tuple(_of_order(with_waiting(each), named.get(each.order_id) if each.order_id else None) for each in read)


def _of_order(read: OpenException, order: Order | None) -> OpenException:
    if order is None:  # about none, or about one that is not stored any more
        return read
    return read.replace(order_number=order.number or order.channel_order_id)
