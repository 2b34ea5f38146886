"""How old is what a process keeps: Lambda freezes it between invocations, and one of its clocks with it."""

import time
from typing import NamedTuple


class KeptAt(NamedTuple):
    """When a process got what it keeps: by the time of day, and by the seconds that it has run."""

    time_of_day: float
    running: float

    @classmethod
    def now(cls) -> "KeptAt":
        """Return this moment."""
        return cls(time.time(), time.monotonic())

    @property
    def age(self) -> float:
        """The seconds since then, by the clock that counts more: one stands while it is frozen, one may be set back."""
        return max(time.time() - self.time_of_day, time.monotonic() - self.running)
