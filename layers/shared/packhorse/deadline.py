"""How long an invocation still has."""

from collections.abc import Callable
from typing import Any


def seconds_left(context: Any) -> Callable[[], float]:
    """Tells, whenever it is called, the seconds until Lambda ends the invocation of this context."""
    return lambda: float(context.get_remaining_time_in_millis()) / 1000
