"""Injected failures: the statuses that a simulated shop returns instead of its response."""

import threading
from dataclasses import dataclass

_lock = threading.Lock()


@dataclass
class Failure:
    """A status for the next `times` requests that match, instead of their effect or, with `after`, following it.

    An empty method matches every method; the path is a prefix.
    """

    status: int
    times: int = 1
    method: str = ""
    path: str = ""
    after: bool = False

    def matches(self, method: str, path: str) -> bool:
        """Return whether failures are left and the request matches."""
        return self.times > 0 and self.method in ("", method) and path.startswith(self.path)


def take_failure(failures: list[Failure], method: str, path: str) -> Failure | None:
    """Return the first failure that matches, and count it down."""
    with _lock:
        for failure in failures:
            if failure.matches(method, path):
                failure.times -= 1
                return failure
    return None
