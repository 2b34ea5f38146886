"""Audits: their kinds, and the progress of a run."""

from datetime import datetime
from enum import StrEnum

from packhorse.domain.values import Instant, Value


class AuditKind(StrEnum):
    """What is audited: shelves and orders by the ledger, payloads and rows by orders, executions, stock of channels."""

    STOCK = "stock"
    ORDERS = "orders"
    EXECUTIONS = "executions"
    CHANNELS = "channels"
    PAYLOADS = "payloads"
    ROWS = "rows"


class AuditRun(Value):
    """Progress of an audit: how many records it checked (`looked_at`), skipped (`moving`), mended and found wrong.

    Skipped are records that were changing. With `since` it checks only orders that became due after that moment.
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
        """The moment up to which every order that was due has been checked; None if it is unknown."""
        return self.started_at if self.finished_at else self.since
