"""The last run of each kind of audit, in the Work table.

question                 | pk           | sk
the last run of an audit | AUDIT#kind   | LAST
"""

from pydantic import TypeAdapter
from pynamodb.attributes import UnicodeAttribute

from packhorse.aws.settings import settings
from packhorse.domain.audits import AuditKind, AuditRun
from packhorse.domain.schema import Reader, stamped
from packhorse.store.items import Item

AUDIT_RUN = Reader(TypeAdapter(AuditRun))


class AuditItem(Item):
    """The last run of an audit, as JSON."""

    class Meta:
        table_name = settings.work_table

    pk = UnicodeAttribute(hash_key=True)
    sk = UnicodeAttribute(range_key=True, default="LAST")
    body = UnicodeAttribute()


def save_run(run: AuditRun) -> None:
    """Store the run as the last one of its kind, finished or not."""
    AuditItem(f"AUDIT#{run.audit}", body=stamped(run.model_dump_json())).save()


def last_runs() -> list[AuditRun]:
    """Return the last run of every kind of audit that ever ran."""
    found = AuditItem.batch_get([(f"AUDIT#{kind}", "LAST") for kind in AuditKind], consistent_read=True)
    return sorted((AUDIT_RUN.read(each.body) for each in found), key=lambda run: run.audit)
