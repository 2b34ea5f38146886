"""Copies of an order with one part of it replaced."""

from collections.abc import Mapping
from datetime import datetime

from packhorse.domain.orders.fulfilment_order import FulfilmentOrder
from packhorse.domain.orders.order import Order, OrderLine, TimelineEntry


def with_entry(order: Order, at: datetime, what: str, who: str, detail: str = "") -> Order:
    """The order with one more thing in its timeline."""
    entry = TimelineEntry(at=at, what=what, who=who, detail=detail)
    return order.replace(timeline=(*order.timeline, entry))


def with_lines(order: Order, changed: Mapping[str, OrderLine]) -> Order:
    """The order with some of its lines replaced."""
    return order.replace(lines=tuple(changed.get(line.id, line) for line in order.lines))


def with_fulfilment(order: Order, changed: FulfilmentOrder) -> Order:
    """The order with one of its fulfilment orders replaced."""
    works = tuple(changed if work.id == changed.id else work for work in order.fulfilments)
    return order.replace(fulfilments=works)
