"""Audit executions: the order of each still waits for it."""

from datetime import datetime

from packhorse.aws.executions import running_executions, stop_execution
from packhorse.domain.audits import AuditRun
from packhorse.domain.orders.order import Order
from packhorse.domain.orders.soundness import HAND_OVER_DEADLINE, awaited_attempts
from packhorse.messages.orders import send_advance
from packhorse.store import orders
from packhorse.usecases.operations.audit_findings import AuditPage
from packhorse.usecases.operations.watch_waiting import warn_of_waiting


def audit_executions(run: AuditRun, after: str | None, now: datetime, *_: object) -> AuditPage:
    """Audit a page of the running executions.

    An execution that its order no longer waits for is mended: the order is advanced, which answers its task tokens. One
    without fulfilment orders is stopped. The first page comes with a watch on what waits.
    """
    if after is None:
        warn_of_waiting(now)
    page, following = running_executions(after)
    found = orders.find_orders(each.order_id for each in page)
    for each in page:
        run = run.replace(looked_at=run.looked_at + 1)
        if now - each.since < HAND_OVER_DEADLINE or each.attempt in attempts_of(found.get(each.order_id)):
            continue
        run = run.replace(mended=run.mended + 1)
        if each.order_id in found and any(
            fulfilment.attempt == each.attempt for fulfilment in found[each.order_id].fulfilments
        ):
            send_advance([each.order_id])
        else:
            stop_execution(each.order_id, each.attempt, "its order does not need it")
    return run, following


def attempts_of(order: Order | None) -> set[int]:
    """Return the attempts that the order still waits for; empty without an order."""
    return awaited_attempts(order) if order else set()
