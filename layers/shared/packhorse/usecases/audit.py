"""Audit shelves, orders, executions and channels, page by page.

What one invocation does not get to continues by another message. What is safe is mended: a lost start, a lost token, a
lost answer, waiting orders while there is stock. The rest becomes an exception.
"""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime

from packhorse.aws.telemetry import add_metric, logger
from packhorse.domain.audits import AuditKind, AuditRun
from packhorse.messages.audits import AUDIT_MESSAGE, AuditRequest, send_audit
from packhorse.store import audits
from packhorse.usecases.audit_channels import audit_channels
from packhorse.usecases.audit_executions import audit_executions
from packhorse.usecases.audit_findings import AuditPage
from packhorse.usecases.audit_orders import audit_orders
from packhorse.usecases.audit_shelves import audit_shelves

AUDIT_MARGIN = 60.0
"""Seconds that a page, or a shelf with its ledger, takes at the very most."""


def audit_in_time(body: str, remaining: Callable[[], float]) -> None:
    """Audits as long as there is time."""
    asked = AUDIT_MESSAGE.read(body)
    run = asked.run or new_run(asked)
    for reached, after in audit(run, asked.after, lambda: remaining() < AUDIT_MARGIN):
        run = reached
        audits.save_run(run)
        if after and remaining() < AUDIT_MARGIN:
            send_audit(AuditRequest(audit=run.audit, after=after, run=run))
            return
    audits.save_run(run.ended(datetime.now(UTC)))
    logger.info("audited", extra=run.model_dump(mode="json"))
    add_metric("AuditFaults", run.wrong)
    add_metric("AuditMended", run.mended)


def new_run(request: AuditRequest) -> AuditRun:
    """Return a run at its beginning; one of what is due begins where the last run of its kind left off."""
    last = next((run for run in audits.last_runs() if run.audit is request.audit), None) if request.due else None
    return AuditRun(audit=request.audit, started_at=datetime.now(UTC), since=last.reached if last else None)


def audit(run: AuditRun, after: str | None, is_late: Callable[[], bool]) -> Iterator[AuditPage]:
    """The run after every page, and where the next page starts."""
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
}
