"""Audits: what is audited, and how far a run of one is."""

from datetime import datetime
from enum import StrEnum

from packhorse.domain.values import Instant, Value


class AuditKind(StrEnum):
    """What is audited: shelves and orders against the ledger, executions against orders, channels against shelves."""

    STOCK = "stock"
    ORDERS = "orders"
    EXECUTIONS = "executions"
    CHANNELS = "channels"


class AuditRun(Value):
    """How far an audit is: how many it checked, skipped because they were changing, mended, and found wrong.

    `since` is there where it checks those orders only that have become due after that moment.
    """

    audit: AuditKind
    started_at: Instant
    since: Instant | None = None
    finished_at: Instant | None = None
    looked_at: int = 0
    moving: int = 0
    mended: int = 0
    wrong: int = 0

    def ended(self, now: datetime) -> "AuditRun":
        """Return the run as finished."""
        return self.replace(finished_at=now)

    @property
    def reached(self) -> datetime | None:
        """Up to which moment nothing that was due is left out; None where that is unknown."""
        return self.started_at if self.finished_at else self.since
