"""An order's own exceptions: opened, ended, dismissed."""

from datetime import datetime

from packhorse.domain.orders.order import Order, OrderException
from packhorse.domain.orders.updates import with_entry


def with_exception(order: Order, at: datetime, kind: str, message: str, line: str | None = None) -> Order:
    """The order with an open exception; the same one again changes nothing."""
    if any((known.kind, known.line) == (kind, line) for known in order.exceptions):
        return order
    problem = OrderException(kind=kind, line=line, message=message, opened_at=at)
    opened = order.replace(exceptions=(*order.exceptions, problem))
    return with_entry(opened, at, "exception", "packhorse", message)


def without_exception(order: Order, kind: str, line: str | None = None) -> Order:
    """The order after that exception was dealt with."""
    left = tuple(known for known in order.exceptions if (known.kind, known.line) != (kind, line))
    return order.replace(exceptions=left)


def dismissed(order: Order, problem: OrderException, at: datetime, who: str) -> Order:
    """The order without that exception of its own; its timeline says who put it away."""
    return with_entry(without_exception(order, problem.kind, problem.line), at, "dismissed", who, problem.message)
