"""Audit shelves, orders, executions and channels, page by page.

What one invocation does not get to continues by another message. What is safe is mended: a lost start, a lost token, a
lost answer, waiting orders while there is stock. The rest becomes an exception.
"""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime

from packhorse.aws.telemetry import count, logger
from packhorse.domain.audits import Run, Which
from packhorse.messages.audits import MESSAGE, AuditRequest, request_audit
from packhorse.store import audits
from packhorse.usecases.audit_channels import channels
from packhorse.usecases.audit_executions import executions
from packhorse.usecases.audit_findings import Page
from packhorse.usecases.audit_orders import unfinished
from packhorse.usecases.audit_shelves import shelves

MARGIN = 60.0
"""Seconds that a page, or a shelf with its ledger, takes at the very most."""


def take(_: str, body: str, remaining: Callable[[], float]) -> None:
    """Audits as long as there is time."""
    asked = MESSAGE.validate_json(body)
    run = asked.run or Run(audit=asked.audit, started_at=datetime.now(UTC))
    for reached, after in audit(run, asked.after, lambda: remaining() < MARGIN):
        run = reached
        audits.keep(run)
        if after and remaining() < MARGIN:
            request_audit(AuditRequest(audit=run.audit, after=after, run=run))
            return
    audits.keep(run.ended(datetime.now(UTC)))
    logger.info("audited", extra=run.model_dump(mode="json"))
    count("AuditFaults", run.wrong)
    count("AuditMended", run.mended)


def audit(run: Run, after: str | None, is_late: Callable[[], bool]) -> Iterator[Page]:
    """The run after every page, and where the next page starts."""
    while True:
        run, after = PAGES[run.audit](run, after, datetime.now(UTC), is_late)
        yield run, after
        if after is None:
            return


PAGES: dict[Which, Callable[[Run, str | None, datetime, Callable[[], bool]], Page]] = {
    Which.STOCK: shelves,
    Which.ORDERS: unfinished,
    Which.EXECUTIONS: executions,
    Which.CHANNELS: channels,
}
