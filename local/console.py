"""The console of the local stack: its files, the API below /api, the emulator's sign-in, all at one address.

`python -m local.console PORT FOLDER API_URL EMULATOR_URL CLIENT_ID` does what CloudFront and the user pool's own
domain do on AWS; the template says how, and a test compares the two.
"""

import http.client
import json
import mimetypes
import re
import sys
from collections.abc import Mapping
from email.message import Message
from functools import partial
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from local.loopback import refusal

SIGN_IN = re.compile(r"/(oauth2/(authorize|token|revoke)|login|logout)")
FILE = re.compile(r"^/(assets/.*|[^/]*\.[a-z0-9]+)$")
"""Addresses of files, as `ConsolePages` in template.yaml has them: a page's may end with a sku that has a dot."""
SECONDS = 60
HOP_BY_HOP = frozenset({"connection", "keep-alive", "te", "trailer", "transfer-encoding", "upgrade", "content-length"})
HEADERS = {
    "Content-Security-Policy": (
        "default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
        "font-src 'self'; connect-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; "
        "frame-ancestors 'none'"
    ),
    "Cross-Origin-Opener-Policy": "same-origin",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}
"""The security headers of `ConsoleHeaders` in template.yaml, except the one that a laptop without TLS cannot send."""


def headers_of(emulator_url: str) -> dict[str, str]:
    """Return the headers of a page: it may speak to the uploads bucket, too, which the emulator has."""
    policy = HEADERS["Content-Security-Policy"].replace("connect-src 'self'", f"connect-src 'self' {emulator_url}")
    return HEADERS | {"Content-Security-Policy": policy}


class Places(NamedTuple):
    """Where everything that the console's address serves comes from."""

    files: Path
    api_url: str
    emulator_url: str
    client_id: str


def settings(places: Places, origin: str) -> dict[str, str]:
    """Return what the console reads from /settings.json: its client of the user pool, and where people sign in."""
    return {"client_id": places.client_id, "sign_in_url": origin}


def file_of(folder: Path, path: str) -> Path | None:
    """Return the file of a path: itself, index.html for a page of the console, None for a file that is not there."""
    if not FILE.search(path):
        return folder / "index.html"
    file = (folder / path.lstrip("/")).resolve()
    return file if file.is_relative_to(folder.resolve()) and file.is_file() else None


class Handler(BaseHTTPRequestHandler):
    """One request of a browser."""

    protocol_version = "HTTP/1.1"

    def __init__(self, places: Places, *arguments: Any) -> None:
        self._places = places
        super().__init__(*arguments)

    def do_GET(self) -> None:
        """Serve whatever the path names."""
        path = urlsplit(self.path).path
        if reason := refusal({name.lower(): value for name, value in self.headers.items()}):
            self._reply(HTTPStatus.FORBIDDEN, json.dumps({"message": reason}).encode(), "application/json")
        elif path.startswith("/api/"):
            self._pass_on(self._places.api_url, self.path.removeprefix("/api"), headers_of(self._places.emulator_url))
        elif SIGN_IN.fullmatch(path):
            self._pass_on(self._places.emulator_url, self.path, {})
        elif path == "/settings.json":
            origin = f"http://{self.headers['host']}"
            self._reply(HTTPStatus.OK, json.dumps(settings(self._places, origin)).encode(), "application/json")
        elif file := file_of(self._places.files, path):
            self._reply(HTTPStatus.OK, file.read_bytes(), mimetypes.guess_type(file.name)[0] or "text/plain")
        else:
            self._reply(HTTPStatus.NOT_FOUND, b"not found", "text/plain")

    do_POST = do_PUT = do_PATCH = do_DELETE = do_GET  # noqa: N815 - the names that the base class calls

    def log_message(self, *_: object) -> None:
        """Log nothing: addresses hold codes of sign-ins."""

    def _pass_on(self, base: str, path: str, extra: Mapping[str, str]) -> None:
        """Send the request to another server, and its answer to the browser."""
        there = urlsplit(base)
        body = self.rfile.read(int(self.headers.get("content-length") or 0))
        headers = {name: value for name, value in self.headers.items() if name.lower() not in HOP_BY_HOP | {"host"}}
        connection = http.client.HTTPConnection(there.netloc, timeout=SECONDS)
        try:
            connection.request(self.command, f"{there.path}{path}", body or None, headers)
            answer = connection.getresponse()
            self._reply(answer.status, answer.read(), None, {**_passed(answer.msg), **extra})
        except OSError:
            self._reply(HTTPStatus.BAD_GATEWAY, b'{"detail": "the local stack does not answer"}', "application/json")
        finally:
            connection.close()

    def _reply(self, status: int, body: bytes, kind: str | None, headers: Mapping[str, str] | None = None) -> None:
        self.send_response(status)
        cache = "public, max-age=31536000, immutable" if self.path.startswith("/assets/") else "no-cache"
        own = headers_of(self._places.emulator_url) | {"Cache-Control": cache}
        for name, value in (own if headers is None else headers).items():
            self.send_header(name, value)
        if kind:
            self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


def _passed(headers: Message) -> dict[str, str]:
    dropped = HOP_BY_HOP | {"server", "date"}
    return {name: value for name, value in headers.items() if name.lower() not in dropped}


def serve(port: int, places: Places) -> ThreadingHTTPServer:
    """Return a server of the console on this port of this machine."""
    return ThreadingHTTPServer(("127.0.0.1", port), partial(Handler, places))


if __name__ == "__main__":
    port, folder, api_url, emulator_url, client_id = sys.argv[1:]
    serve(int(port), Places(Path(folder), api_url, emulator_url, client_id)).serve_forever()
