"""The operator API as a script uses it: a token, JSON in and out, failures that say what was wrong."""

import time
from collections.abc import Callable, Iterator
from typing import Any, TypeVar

import httpx

from local.home import StackError
from local.stack import Stack

T = TypeVar("T")
TOKEN_SECONDS = 30 * 60


class Api:
    """A signed-in operator."""

    def __init__(self, stack: Stack) -> None:
        self.stack = stack
        self._http = httpx.Client(base_url=stack.api_url or "", timeout=60)
        self._signed_in_at = -float(TOKEN_SECONDS)

    def close(self) -> None:
        """Hangs up."""
        self._http.close()

    def call(self, method: str, path: str, body: Any = None, **headers: str) -> httpx.Response:
        """One request, whatever the answer."""
        if time.monotonic() - self._signed_in_at >= TOKEN_SECONDS:
            self._http.headers["authorization"] = f"Bearer {self.stack.token()}"
            self._signed_in_at = time.monotonic()
        return self._http.request(method, path, json=body, headers=headers)

    def get(self, path: str) -> Any:
        """What is there."""
        return self._must("GET", path)

    def all(self, path: str) -> Iterator[Any]:
        """Every item of a list, page after page."""
        page = self.get(path)
        yield from page["items"]
        while page["next"]:
            page = self.get(f"{path}{'&' if '?' in path else '?'}cursor={page['next']}")
            yield from page["items"]

    def put(self, path: str, body: Any) -> Any:
        """What is there after it was replaced."""
        return self._must("PUT", path, body)

    def post(self, path: str, body: Any = None, **headers: str) -> Any:
        """What came of it."""
        return self._must("POST", path, body, **headers)

    def _must(self, method: str, path: str, body: Any = None, **headers: str) -> Any:
        answer = self.call(method, path, body, **headers)
        if answer.is_error:
            raise StackError(f"{method} {path}: {answer.status_code} {answer.text}")
        return answer.json() if answer.content else None


def wait_for(what: Callable[[], T | None], message: str, seconds: float = 60) -> T:
    """What comes to be there; StackError with the message if it does not in time."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if found := what():
            return found
        time.sleep(0.2)
    raise StackError(f"{message}: not within {seconds:.0f} s")
