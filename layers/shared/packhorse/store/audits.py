"""The last run of each audit, in the Work table.

question                 | pk           | sk
the last run of an audit | AUDIT#which  | LAST
"""

from datetime import datetime
from enum import StrEnum

from pynamodb.attributes import UnicodeAttribute
from pynamodb.models import Model

from packhorse.domain.values import Instant, Value
from packhorse.settings import settings


class Which(StrEnum):
    """What is audited: shelves and orders against the ledger, executions against orders, channels against shelves."""

    STOCK = "stock"
    ORDERS = "orders"
    EXECUTIONS = "executions"
    CHANNELS = "channels"


class Run(Value):
    """How far an audit is: what it looked at, passed over because it was moving, mended, and found wrong."""

    audit: Which
    started_at: Instant
    finished_at: Instant | None = None
    looked_at: int = 0
    moving: int = 0
    mended: int = 0
    wrong: int = 0

    def ended(self, now: datetime) -> "Run":
        """The run once it has seen all."""
        return self.model_copy(update={"finished_at": now})


class Last(Model):
    """The last run of an audit, as JSON."""

    class Meta:
        table_name = settings.work_table

    pk = UnicodeAttribute(hash_key=True)
    sk = UnicodeAttribute(range_key=True, default="LAST")
    body = UnicodeAttribute()


def keep(run: Run) -> None:
    """Remembers how the run went."""
    Last(f"AUDIT#{run.audit}", body=run.model_dump_json()).save()


def last() -> list[Run]:
    """The last run of every audit that ever ran."""
    found = Last.batch_get([(f"AUDIT#{which}", "LAST") for which in Which], consistent_read=True)
    return sorted((Run.model_validate_json(each.body) for each in found), key=lambda run: run.audit)
