"""Pacing of calls, so that an outside system gets no more calls a second than its setting allows."""

import math
import time
from collections.abc import Callable

from packhorse.domain.errors import OutOfTime

CALL_MARGIN = 30.0
"""Most seconds that a response takes, and storing what follows from it."""


def forever() -> float:
    """Return the remaining seconds where no deadline applies: infinitely many."""
    return math.inf


class Pace:
    """Waits before each call until its turn; a hook of an httpx client, called before each request.

    Raises OutOfTime if too few seconds remain for the response.
    """

    def __init__(
        self,
        per_second: float,
        sleep: Callable[[float], None] | None = None,
        now: Callable[[], float] | None = None,
        remaining: Callable[[], float] = forever,
    ) -> None:
        self.distance = 1 / per_second
        self.sleep = sleep or time.sleep
        self.now = now or time.monotonic
        self.remaining = remaining
        self._next = 0.0

    def __call__(self, _: object = None) -> None:
        """Wait until the next call may start."""
        moment = self.now()
        wait = max(self._next - moment, 0.0)
        if self.remaining() - wait < CALL_MARGIN:
            raise OutOfTime("no time for another call", wait)
        if wait:
            self.sleep(wait)
        self._next = max(moment, self._next) + self.distance
