"""Exceptions of short lines, which the account may want."""

from datetime import datetime

from packhorse.domain.configuration.account import Account
from packhorse.domain.orders.allocation import short_of
from packhorse.domain.orders.exceptions import with_current_exception, without_exception
from packhorse.domain.orders.order import Order, OrderException
from packhorse.domain.problem import Cause


def with_short_lines(order: Order, account: Account, at: datetime) -> Order:
    """Return the order with an exception for each short line, if the account says so, and without those that are over.

    A line that waits for a person has its own exception.
    """
    blocked = {each.line for each in order.exceptions if each.cause == Cause.EXCLUDED_WAREHOUSE}
    for line in order.lines:
        if account.short_line_exceptions and line.short and not order.is_over and line.id not in blocked:
            message = f"line {line.id} ({line.matched}): {short_of(line)}"
            problem = OrderException(cause=Cause.SHORT_LINE, line=line.id, message=message, opened_at=at)
            order = with_current_exception(order, problem)
        else:
            order = without_exception(order, Cause.SHORT_LINE, line.id)
    return order
