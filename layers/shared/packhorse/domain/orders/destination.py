"""The destination of an order: one without an address, or to an unknown country, is not handed over."""

from datetime import datetime

from packhorse.domain.address import has_unknown_country, is_missing
from packhorse.domain.orders.allocation import movable_units
from packhorse.domain.orders.channel_holds import is_held_there
from packhorse.domain.orders.exceptions import with_current_exception, with_exception, without_exception
from packhorse.domain.orders.order import Order, OrderException
from packhorse.domain.problem import Cause

MAX_QUOTED = 40


def with_checked_destination(order: Order, now: datetime) -> Order:
    """Return the order with an exception if it has units to hand over, and no address or one to an unknown country.

    What its channel has on hold has an address once that releases it, which the hold says: no one else can enter one.
    """
    return _with_checked_country(_with_checked_address(order, now), now)


def _with_checked_address(order: Order, now: datetime) -> Order:
    if order.is_over or not is_missing(order.ship_to) or not _has_units_to_send(order) or is_held_there(order):
        return without_exception(order, Cause.NO_ADDRESS)
    message = "the order has no address to ship to: it waits until its channel sends one"
    return with_exception(order, OrderException(cause=Cause.NO_ADDRESS, message=message, opened_at=now))


def _with_checked_country(order: Order, now: datetime) -> Order:
    if order.is_over or not has_unknown_country(order.ship_to) or not _has_units_to_send(order):
        return without_exception(order, Cause.UNKNOWN_COUNTRY)
    country = order.ship_to.country if order.ship_to else ""
    message = f"no country is called “{country[:MAX_QUOTED]}”: the order waits until its address names one"
    problem = OrderException(cause=Cause.UNKNOWN_COUNTRY, message=message, opened_at=now)
    return with_current_exception(order, problem)


def _has_units_to_send(order: Order) -> bool:
    is_taken_back = any(each.is_taken_back for each in order.fulfilments)
    return is_taken_back or any(line.unallocated or movable_units(order, line) for line in order.lines)
