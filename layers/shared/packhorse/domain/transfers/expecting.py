"""The day on which a transfer order is expected, and what is late."""

from datetime import date, datetime

from packhorse.domain.errors import NotNow
from packhorse.domain.problem import Cause, Problem, Subject
from packhorse.domain.transfers.state import OVER
from packhorse.domain.transfers.transfer_order import TransferOrder
from packhorse.domain.values import Value


class ExpectedDay(Value):
    """The day on which all units of a transfer order are expected to have arrived."""

    expected_on: date


def expected_on(order: TransferOrder, day: date, who: str, at: datetime) -> TransferOrder:
    """Return the transfer order with another day on which it is expected; raises NotNow once it is over."""
    if order.state in OVER:
        raise NotNow(f"transfer order {order.id} is {order.state}: nothing of it is expected any more")
    if day == order.expected_on:
        return order
    return order.replace(expected_on=day).with_entry(at, "expected", who, f"on {day}")


def with_late(order: TransferOrder, today: date) -> TransferOrder:
    """Return the transfer order with the day on which it was expected, once that passed before all of it arrived."""
    day = order.due_on
    return order.replace(late=day) if order.in_transit and day and day < today else order


def late_problem(order: TransferOrder) -> Problem | None:
    """Return the problem of a transfer order that is late: it ends once nothing is on its way, or is expected later."""
    day = order.due_on
    if order.late is None or not order.in_transit or day is None or day > order.late:
        return None
    places = f"from {order.from_warehouse} to {order.to_warehouse}"
    message = f"units of transfer order {order.id} {places} were expected by {day}, and have not arrived"
    return Problem(
        cause=Cause.LATE_TO_ARRIVE, subject=Subject.of_transfer_order(order.id, order.to_warehouse), message=message
    )
