"""The time of a world: it stands still unless somebody moves it."""

from typing import Protocol

START = 1_793_620_800.0  # 2026-11-02, noon


class Time(Protocol):
    """What services ask for the time; `turns.Turns` is one too."""

    now: float

    def sleep(self, seconds: float = 0.0) -> None:
        """Lets so much time pass."""
        ...


class Clock:
    """Time that passes only where somebody says so."""

    def __init__(self, now: float = START) -> None:
        self.now = now

    def sleep(self, seconds: float = 0.0) -> None:
        """Moves on at once."""
        self.now += max(0.0, seconds)
