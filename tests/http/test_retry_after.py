"""When an outside system is called again by what it says: within an hour, whatever that is."""

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import httpx
import pytest

from packhorse.channels.amazon.login import AmazonLogin
from packhorse.channels.protocol import Keys
from packhorse.domain.errors import LONGEST_RETRY_AFTER, NotYet, Unavailable
from packhorse.http.calls import call, require_success


def asked_to_wait(stated: str, status: int = 503) -> float | None:
    """What is made of a failure with this header."""
    request = httpx.Request("POST", "https://shop.example/shipments")
    with pytest.raises(Unavailable) as raised:
        require_success(httpx.Response(status, headers={"Retry-After": stated}, request=request))
    return raised.value.retry_after


@pytest.mark.parametrize("status", [408, 429, 503])
@pytest.mark.parametrize(("stated", "seconds"), [("7", 7), ("0", 0), ("1.5", 1.5), ("3600", 3600)])
def test_seconds_within_an_hour_are_waited(status: int, stated: str, seconds: float) -> None:
    assert asked_to_wait(stated, status) == seconds


def test_a_time_within_an_hour_is_waited_for_and_one_that_is_over_is_now() -> None:
    soon, over = (format_datetime(datetime.now(UTC) + timedelta(minutes=each), usegmt=True) for each in (10, -10))

    assert asked_to_wait(soon) == pytest.approx(600, abs=5)
    assert asked_to_wait(over) == 0


@pytest.mark.parametrize(
    "stated", ["3601", "86400000", "999999999", "Thu, 31 Dec 2097 23:59:59 GMT", "Thu, 31 Dec 9998 00:00:00 GMT"]
)
def test_nobody_has_us_wait_longer_than_an_hour(stated: str) -> None:
    assert asked_to_wait(stated) == LONGEST_RETRY_AFTER


@pytest.mark.parametrize(
    "stated",
    [
        *("", "soon", "-5", "9" * 400, "1e9", "nan", "inf", "2026-11-23T09:30:00Z"),
        *("Fri, 31 Dec 9999 23:59:59 GMT", "Fri, 31 Dec 9999 23:59:59 -2359"),
        *("Fri, 31 Dec 9999 23:59:59 -0000", "Fri, 32 Dec 2026 00:00:00 GMT", "Fri, 31 Dec 99999 00:00:00 GMT"),
    ],
)
def test_what_is_neither_seconds_nor_a_time_counts_as_nothing(stated: str) -> None:
    assert asked_to_wait(stated) is None


@pytest.mark.parametrize("kind", [Unavailable, NotYet])
@pytest.mark.parametrize("seconds", [3601.0, 1e300, float("inf"), float("nan")])
def test_no_failure_can_name_a_longer_time(kind: type[Unavailable], seconds: float) -> None:
    assert kind("busy", seconds).retry_after == LONGEST_RETRY_AFTER


def waits_by_rate(stated: str) -> float | None:
    """What is made of an answer of Amazon beyond the rate that it states."""
    grant = httpx.Response(200, json={"access_token": "granted", "expires_in": 3600})
    over = httpx.Response(429, headers={"x-amzn-RateLimit-Limit": stated})
    transport = httpx.MockTransport(lambda request: grant if request.method == "POST" else over)
    login = AmazonLogin(httpx.URL("https://amazon.example"), Keys("refresh", "application", "secret"))
    http = httpx.Client(base_url="https://amazon.example", auth=login, transport=transport)
    with http, pytest.raises(Unavailable) as raised:
        call(http, "GET", "/orders/v0/orders")
    return raised.value.retry_after


@pytest.mark.parametrize(
    ("stated", "seconds"),
    [("0.5", 2), ("0.000001", LONGEST_RETRY_AFTER), ("0", None), ("0." + "0" * 400 + "1", None), ("fast", None)],
)
def test_a_rate_of_amazon_says_when_to_call_again_within_an_hour(stated: str, seconds: float | None) -> None:
    assert waits_by_rate(stated) == seconds
