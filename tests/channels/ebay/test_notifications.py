"""Notifications of eBay: verified with its key, read leniently, and challenges answered."""

import base64
import hashlib
import json
import time
from collections.abc import Iterator
from typing import Any

import pytest

from local.world.ebay import Ebay
from local.world.ebay_notifications import KEY, signed
from local.world.failures import Failure
from packhorse.channels.ebay import EBAY, sign_in
from packhorse.channels.ebay.notifications import (
    MOST_UNKNOWN,
    UNKNOWN_SECONDS,
    EbayNotifications,
    TheirKey,
    _is_signed,
    clear_keys,
)
from packhorse.channels.http import connect
from packhorse.channels.protocol import Announcement, Challenge
from packhorse.domain.configuration.channel import Channel
from packhorse.domain.errors import Rejected, Unavailable
from tests.channels.ebay.shop import TOKEN, keys_of, serving

SAMPLE_KEY = TheirKey(
    key="-----BEGIN PUBLIC KEY-----MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEZhhxXKtR+TOvtDbgTPCkSof02qgBB7IsYOyf76ilExJ/"
    "upAa/vKIKheOoCyOpcLmi4t0b4uepb7LLjmMr90FUg==-----END PUBLIC KEY-----",
)
SAMPLE_SIGNATURE = "MEYCIQCfxfIWuxmWcIBQJ9c5/X7iGDJqs2RCGsBEaAjinyrrfAIhAIV6wGcTiBuV5KJUif2hokyrL+Q9ssHkad+mx2nEE25w"
SAMPLE = {
    "metadata": {"topic": "MARKETPLACE_ACCOUNT_DELETION", "schemaVersion": "1.0", "deprecated": False},
    "notification": {
        "notificationId": "49feeaeb-4982-42d9-a377-9645b8479411_33f7e043-fed8-442b-9d44-791923bd9a6d",
        "eventDate": "2021-03-19T20:43:59.462Z",
        "publishDate": "2021-03-19T20:43:59.679Z",
        "publishAttemptCount": 1,
        "data": {
            "username": "test_user",
            "userId": "ma8vp1jySJC",
            "eiasToken": "nY+sHZ2PrBmdj6wVnY+sEZ2PrA2dj6wJnY+gAZGEpwmdj6x9nY+seQ==",
        },
    },
}
"""The example that eBay publishes for what verifies notifications, signed with that key."""


@pytest.fixture
def ebay() -> Ebay:
    return Ebay()


@pytest.fixture
def channel(ebay: Ebay) -> Iterator[Channel]:
    with serving(ebay) as found:
        yield found


@pytest.fixture
def received(ebay: Ebay, channel: Channel) -> Iterator[EbayNotifications]:
    clear_keys()
    with connect(channel, sign_in, keys_of(ebay)) as http:
        yield EbayNotifications(http)


def a_body(topic: str = "ORDER_CONFIRMATION", **data: Any) -> bytes:
    return json.dumps({"metadata": {"topic": topic}, "notification": {"notificationId": "n-1", "data": data}}).encode()


def test_ebays_own_example_is_accepted_and_a_changed_one_is_not() -> None:
    raw = json.dumps(SAMPLE, separators=(",", ":")).encode()

    assert _is_signed(SAMPLE_KEY, SAMPLE_SIGNATURE, raw)
    assert not _is_signed(SAMPLE_KEY, SAMPLE_SIGNATURE, raw.replace(b"test_user", b"test_usex"))


def test_a_signed_notification_is_accepted_with_a_key_that_is_read_once(
    ebay: Ebay, received: EbayNotifications
) -> None:
    raw = a_body(order={"orderId": "12-1"})

    assert received.verify({"X-EBAY-SIGNATURE": signed(ebay, raw)}, raw)
    ebay.failures.append(Failure(500, path="/commerce/"))
    assert received.verify({"x-ebay-signature": signed(ebay, raw)}, raw)


@pytest.mark.parametrize(
    "given",
    ["", "no base64", base64.b64encode(b"[]").decode(), base64.b64encode(b'{"kid": "../x", "signature": ""}').decode()],
)
def test_a_header_that_is_no_signature_is_refused_without_a_call(
    ebay: Ebay, received: EbayNotifications, given: str
) -> None:
    ebay.failures.append(Failure(500))

    assert not received.verify({"x-ebay-signature": given}, b"{}")
    assert ebay.failures[0].times == 1


def test_what_ebay_did_not_sign_is_refused(ebay: Ebay, received: EbayNotifications) -> None:
    raw = a_body(order={"orderId": "12-1"})
    other = {"kid": KEY, "signature": base64.b64encode(b"0" * 70).decode()}
    unknown = {"kid": KEY.replace("9", "8"), "signature": "AAAA"}

    assert not received.verify({"x-ebay-signature": signed(ebay, raw)}, raw + b" ")
    assert not received.verify({"x-ebay-signature": signed(Ebay(), raw)}, raw)
    for each in (other, unknown):
        assert not received.verify({"x-ebay-signature": base64.b64encode(json.dumps(each).encode()).decode()}, raw)


def test_keys_that_ebay_does_not_have_are_looked_for_a_few_times(ebay: Ebay, received: EbayNotifications) -> None:
    raw, genuine = a_body(order={"orderId": "12-1"}), signed(ebay, a_body(order={"orderId": "12-1"}))
    forged = [_renamed(genuine, f"{number:08}-aaaa") for number in range(MOST_UNKNOWN + 1)]
    assert received.verify({"x-ebay-signature": genuine}, raw)

    assert not any(received.verify({"x-ebay-signature": each}, raw) for each in forged[:-1])
    ebay.failures.append(Failure(500, path="/commerce/", times=99))
    assert not received.verify({"x-ebay-signature": forged[0]}, raw)
    with pytest.raises(Unavailable, match="keys that do not exist"):
        received.verify({"x-ebay-signature": forged[-1]}, raw)
    assert received.verify({"x-ebay-signature": genuine}, raw)
    assert ebay.failures[0].times == 99


def test_a_key_that_ebay_did_not_have_is_looked_for_again_by_a_process_that_lambda_froze(
    ebay: Ebay, received: EbayNotifications, monkeypatch: pytest.MonkeyPatch
) -> None:
    raw = a_body(order={"orderId": "12-1"})
    given = {"x-ebay-signature": signed(ebay, raw)}
    ebay.failures.append(Failure(404, path="/commerce/"))
    assert not received.verify(given, raw)
    assert not received.verify(given, raw)

    stands, goes_on = time.monotonic(), time.time() + UNKNOWN_SECONDS + 1
    monkeypatch.setattr(time, "monotonic", lambda: stands)
    monkeypatch.setattr(time, "time", lambda: goes_on)

    assert received.verify(given, raw)


def _renamed(signature: str, name: str) -> str:
    return base64.b64encode(json.dumps({**json.loads(base64.b64decode(signature)), "kid": name}).encode()).decode()


@pytest.mark.parametrize(
    "failure", [Failure(500), Failure(429), Failure(0), Failure(200, text="<h1>"), Failure(401, 2)]
)
def test_a_key_that_cannot_be_read_is_no_refusal(ebay: Ebay, received: EbayNotifications, failure: Failure) -> None:
    failure.path = "/commerce/"
    failure.times = 3
    ebay.failures.append(failure)

    with pytest.raises(Unavailable):
        received.verify({"x-ebay-signature": signed(ebay, b"{}")}, b"{}")


@pytest.mark.parametrize(
    ("topic", "data", "expected"),
    [
        ("ORDER_CONFIRMATION", {"user": {}, "order": {"orderId": "12-1"}}, Announcement(("12-1",))),
        ("ITEM_MARKED_SHIPPED", {"itemMarkedShipped": {"orderId": "12-1", "carrier": "USPS"}}, Announcement(("12-1",))),
        ("ITEM_MARKED_SHIPPED", {"orderId": "12-1"}, Announcement(("12-1",))),
        ("ITEM_MARKED_SHIPPED", {"itemMarkedShipped": {"itemId": "395913613059"}}, Announcement()),
        ("MARKETPLACE_ACCOUNT_DELETION", {"username": "ada", "userId": "x1"}, Announcement(erased=("ada", "x1"))),
        ("FEEDBACK_LEFT", {"orderId": "12-1"}, Announcement()),
    ],
)
def test_what_a_notification_names(received: EbayNotifications, topic: str, data: Any, expected: Announcement) -> None:
    assert received.read(a_body(topic, **data)) == expected


@pytest.mark.parametrize("raw", [b"", b"[]", b"{}", b'{"metadata": {"topic": "X"}}', b"\xff"])
def test_a_notification_that_is_none_is_rejected(received: EbayNotifications, raw: bytes) -> None:
    with pytest.raises(Rejected):
        received.read(raw)


def test_a_challenge_is_answered_with_the_digest_of_code_token_and_url() -> None:
    assert EBAY.challenge
    url = "https://oms.example/webhooks/ebay-de"

    answer = EBAY.challenge(Challenge(url, {"challenge_code": "a1b2"}), [TOKEN, "the old one"])

    assert answer
    assert answer.media_type == "application/json"
    assert json.loads(answer.body) == {"challengeResponse": hashlib.sha256(f"a1b2{TOKEN}{url}".encode()).hexdigest()}
    assert EBAY.challenge(Challenge(url, {}), [TOKEN]) is None
    assert EBAY.challenge(Challenge(url, {"challenge_code": "a1b2"}), []) is None
