"""The destination of an order: one whose country no table has waits, since no rule can choose its warehouse."""

from datetime import datetime

from packhorse.domain.address import has_unknown_country
from packhorse.domain.orders.allocation import movable_units
from packhorse.domain.orders.exceptions import with_current_exception, without_exception
from packhorse.domain.orders.order import Order, OrderException
from packhorse.domain.problem import Cause

MAX_QUOTED = 40


def with_checked_country(order: Order, now: datetime) -> Order:
    """Return the order with an exception if no table has its country and units are still to be handed over."""
    if order.is_over or not has_unknown_country(order.ship_to) or not _has_units_to_send(order):
        return without_exception(order, Cause.UNKNOWN_COUNTRY)
    country = order.ship_to.country if order.ship_to else ""
    message = f"no country is called “{country[:MAX_QUOTED]}”: the order waits until its address names one"
    problem = OrderException(cause=Cause.UNKNOWN_COUNTRY, message=message, opened_at=now)
    return with_current_exception(order, problem)


def _has_units_to_send(order: Order) -> bool:
    return any(line.unallocated or movable_units(order, line) for line in order.lines)
