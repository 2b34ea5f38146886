"""What audits have in common: repeated checks, exceptions, counts."""

from collections.abc import Callable, Collection
from datetime import datetime

from packhorse.domain.audits import AuditRun
from packhorse.domain.problem import Cause, Problem, Subject
from packhorse.store import exceptions

AUDIT_PAGE = 50
"""Shelves that are audited together."""
MAX_CHECKS = 3
"""Checks of what seems wrong before it counts: a change that was under way may explain it."""


AuditPage = tuple[AuditRun, str | None]


def check_repeatedly(check: Callable[[], str | None]) -> str | None:
    """Check until the outcome is empty, a few times at most; return the last outcome.

    An outcome is a description of what is wrong, empty if nothing is, None if the record changed during the check.
    """
    outcome: str | None = None
    for _ in range(MAX_CHECKS):
        outcome = check()
        if outcome == "":
            return ""
    return outcome


def record_result(
    cause: Cause, subject: Subject, outcome: str | None, wrong_before: Collection[Subject], now: datetime
) -> None:
    """Open an exception for a fault; resolve that of a subject that was wrong before and is right now."""
    if outcome:
        exceptions.open_exception(Problem(cause=cause, subject=subject, message=outcome), now)
    elif outcome == "" and subject in wrong_before:
        exceptions.resolve(cause, subject)


def tally(run: AuditRun, outcome: str | None) -> AuditRun:
    """Return the run with one more outcome counted: right (empty), moving (None) or wrong."""
    return run.replace(
        looked_at=run.looked_at + 1,
        moving=run.moving + (outcome is None),
        wrong=run.wrong + bool(outcome),
    )
