"""What the audit queue carries, and how it gets there."""

from pydantic import TypeAdapter

from packhorse.aws import client
from packhorse.domain.values import Value
from packhorse.inbox import written
from packhorse.settings import settings
from packhorse.store.audits import Run, Which


class Asked(Value):
    """What is to be audited; an audit that is under way goes on after a place, with what it has found."""

    audit: Which
    after: str | None = None
    run: Run | None = None


MESSAGE: TypeAdapter[Asked] = TypeAdapter(Asked)


def pass_on(asked: Asked) -> None:
    """Has another invocation audit it, or go on with it."""
    client("sqs").send_message(QueueUrl=settings.audit_queue_url, MessageBody=written(asked))
