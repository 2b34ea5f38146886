"""Failures on order: what a simulated shop answers instead."""

import threading
from dataclasses import dataclass

_lock = threading.Lock()


@dataclass
class Failure:
    """Answer `times` requests that match with this status instead of doing what they ask, or (`after`) once it is done.

    No method means any, and a path is a beginning.
    """

    status: int
    times: int = 1
    method: str = ""
    path: str = ""
    after: bool = False

    def matches(self, method: str, path: str) -> bool:
        """Whether it has failures left for such a request."""
        return self.times > 0 and self.method in ("", method) and path.startswith(self.path)


def met(failures: list[Failure], method: str, path: str) -> Failure | None:
    """The failure that this request meets, one of its times used up."""
    with _lock:
        for failure in failures:
            if failure.matches(method, path):
                failure.times -= 1
                return failure
    return None
