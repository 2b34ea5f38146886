"""Audit shelves, orders, executions, channels, payloads and rows, page by page.

Pages that one invocation has no time for are continued by another message. Mended is what is safe to repeat: a lost
start of an execution, a lost task token, a lost answer, backorders whose sku is available, orders that were received
and are not stored, rows and their counts. The rest becomes an exception.
"""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime

from packhorse.aws.telemetry import add_metric, logger
from packhorse.domain.audits import AuditKind, AuditRun
from packhorse.messages.audits import AUDIT_MESSAGE, AuditRequest, send_audit
from packhorse.store import audits
from packhorse.usecases.operations.audit_channels import audit_channels
from packhorse.usecases.operations.audit_executions import audit_executions
from packhorse.usecases.operations.audit_findings import AuditPage
from packhorse.usecases.operations.audit_orders import audit_orders
from packhorse.usecases.operations.audit_payloads import audit_payloads
from packhorse.usecases.operations.audit_rows import audit_rows
from packhorse.usecases.operations.audit_shelves import audit_shelves

AUDIT_MARGIN, PAGE_MARGIN = 60.0, 150.0
"""Seconds that a page takes at most, and that one begins with at least: its first shelf may have a long ledger."""


def audit_in_time(body: str, remaining: Callable[[], float]) -> None:
    """Audit until the end, or a margin before the deadline; send a message to continue in the latter case."""
    message = AUDIT_MESSAGE.read(body)
    run = message.run or new_run(message)
    for reached, after in audit(run, message.after, lambda: remaining() < AUDIT_MARGIN):
        run = reached
        audits.save_run(run)
        if after and remaining() < PAGE_MARGIN:
            send_audit(AuditRequest(audit=run.audit, after=after, run=run))
            return
    audits.save_run(run.ended(datetime.now(UTC)))
    logger.info("audited", extra=run.model_dump(mode="json"))
    add_metric("AuditFaults", run.wrong)
    add_metric("AuditMended", run.mended)


def new_run(request: AuditRequest) -> AuditRun:
    """Return a run at its beginning; an audit of what is due has the last run's `reached` as `since`."""
    last = next((run for run in audits.last_runs() if run.audit is request.audit), None) if request.due else None
    return AuditRun(audit=request.audit, started_at=datetime.now(UTC), since=last.reached if last else None)


def audit(run: AuditRun, after: str | None, is_late: Callable[[], bool]) -> Iterator[AuditPage]:
    """Yield the run after every page, and the cursor of the next page."""
    while True:
        run, after = AUDITS[run.audit](run, after, datetime.now(UTC), is_late)
        yield run, after
        if after is None:
            return


AUDITS: dict[AuditKind, Callable[[AuditRun, str | None, datetime, Callable[[], bool]], AuditPage]] = {
    AuditKind.STOCK: audit_shelves,
    AuditKind.ORDERS: audit_orders,
    AuditKind.EXECUTIONS: audit_executions,
    AuditKind.CHANNELS: audit_channels,
    AuditKind.PAYLOADS: audit_payloads,
    AuditKind.ROWS: audit_rows,
}
