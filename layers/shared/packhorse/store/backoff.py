"""Retries after conflicts, with full jitter."""

import random
import time
from collections.abc import Callable
from typing import TypeVar

from packhorse.domain.errors import Conflict

T = TypeVar("T")
MAX_TRIES = 8
FIRST_PAUSE = 0.02
MAX_PAUSE = 1.0


def pause(attempt: int) -> None:
    """Sleep a random time, the maximum of which doubles with every attempt (0, 1, 2, ...)."""
    time.sleep(random.uniform(0, min(MAX_PAUSE, FIRST_PAUSE * 2**attempt)))  # noqa: S311 - jitter, no secret


def retry_conflicts(step: Callable[[], T]) -> T:
    """Return the result of a step that reads, decides and writes, repeated while it raises Conflict."""
    for attempt in range(MAX_TRIES - 1):
        try:
            return step()
        except Conflict:
            pause(attempt)
    return step()
