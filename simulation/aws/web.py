"""The world beyond AWS, put in at httpx's own transport: every client of the process speaks to these handlers."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch

import httpx

Handler = Callable[[httpx.Request], httpx.Response]
Around = Callable[[httpx.Request, Callable[[], httpx.Response]], httpx.Response]


def at_once(request: httpx.Request, perform: Callable[[], httpx.Response]) -> httpx.Response:
    """A request around which nothing happens."""
    return perform()


class Web:
    """Handlers by the base url that requests start with; where there is none, nobody can be reached.

    `around` is called with each request and what performs it.
    """

    def __init__(self, around: Around = at_once) -> None:
        self.handlers: dict[str, Handler] = {}
        self._around = around

    def serve(self, base_url: str, handler: Handler) -> None:
        """Has a handler answer all requests below a url."""
        self.handlers[base_url.rstrip("/")] = handler

    def answer(self, request: httpx.Request) -> httpx.Response:
        """The answer to a request."""
        return self._around(request, lambda: self._answer(request))

    def _answer(self, request: httpx.Request) -> httpx.Response:
        url = str(request.url)
        for base, handler in sorted(self.handlers.items(), key=lambda each: -len(each[0])):
            if url == base or url.startswith((f"{base}/", f"{base}?")):
                request.read()
                return httpx.MockTransport(handler).handle_request(request)
        raise httpx.ConnectError(f"nobody is at {url}", request=request)

    @contextmanager
    def installed(self) -> Iterator[None]:
        """Has every httpx transport of the process ask here."""
        web = self

        class Transport(httpx.BaseTransport):
            """Made as httpx makes its own, without opening anything."""

            def __init__(self, *_: Any, **__: Any) -> None:
                pass

            def handle_request(self, request: httpx.Request) -> httpx.Response:
                return web.answer(request)

        with patch("httpx._client.HTTPTransport", Transport):
            yield
