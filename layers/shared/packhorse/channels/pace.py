"""Calls that keep a distance, so that a channel is not asked more often than it wants to be."""

import time
from collections.abc import Callable


class Pace:
    """Waits before each call until its turn; as a hook of an httpx client, before each request."""

    def __init__(
        self,
        per_second: float,
        sleep: Callable[[float], None] | None = None,
        now: Callable[[], float] | None = None,
    ) -> None:
        self.distance = 1 / per_second
        self.sleep = sleep or time.sleep
        self.now = now or time.monotonic
        self._next = 0.0

    def __call__(self, _: object = None) -> None:
        """Returns when it is time."""
        moment = self.now()
        if moment < self._next:
            self.sleep(self._next - moment)
        self._next = max(moment, self._next) + self.distance
