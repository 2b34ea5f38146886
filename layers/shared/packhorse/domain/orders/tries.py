"""Tries to send the channel of an order what it is owed, with a longer wait after each that fails."""

from datetime import UTC, datetime, timedelta
from typing import Self

from packhorse.domain.values import Instant, Value

AT_ONCE = datetime(1970, 1, 1, tzinfo=UTC)
"""When something is due that has not been tried."""
WAITS = (60, 300, 900, 3600, 3 * 3600, 6 * 3600, 12 * 3600, 24 * 3600)
"""Seconds before each further try."""
EXCEPTION_AFTER = 4
"""Tries that fail for a passing reason before it becomes an exception."""


class Tries(Value):
    """The tries to send what `tried` names that have failed, the last one with `problem`.

    The next one is at `next_at`, None if no more are made before a person requests it.
    """

    tried: str = ""
    tries: int = 0
    next_at: Instant | None = None
    problem: str = ""

    def failed(self, what: str) -> int:
        """Return how many tries to send `what` have failed: those of anything else do not count."""
        return self.tries if self.tried == what else 0

    def due_at(self, what: str) -> datetime | None:
        """Return when `what` is to be sent; None if it was given up, or left to a person."""
        return self.next_at if self.failed(what) else AT_ONCE

    def with_try(self, what: str, tries: int, problem: str, next_at: datetime | None) -> Self:
        """Return it after so many tries to send `what`."""
        return self.replace(tried=what, tries=tries, problem=problem[:500], next_at=next_at)

    def untried(self) -> Self:
        """Return it as one whose next try is made at once: those that have failed do not count any more."""
        return self.replace(tries=0, next_at=None, problem="")

    def brought_forward(self) -> Self:
        """Return it with what waits, or was given up, due now; its tries count on. What is left to a person is not."""
        return self.replace(next_at=AT_ONCE) if self.next_at or self.tries > len(WAITS) else self


def next_try(tries: int, at: datetime, wait: float | None) -> datetime | None:
    """Return when to try again after so many tries, at the earliest in `wait` seconds; None after the last one."""
    return at + timedelta(seconds=max(WAITS[tries - 1], wait or 0)) if tries <= len(WAITS) else None
