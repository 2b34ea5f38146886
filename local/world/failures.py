"""Injected failures: what a simulated shop or carrier answers instead of its response."""

import threading
from collections.abc import Mapping
from dataclasses import dataclass

_lock = threading.Lock()

LOST = 0
"""The status of an answer that does not come: the connection is closed."""


@dataclass
class Failure:
    """A status for the next `times` requests that match, instead of their effect or, with `after`, following it.

    An empty method matches every method; the path starts with `path` and ends with `ending`. `text` is the body,
    `retry_after` the seconds of that header.
    """

    status: int
    times: int = 1
    method: str = ""
    path: str = ""
    after: bool = False
    ending: str = ""
    text: str | None = None
    retry_after: int | None = None

    def matches(self, method: str, path: str) -> bool:
        """Return whether failures are left and the request matches."""
        is_at = path.startswith(self.path) and path.endswith(self.ending)
        return self.times > 0 and self.method in ("", method) and is_at

    @property
    def headers(self) -> Mapping[str, str]:
        """The headers of the answer."""
        return {} if self.retry_after is None else {"Retry-After": str(self.retry_after)}


def take_failure(failures: list[Failure], method: str, path: str) -> Failure | None:
    """Return the first failure that matches, and count it down."""
    with _lock:
        for failure in failures:
            if failure.matches(method, path):
                failure.times -= 1
                return failure
    return None
