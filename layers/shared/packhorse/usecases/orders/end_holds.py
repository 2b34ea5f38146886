"""Have holds released whose time is over: a message advances their orders, which releases them."""

from datetime import datetime

from packhorse.messages.orders import send_advance
from packhorse.store.timed_holds import ended_holds

MOST = 500
"""Orders that one call has advanced: the next one, a minute later, finds those that are left."""


def end_holds(now: datetime) -> None:
    """Send a message for each order with a hold whose time is over. Safe to repeat."""
    send_advance(each.order_id for each in ended_holds(now, MOST))
