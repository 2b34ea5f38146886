"""The web beyond AWS, at httpx's own transport: handlers answer every request of the process."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch

import httpx

from local.world.routes import reply_of

Handler = Callable[[httpx.Request], httpx.Response]
Around = Callable[[httpx.Request, Callable[[], httpx.Response]], httpx.Response]


def at_once(request: httpx.Request, perform: Callable[[], httpx.Response]) -> httpx.Response:
    """Perform a request, and nothing else."""
    return perform()


def response_of(status: int, content: Any) -> httpx.Response:
    """Return the answer of a simulated company: a `Reply`, or a value as JSON."""
    reply = reply_of(content)
    return httpx.Response(status, content=reply.body, headers={"Content-Type": reply.media_type, **reply.headers})


class Web:
    """Handlers by the base url of requests; without a handler the host is unreachable.

    `around` is called with each request and the function that performs it.
    """

    def __init__(self, around: Around = at_once) -> None:
        self.handlers: dict[str, Handler] = {}
        self._around = around

    def serve(self, base_url: str, handler: Handler) -> None:
        """Let a handler answer all requests below a url."""
        self.handlers[base_url.rstrip("/")] = handler

    def answer(self, request: httpx.Request) -> httpx.Response:
        """Return the answer to a request."""
        return self._around(request, lambda: self._answer(request))

    def _answer(self, request: httpx.Request) -> httpx.Response:
        url = str(request.url)
        for base, handler in sorted(self.handlers.items(), key=lambda each: -len(each[0])):
            if url == base or url.startswith((f"{base}/", f"{base}?")):
                request.read()
                return httpx.MockTransport(handler).handle_request(request)
        raise httpx.ConnectError(f"no host at {url}", request=request)

    @contextmanager
    def installed(self) -> Iterator[None]:
        """Replace every httpx transport of the process meanwhile."""
        web = self

        class Transport(httpx.BaseTransport):
            """A transport with httpx's signature, which opens no connection."""

            def __init__(self, *_: Any, **__: Any) -> None:
                pass

            def handle_request(self, request: httpx.Request) -> httpx.Response:
                return web.answer(request)

        with patch("httpx._client.HTTPTransport", Transport), patch("httpx.HTTPTransport", Transport):
            yield
