"""Export a buyer's data: record in each order that it was given out, and end the requests of channels for it."""

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from packhorse.domain.errors import Conflict
from packhorse.domain.orders.change import Change
from packhorse.domain.orders.erasing import EXPORTED, exported
from packhorse.domain.orders.order import Order
from packhorse.domain.problem import Cause
from packhorse.domain.values import OrderId
from packhorse.store import exceptions, orders
from packhorse.store.backoff import retry_conflicts
from packhorse.store.commit import Write, commit
from packhorse.store.exceptions import OpenException


class Exported(NamedTuple):
    """A page of orders, and the id that the next page follows (None at the end)."""

    orders: tuple[Order, ...]
    next: OrderId | None


def export_buyer(order_ids: Iterable[OrderId], after: str | None, limit: int, who: str, now: datetime) -> Exported:
    """Return the page of a buyer's orders, by id, that follows `after`. Raises NotFound, NotNow."""
    left = [each for each in sorted(set(order_ids)) if each > (after or "")]
    page = left[:limit]
    found = tuple(retry_conflicts(lambda each=each: _export(each, who, now)) for each in page)  # type: ignore[misc]
    for request in exceptions.unresolved_of(Cause.DATA_REQUESTED):
        if _is_answered(request):
            exceptions.resolve_as_read(request)
    return Exported(found, page[-1] if len(left) > limit else None)


def _export(order_id: OrderId, who: str, now: datetime) -> Order:
    order = orders.get_order(order_id)
    if not commit((Write(Change(exported(order, now, who)), order, who),), now):
        raise Conflict(f"order {order_id} changed meanwhile")
    return order


def _is_answered(request: OpenException) -> bool:
    """Return whether each order of a data request was exported since, or erased."""
    found = orders.find_orders(map(OrderId, request.subject.orders)).values()
    return bool(found) and all(each.erased_at or _is_exported(each, request.last_at) for each in found)


def _is_exported(order: Order, since: datetime) -> bool:
    return any(entry.what == EXPORTED and entry.at >= since for entry in order.timeline)
