"""Answers of channels: bounded in bytes and in time, quoted without our secrets."""

import gzip
import itertools
import json
import time
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from packhorse.channels.http import own_secrets
from packhorse.channels.protocol import Keys
from packhorse.channels.shopify.graphql import run_query
from packhorse.domain.errors import CredentialsRefused, Rejected, Unavailable
from packhorse.http import answers
from packhorse.http.answers import MAX_ANSWER_BYTES, BoundedTransport
from packhorse.http.calls import call

TOKEN, HOOK = "tok/en-of-the-shop", "secret-of-the-webhooks"
KEYS = Keys(TOKEN, others=(HOOK,))


def client(response: httpx.Response) -> httpx.Client:
    transport = BoundedTransport(httpx.MockTransport(lambda _: response), own_secrets(KEYS))
    headers = {"Authorization": f"Bearer {TOKEN}", "X-Shopify-Access-Token": "shpat_fetched-by-the-app"}
    return httpx.Client(base_url="https://shop.example", headers=headers, transport=transport)


class Endless(httpx.SyncByteStream):
    """A body without an end; `read` counts its parts."""

    def __init__(self, part: bytes) -> None:
        self.part = part
        self.read = 0

    def __iter__(self) -> Iterator[bytes]:
        for self.read in itertools.count(1):
            yield self.part


def test_a_compressed_answer_is_read() -> None:
    packed = gzip.compress(b'{"orders": []}')

    found = call(client(httpx.Response(200, headers={"Content-Encoding": "gzip"}, content=packed)), "GET", "/orders")

    assert found == b'{"orders": []}'


def test_a_body_without_an_end_is_read_up_to_the_bound() -> None:
    body = Endless(b"x" * 65_536)

    with pytest.raises(Rejected, match="more than 10,000,000 bytes"):
        call(client(httpx.Response(200, stream=body)), "GET", "/orders")

    assert body.read <= MAX_ANSWER_BYTES // 65_536 + 1


def test_a_little_gzip_that_becomes_much_is_refused() -> None:
    bomb = gzip.compress(bytes(10 * MAX_ANSWER_BYTES))
    pieces = (bomb[start : start + 4096] for start in range(0, len(bomb), 4096))
    response = httpx.Response(200, headers={"Content-Encoding": "gzip"}, content=pieces)

    with pytest.raises(Rejected, match="more than 10,000,000 bytes"):
        call(client(response), "GET", "/orders")


@pytest.mark.parametrize("encoding", ["gzip, gzip", "br", "zstd"])
def test_encodings_that_may_hold_any_amount_are_refused(encoding: str) -> None:
    response = httpx.Response(200, headers={"Content-Encoding": encoding}, stream=Endless(b""))

    with pytest.raises(Rejected, match="encoded as"):
        call(client(response), "GET", "/orders")


def test_bytes_that_are_not_gzip_are_for_later() -> None:
    response = httpx.Response(200, headers={"Content-Encoding": "gzip"}, stream=Endless(b"no gzip"))

    with pytest.raises(Unavailable, match="DecodingError"):
        call(client(response), "GET", "/orders")


def test_an_answer_that_drips_is_for_later(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(answers, "MAX_ANSWER_SECONDS", 0.05)

    def drips() -> Iterator[bytes]:
        while True:
            time.sleep(0.02)
            yield b"x"

    with pytest.raises(Unavailable, match="takes longer"):
        call(client(httpx.Response(200, content=drips())), "GET", "/orders")


ECHOES = [
    f"you sent Bearer {TOKEN}",
    f'{{"authorization": {json.dumps(TOKEN)}, "secret": "{HOOK}"}}',
    "key=tok%2Fen-of-the-shop",
    '"tok\\/en-of-the-shop"',
    "X-Shopify-Access-Token: shpat_fetched-by-the-app",
    "x" * 190 + TOKEN,
]


@pytest.mark.parametrize(("status", "kind"), [(400, Rejected), (401, CredentialsRefused), (503, Unavailable)])
@pytest.mark.parametrize("echo", ECHOES, ids=range(len(ECHOES)))
def test_an_answer_is_quoted_without_our_secrets(status: int, kind: Any, echo: str) -> None:
    with pytest.raises(kind) as refusal:
        call(client(httpx.Response(status, text=echo)), "GET", "/orders")

    text = refusal.value.in_full
    assert f"GET /orders: {status} " in text
    assert not any(part in text for part in ("tok", "en-of-the-shop", HOOK, "fetched-by"))


def test_only_the_first_characters_of_an_answer_are_quoted() -> None:
    with pytest.raises(Rejected) as refusal:
        call(client(httpx.Response(400, text="wrong, " * 1000)), "GET", "/orders")

    assert len(str(refusal.value)) == len("GET /orders: 400 ") + 200


def test_errors_within_an_answer_of_graphql_are_quoted_without_our_secrets() -> None:
    errors = [{"message": f"no {TOKEN}, no {HOOK}", "extensions": {"code": "BAD_REQUEST"}}]

    with pytest.raises(Rejected, match=r"no \*\*\*, no \*\*\*"):
        run_query(client(httpx.Response(200, json={"errors": errors})), "{ shop { id } }", {}, lambda _: None)


def test_a_scope_that_an_app_lacks_is_a_matter_of_its_credentials() -> None:
    errors = [{"message": "Access denied", "extensions": {"code": "ACCESS_DENIED"}}]

    with pytest.raises(CredentialsRefused, match="ACCESS_DENIED"):
        run_query(client(httpx.Response(200, json={"errors": errors})), "{ shop { id } }", {}, lambda _: None)
