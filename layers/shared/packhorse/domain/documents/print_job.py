"""Print jobs: files that a station of the packing bench is to print, which an agent there fetches."""

import hashlib
from datetime import datetime, timedelta
from typing import Annotated

from pydantic import StringConstraints

from packhorse.domain.orders.fulfilment_order import DocumentKind
from packhorse.domain.values import Identifier, Instant, OrderIdText, Text, Value

LASTS = timedelta(minutes=15)
"""Until then a job is to be printed: paper that a printer puts out an hour later lies beside the wrong box."""

JobId = Annotated[str, StringConstraints(pattern=r"^[a-z0-9-]{1,40}\.[0-9]{20}\.[0-9a-f]{16}$")]


class PrintJob(Value):
    """A file to be printed at a station; `file` is its key, `is_reprint` marks what was printed before."""

    id: JobId
    station: Identifier
    document: DocumentKind
    order: OrderIdText
    fulfilment: int
    warehouse: Identifier
    file: str
    is_reprint: bool
    who: Text
    created_at: Instant
    done_at: Instant | None = None

    @property
    def expires_at(self) -> datetime:
        """Until when it is to be printed."""
        return self.created_at + LASTS


def digest_of(*parts: str) -> str:
    """Return the digest of what makes two jobs of a station one."""
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:16]


def job_id(station: str, created_at: datetime, digest: str) -> str:
    """Return the id of a job: its station, its time to the microsecond, and its digest.

    >>> job_id("one", datetime(2026, 11, 23, 9, 30), "0123456789abcdef")
    'one.20261123093000000000.0123456789abcdef'
    """
    return f"{station}.{created_at:%Y%m%d%H%M%S%f}.{digest}"
