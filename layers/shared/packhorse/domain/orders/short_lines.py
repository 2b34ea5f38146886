"""Exceptions of short lines: of all, if the account wants them, else of those that no warehouse is left for."""

from datetime import datetime

from packhorse.domain.configuration.account import Account
from packhorse.domain.orders.allocation import short_of
from packhorse.domain.orders.exceptions import with_current_exception, without_exception
from packhorse.domain.orders.order import Order, OrderException
from packhorse.domain.orders.order_line import OrderLine
from packhorse.domain.problem import Cause


def with_short_lines(order: Order, account: Account, at: datetime) -> Order:
    """Return the order with an exception for each short line that is to have one, and without those that are over.

    That is each, if the account says so, and each that all its warehouses have rejected. A line that waits for a person
    has its own exception.
    """
    blocked = {each.line for each in order.exceptions if each.cause == Cause.EXCLUDED_WAREHOUSE}
    for line in order.lines:
        is_to_be_said = account.short_line_exceptions or line.is_refused_everywhere
        if is_to_be_said and line.short and not order.is_over and line.id not in blocked:
            message = f"line {line.id} ({line.matched}): {short_of(line)}{_refusals_of(order, line)}"
            problem = OrderException(cause=Cause.SHORT_LINE, line=line.id, message=message[:2000], opened_at=at)
            order = with_current_exception(order, problem)
        else:
            order = without_exception(order, Cause.SHORT_LINE, line.id)
    return order


def _refusals_of(order: Order, line: OrderLine) -> str:
    """Return why each warehouse does not ship the line, if none is left; empty if one is."""
    if not line.is_refused_everywhere:
        return ""
    notes = {
        str(part.warehouse): each.note
        for part in order.fulfilments
        for each in part.rejections
        if line.id in each.units
    }
    why = (f"{each.warehouse}: {notes.get(each.warehouse) or each.words}" for each in line.refused)
    return f". None ships it now: {'; '.join(why)}"
