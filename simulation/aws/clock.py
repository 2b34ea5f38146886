"""The clock of a world: it stands still until a test or the scheduler moves it."""

from typing import Protocol

START = 1_793_620_800.0  # 2026-11-02, noon


class Time(Protocol):
    """The clock that services read; `turns.Turns` is another one."""

    now: float

    def sleep(self, seconds: float = 0.0) -> None:
        """Let that many seconds pass."""
        ...


class Clock:
    """A clock that only `sleep` moves."""

    def __init__(self, now: float = START) -> None:
        self.now = now

    def sleep(self, seconds: float = 0.0) -> None:
        """Move the clock, without waiting."""
        self.now += max(0.0, seconds)
