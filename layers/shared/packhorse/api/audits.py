"""The auditor: started by hand, and its last findings."""

from http import HTTPStatus

from aws_lambda_powertools.event_handler.router import APIGatewayHttpRouter

from packhorse.domain.audits import AuditKind, AuditRun
from packhorse.domain.values import Value
from packhorse.messages.audits import AuditRequest, send_audit
from packhorse.store import audits

router = APIGatewayHttpRouter()


class Runs(Value):
    """The last run of every audit."""

    items: tuple[AuditRun, ...]
    next: None = None


@router.get("/audits", summary="What the auditor last looked at, mended and found wrong", tags=["audits"])
def listed() -> Runs:
    """What is wrong is an exception, too."""
    return Runs(items=tuple(audits.last_runs()))


@router.post("/audits", summary="Audit everything now", tags=["audits"], status_code=HTTPStatus.ACCEPTED)
def start() -> Runs:
    """202: beside its schedule; the answer is how the last runs went."""
    for which in AuditKind:
        send_audit(AuditRequest(audit=which))
    return listed()
