"""Audits: started by hand, and their last runs."""

from http import HTTPStatus

from aws_lambda_powertools.event_handler.router import APIGatewayHttpRouter

from packhorse.api.access import OWNING, VIEWING, allow
from packhorse.domain.audits import AuditKind, AuditRun
from packhorse.domain.values import Value
from packhorse.messages.audits import AuditRequest, send_audit
from packhorse.store import audits

router = APIGatewayHttpRouter()


class Runs(Value):
    """The last run of every kind of audit."""

    items: tuple[AuditRun, ...]
    next: None = None


@router.get("/audits", summary="How many records each audit read, mended and found wrong last", tags=["audits"])
@allow(VIEWING)
def listed() -> Runs:
    """Each wrong record is an exception, too."""
    return Runs(items=tuple(audits.last_runs()))


@router.post("/audits", summary="Audit everything now", tags=["audits"], status_code=HTTPStatus.ACCEPTED)
@allow(OWNING)
def start() -> Runs:
    """202: one run of every kind, beside the schedule; the answer has the runs before."""
    for kind in AuditKind:
        send_audit(AuditRequest(audit=kind))
    return listed()
