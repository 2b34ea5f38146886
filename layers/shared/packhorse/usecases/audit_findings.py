"""What audits have in common: looking several times, reporting, counting."""

from collections.abc import Callable, Collection
from datetime import datetime

from packhorse.domain.audits import AuditRun
from packhorse.domain.problem import Cause, Problem, Subject
from packhorse.store import exceptions

AUDIT_PAGE = 50
MAX_CHECKS = 3


AuditPage = tuple[AuditRun, str | None]


def check_repeatedly(look: Callable[[], str | None]) -> str | None:
    """What is wrong, if it is so every time; None where it was moving at every look."""
    outcome: str | None = None
    for _ in range(MAX_CHECKS):
        outcome = look()
        if outcome == "":
            return ""
    return outcome


def record_result(
    cause: Cause, subject: Subject, outcome: str | None, wrong_before: Collection[Subject], now: datetime
) -> None:
    """Open an exception for what is wrong; resolve that of what was wrong and is right again."""
    if outcome:
        exceptions.open_exception(Problem(cause=cause, subject=subject, message=outcome), now)
    elif outcome == "" and subject in wrong_before:
        exceptions.resolve(cause, subject)


def tally(run: AuditRun, outcome: str | None) -> AuditRun:
    """The run with one more looked at: nothing wrong (empty), moving (None) or wrong."""
    return run.replace(
        looked_at=run.looked_at + 1,
        moving=run.moving + (outcome is None),
        wrong=run.wrong + bool(outcome),
    )
