"""What stands between a client and a simulated store: it passes requests on, and answers scripted ones itself.

The store answers in memory, which is cheaper. What goes wrong does so on a connection.
"""

import threading
from collections.abc import Callable, Mapping
from email.message import Message
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Literal, NamedTuple
from urllib.parse import unquote_plus

import httpx
from httpx import HTTPTransport

from local.world.routes import Answer, reply_of

HELD_SECONDS = 0.5
PATIENCE_SECONDS = 0.1


class Fault(NamedTuple):
    """An answer that no store should give; `held`: none comes in time, `closed`: none at all, `cut`: half of it."""

    status: int = 200
    body: bytes = b""
    headers: Mapping[str, str] = {}
    way: Literal["whole", "held", "closed", "cut"] = "whole"


class Script(NamedTuple):
    """The calls that go wrong, from the one of that number on; `after`: once the store has done what they are for.

    Those of sign-in are not counted; `at`: only calls of such a path go wrong; `naming`: only those that have this text
    in their address or body.
    """

    fault: Fault
    first: int = 0
    times: int = 1_000_000
    after: bool = False
    at: str = ""
    naming: str = ""

    def covers(self, number: int, text: str) -> bool:
        """Return whether a call goes wrong."""
        return not self.at and self.first <= number < self.first + self.times and self.naming in text


class Gate:
    """The server; `calls` are the requests with their `bodies`, except to `uncounted` paths, as of sign-in."""

    def __init__(self, answer: Callable[[str, str, Message, bytes], Answer], *uncounted: str) -> None:
        self.answer = answer
        self.uncounted = uncounted
        self.script: Script | None = None
        self.calls: list[str] = []
        self.bodies: list[bytes] = []
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), type("GateHandler", (Handler,), {"gate": self}))
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"
        threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True).start()

    def reset(self, script: Script | None = None) -> None:
        """Begin to count again, by another script."""
        self.calls, self.bodies, self.script = [], [], script

    def close(self) -> None:
        """Stop."""
        self._server.shutdown()
        self._server.server_close()

    def transport(self, **options: Any) -> httpx.BaseTransport:
        """Return a transport with httpx's signature, which connects for what goes wrong alone."""
        return Transport(self, HTTPTransport(**options))

    def fault_of(self, request: httpx.Request) -> Fault | None:
        """Return how a request goes wrong that is sent next."""
        return self._fault(request.url.raw_path.decode(), request.read())

    def answer_of(self, request: httpx.Request) -> httpx.Response:
        """Return what the store answers."""
        headers = Message()
        for name, value in request.headers.multi_items():
            headers[name] = value
        path = request.url.raw_path.decode()
        self._count(request.method, path, request.read())
        status, content = self.answer(request.method, path, headers, request.read())
        reply = reply_of(content)
        return httpx.Response(status, headers={"Content-Type": reply.media_type, **reply.headers}, content=reply.body)

    def _fault(self, path: str, body: bytes) -> Fault | None:
        """Return how the next call goes wrong, if it does."""
        if self.script is None:
            return None
        goes_wrong = (
            bool(self.script.at) and self.script.at in path
            if self._is_uncounted(path)
            else self.script.covers(len(self.calls), unquote_plus(path) + body.decode())
        )
        return self.script.fault if goes_wrong else None

    def _is_uncounted(self, path: str) -> bool:
        return any(each in path for each in self.uncounted)

    def _count(self, method: str, path: str, body: bytes) -> None:
        if not self._is_uncounted(path):
            self.calls.append(f"{method} {path}")
            self.bodies.append(body)

    def respond(self, handler: "Handler") -> None:
        """Answer a request on a connection, by the script or as the store does."""
        body = handler.rfile.read(int(handler.headers.get("Content-Length", 0)))
        fault = self._fault(handler.path, body)
        self._count(handler.command, handler.path, body)
        if fault and not (self.script and self.script.after):
            handler.fail(fault)
            return
        status, content = self.answer(handler.command, handler.path, handler.headers, body)
        if fault:
            handler.fail(fault)
            return
        reply = reply_of(content)
        handler.send(status, {"Content-Type": reply.media_type, **reply.headers}, reply.body, len(reply.body))


class Transport(httpx.BaseTransport):
    """Sends what goes wrong over a connection, for whose answer it waits less long; the store answers the rest."""

    def __init__(self, gate: Gate, connections: httpx.BaseTransport) -> None:
        self.gate = gate
        self.connections = connections

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Return the answer."""
        fault = self.gate.fault_of(request)
        if fault is None:
            return self.gate.answer_of(request)
        if fault.way == "held":
            request.extensions["timeout"] = {**request.extensions["timeout"], "read": PATIENCE_SECONDS}
        return self.connections.handle_request(request)

    def close(self) -> None:
        """Close the connections."""
        self.connections.close()


class Handler(BaseHTTPRequestHandler):
    """A connection to a gate."""

    protocol_version = "HTTP/1.1"
    wbufsize = -1  # headers and body in one packet
    gate: Gate

    def respond(self) -> None:
        """Answer a request."""
        self.gate.respond(self)

    def fail(self, fault: Fault) -> None:
        """Answer as a fault says."""
        if fault.way == "held":
            threading.Event().wait(HELD_SECONDS)
        self.close_connection = fault.way != "whole"
        if fault.way in ("whole", "cut"):
            missing = 100 if fault.way == "cut" else 0
            self.send(fault.status, fault.headers, fault.body, len(fault.body) + missing)

    def send(self, status: int, headers: Mapping[str, str], body: bytes, length: int) -> None:
        """Send an answer."""
        self.send_response(status)
        for name, value in {**headers, "Content-Length": str(length)}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)
        self.wfile.flush()

    def log_message(self, *_: object) -> None:
        """Say nothing."""

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = respond  # noqa: N815 -- the names that http.server looks for
