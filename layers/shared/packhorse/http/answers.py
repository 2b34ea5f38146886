"""Answers of outside systems: read up to a bound of bytes and of time, and quoted without our secrets.

This imports httpx, which the webhook function must not load.
"""

import time

import httpx

from packhorse.domain.errors import CallFailed, Rejected
from packhorse.http.blanking import blanked

MAX_ANSWER_BYTES = 10_000_000
MAX_ANSWER_SECONDS = 25.0
QUOTED = 200
"""Most characters of an answer that an error quotes."""

ENCODINGS = frozenset({"", "identity", "gzip", "deflate"})
FRAMING = frozenset({"content-encoding", "content-length", "transfer-encoding"})
SECRETS = "packhorse_secrets"
SECRET_HEADERS = ("authorization", "x-shopify-access-token", "x-ebay-api-iaf-token", "x-amz-access-token")


class BoundedTransport(httpx.BaseTransport):
    """Reads each answer as a whole, up to MAX_ANSWER_BYTES once it is decompressed; a longer one is Rejected.

    Each answer carries the secrets that are blanked where it is quoted.
    """

    def __init__(self, inner: httpx.BaseTransport, secrets: tuple[str, ...]) -> None:
        self.inner = inner
        self.secrets = secrets

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Return the answer, read."""
        answer = self.inner.handle_request(request)
        place = f"{request.method} {request.url.path}"
        try:
            body = _read(answer, place)
        finally:
            answer.close()
        headers = [each for each in answer.headers.multi_items() if each[0] not in FRAMING]
        extensions = {**answer.extensions, SECRETS: self.secrets}
        return httpx.Response(answer.status_code, headers=headers, content=body, extensions=extensions)

    def close(self) -> None:
        """Close the connections."""
        self.inner.close()


def _read(answer: httpx.Response, place: str) -> bytes:
    encoding = answer.headers.get("Content-Encoding", "").strip().lower()
    if encoding not in ENCODINGS:  # several of them, one in the other, would multiply what a few bytes become
        raise Rejected(f"{place}: the answer is encoded as {encoding[:50]}")
    body, until = bytearray(), time.monotonic() + MAX_ANSWER_SECONDS
    for part in answer.iter_bytes():
        body += part
        if len(body) > MAX_ANSWER_BYTES:
            raise Rejected(f"{place}: the answer has more than {MAX_ANSWER_BYTES:,} bytes")
        if time.monotonic() > until:
            raise CallFailed(f"{place}: the answer takes longer than {MAX_ANSWER_SECONDS:.0f} seconds")
    return bytes(body)


def excerpt(response: httpx.Response) -> str:
    """Return the first characters of an answer, with our secrets blanked before they are cut."""
    try:
        text = response.text
    except (UnicodeError, AssertionError):  # an encoding such as idna, which is none of pages
        text = response.content.decode(errors="replace")
    return blanked(text, secrets_of(response))[:QUOTED]


def secrets_of(response: httpx.Response) -> tuple[str, ...]:
    """Return the secrets of the outside system, and those in the headers of the request."""
    headers = [response.request.headers.get(name, "") for name in SECRET_HEADERS]
    sent = [part for value in headers for part in (value, value.rpartition(" ")[2])]
    return (*response.extensions.get(SECRETS, ()), *sent)
