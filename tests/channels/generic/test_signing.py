"""Signatures with a time: what the generic channel's shops send, and what they get."""

import re
from pathlib import Path

import httpx
import pytest
import time_machine
from hypothesis import given
from hypothesis import strategies as st

from packhorse.channels.generic import sign_in
from packhorse.channels.generic.shop import Generic
from packhorse.channels.generic.signing import HEADER, is_signed_in_time, signature
from packhorse.channels.protocol import Keys

PAGE = (Path(__file__).parents[3] / "docs/generic-channel.md").read_text()
AT, RAW, SECRET = 1795707000, b'{"id":"W-1001"}', "correct-horse-battery-staple"


def verify(given: str, *secrets: str, raw: bytes = RAW) -> bool:
    return Generic("web").verify({HEADER: given}, raw, secrets or (SECRET,))


@time_machine.travel(AT)
def test_the_documented_signature_is_the_one_that_is_made_and_taken() -> None:
    made = signature(RAW, [SECRET], AT)

    assert made in PAGE
    assert verify(made)
    assert verify(made.upper().replace("T=", "t=").replace("V1=", "v1="))


@pytest.mark.parametrize(("age", "is_taken"), [(0, True), (299, True), (-299, True), (301, False), (-301, False)])
def test_a_signature_counts_for_five_minutes_by_either_clock(age: int, is_taken: bool) -> None:
    with time_machine.travel(AT + age, tick=False):
        assert verify(signature(RAW, [SECRET], AT)) is is_taken


@time_machine.travel(AT)
def test_one_of_several_secrets_is_enough_on_either_side() -> None:
    both = signature(RAW, ["new", SECRET], AT)

    assert verify(both, "other", SECRET)
    assert not verify(both, "other")
    assert not verify(signature(RAW, [""], AT), "")


@time_machine.travel(AT)
def test_another_time_or_body_needs_another_signature() -> None:
    made = signature(RAW, [SECRET], AT)

    assert not verify(made.replace(str(AT), str(AT + 1)))
    assert not verify(made, raw=RAW + b" ")


@given(st.text(max_size=60), st.binary(max_size=5))
def test_no_text_is_a_signature_and_none_raises(given: str, raw: bytes) -> None:
    assert not is_signed_in_time(given, raw, [SECRET], AT)
    assert not is_signed_in_time(f"t={given},v1={given}", raw, [SECRET], AT)


def calls(keys: Keys, method: str) -> httpx.Request:
    seen: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        return httpx.Response(200)

    with httpx.Client(base_url="https://shop.example", transport=httpx.MockTransport(answer)) as http:
        sign_in(http, keys)
        http.request(method, "/stock/mug", content=RAW)
    return seen[0]


@time_machine.travel(AT, tick=False)
@pytest.mark.parametrize(
    ("keys", "secrets"), [(Keys("token", others=("a", "b")), ["a", "b"]), (Keys("token"), ["token"])]
)
def test_what_changes_something_is_signed_when_it_is_sent(keys: Keys, secrets: list[str]) -> None:
    assert calls(keys, "PUT").headers[HEADER] == signature(RAW, secrets, AT)
    assert HEADER not in calls(keys, "GET").headers


def test_the_page_says_how_long_a_signature_counts() -> None:
    assert re.search(r"five minutes", PAGE)
