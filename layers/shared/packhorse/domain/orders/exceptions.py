"""An order's own exceptions: opened, ended, dismissed."""

from datetime import datetime

from packhorse.domain.orders.order import Order, OrderException
from packhorse.domain.orders.updates import with_entry
from packhorse.domain.problem import Cause


def with_exception(order: Order, problem: OrderException) -> Order:
    """The order with an open exception; the same one again changes nothing."""
    if any(known.key == problem.key for known in order.exceptions):
        return order
    opened = order.replace(exceptions=(*order.exceptions, problem))
    return with_entry(opened, problem.opened_at, "exception", "packhorse", problem.message)


def without_exception(order: Order, cause: Cause, line: str) -> Order:
    """The order after what was wrong with that line was dealt with."""
    left = tuple(known for known in order.exceptions if (known.cause, known.line) != (cause, line))
    return order.replace(exceptions=left)


def dismissed(order: Order, problem: OrderException, at: datetime, who: str) -> Order:
    """The order without that exception of its own; its timeline says who put it away."""
    left = tuple(known for known in order.exceptions if known.key != problem.key)
    return with_entry(order.replace(exceptions=left), at, "dismissed", who, problem.message)
