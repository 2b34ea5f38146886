"""What audits have in common: looking several times, reporting, counting."""

from collections.abc import Callable, Collection
from datetime import datetime

from packhorse.domain.audits import Run
from packhorse.store import exceptions

PAGE = 50
LOOKS = 3


Page = tuple[Run, str | None]


def settled(look: Callable[[], str | None]) -> str | None:
    """What is wrong, if it is so every time; None where it was moving at every look."""
    outcome: str | None = None
    for _ in range(LOOKS):
        outcome = look()
        if outcome == "":
            return ""
    return outcome


def report(cause: str, concerns: str, outcome: str | None, wrong_before: Collection[str], now: datetime) -> None:
    """Has somebody look at what is wrong; what was wrong and is right again is over."""
    if outcome:
        exceptions.open_one(cause, concerns, outcome, now)
    elif outcome == "" and concerns in wrong_before:
        exceptions.resolve(cause, concerns)


def tally(run: Run, outcome: str | None) -> Run:
    """The run with one more looked at: nothing wrong (empty), moving (None) or wrong."""
    update = {"looked_at": run.looked_at + 1}
    if outcome is None:
        update["moving"] = run.moving + 1
    elif outcome:
        update["wrong"] = run.wrong + 1
    return run.model_copy(update=update)
