"""Purchase orders of which units have not come by the day on which they were expected."""

from datetime import date

from packhorse.domain.problem import Cause, Problem, Subject
from packhorse.domain.purchasing.purchase_order import PurchaseOrder


def with_late(order: PurchaseOrder, today: date) -> PurchaseOrder:
    """Return the purchase order with the last day that passed before all units expected on it came.

    It stays where no other day passed: what is reported of it is not reported every night.
    """
    expected = [line.expected_on for line in order.lines if line.open and line.expected_on] if order.is_open else []
    passed = [*(day for day in expected if day < today), *([order.late] if order.late else [])]
    return order.replace(late=max(passed)) if passed else order


def late_problem(order: PurchaseOrder) -> Problem | None:
    """Return the problem of a purchase order that is late: it ends once all that was expected came, or is to later."""
    late = order.late
    if late is None or not order.is_open:
        return None
    if not any(line.open and line.expected_on and line.expected_on <= late for line in order.lines):
        return None
    message = f"units of purchase order {order.id} of {order.supplier} were expected by {late}, and have not come"
    subject = Subject.of_purchase_order(order.id, order.warehouse)
    return Problem(cause=Cause.LATE_TO_ARRIVE, subject=subject, message=message)
