"""What the audit queue carries, and how it gets there."""

from pydantic import TypeAdapter

from packhorse.aws.clients import client
from packhorse.aws.queues import message_body
from packhorse.aws.settings import settings
from packhorse.domain.audits import AuditKind, AuditRun
from packhorse.domain.values import Value


class AuditRequest(Value):
    """What is to be audited; an audit that is under way goes on after a place, with what it has found."""

    audit: AuditKind
    after: str | None = None
    run: AuditRun | None = None


AUDIT_MESSAGE: TypeAdapter[AuditRequest] = TypeAdapter(AuditRequest)


def send_audit(asked: AuditRequest) -> None:
    """Has another invocation audit it, or go on with it."""
    client("sqs").send_message(QueueUrl=settings.audit_queue_url, MessageBody=message_body(asked))
