"""Messages to the audit function: audits to start or to continue."""

from pydantic import TypeAdapter

from packhorse.aws.functions import invoke_later
from packhorse.aws.queues import message_body
from packhorse.aws.settings import settings
from packhorse.domain.audits import AuditKind, AuditRun
from packhorse.domain.schema import Reader
from packhorse.domain.values import Cursor, Value


class AuditRequest(Value):
    """An audit to run; of orders, only those that are `due`, or all.

    `after` and `run` continue an audit: the cursor of its next page, and its progress so far.
    """

    audit: AuditKind
    due: bool = False
    after: Cursor | None = None
    run: AuditRun | None = None


AUDIT_MESSAGE = Reader(TypeAdapter(AuditRequest))


def send_audit(message: AuditRequest) -> None:
    """Invoke the audit function, for a new run or to continue one."""
    invoke_later(settings.audit_function, message_body(message))
