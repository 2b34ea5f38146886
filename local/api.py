"""A client of the operator API for scripts: JSON in and out, StackError with the response's text on failure."""

import time
from collections.abc import Callable, Iterator
from typing import Any, TypeVar

import httpx

from local.home import StackError
from local.running import Stack

T = TypeVar("T")
TOKEN_SECONDS = 10 * 60
"""After which a token is replaced: before the end of `IdTokenValidity` in template.yaml."""
SECONDS = 300  # a crowd waits for its turn as long as it takes


class Api:
    """The API, called as the operator, or with other tokens; they are renewed before they expire."""

    def __init__(self, stack: Stack, token: Callable[[], str] | None = None) -> None:
        self.stack = stack
        self._token = token or stack.token
        limits = httpx.Limits(max_connections=None)  # a crowd of threads may share the client
        self._http = httpx.Client(base_url=stack.api_url or "", timeout=SECONDS, limits=limits)
        self._signed_in_at = -float(TOKEN_SECONDS)

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    def call(self, method: str, path: str, body: Any = None, **headers: str) -> httpx.Response:
        """Send one request and return the response, whatever its status."""
        if time.monotonic() - self._signed_in_at >= TOKEN_SECONDS:
            self._http.headers["authorization"] = f"Bearer {self._token()}"
            self._signed_in_at = time.monotonic()
        return self._http.request(method, path, json=body, headers=headers)

    def get(self, path: str) -> Any:
        """Return the body of a GET."""
        return self._send("GET", path)

    def all(self, path: str) -> Iterator[Any]:
        """Yield every item of a list, page by page."""
        page = self.get(path)
        yield from page["items"]
        while page["next"]:
            page = self.get(f"{path}{'&' if '?' in path else '?'}cursor={page['next']}")
            yield from page["items"]

    def put(self, path: str, body: Any) -> Any:
        """Replace a resource and return its new state."""
        return self._send("PUT", path, body)

    def post(self, path: str, body: Any = None, **headers: str) -> Any:
        """Send a POST and return the body of the response."""
        return self._send("POST", path, body, **headers)

    def _send(self, method: str, path: str, body: Any = None, **headers: str) -> Any:
        response = self.call(method, path, body, **headers)
        if response.is_error:
            raise StackError(f"{method} {path}: {response.status_code} {response.text}")
        return response.json() if response.content else None


def wait_for(
    look: Callable[[], T | None], message: str, seconds: float = 60, instead: Callable[[], str] = lambda: ""
) -> T:
    """Poll until the result of `look` is truthy and return it.

    After the timeout raise StackError with the message, and what is there `instead`.
    """
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if found := look():
            return found
        time.sleep(0.2)
    raise StackError(f"{message}: not within {seconds:.0f} s{instead()}")
