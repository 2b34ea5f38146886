"""Polls of channels that share their calls: a seller's marketplaces at Amazon, each with a schedule of its own."""

import json
from collections.abc import Callable, Iterator
from itertools import cycle
from typing import Any

import httpx
import pytest

from functions.ingest import poll
from packhorse.aws import secrets
from packhorse.channels.amazon import login
from packhorse.domain.configuration.channel import Channel, ChannelKind
from packhorse.domain.errors import NoTurn
from packhorse.domain.problem import Cause
from packhorse.domain.values import ChannelId
from packhorse.store import configuration, connections, exceptions, polls
from simulation.aws.boundary import World
from simulation.builders import NOON, a_channel, a_configuration
from simulation.merchant import Context, set_up
from tests.functions.ingest.polled import polled_over

pytestmark = pytest.mark.usefixtures("cloud")

URL = "https://sellingpartnerapi-eu.amazon.com"
PLACES = {"amazon-de": "A1PA6795UKMFR9", "amazon-es": "A1RKKUPIHCS9HS", "amazon-fr": "A13V1IB3VIYZZH"}
NO_ORDERS: dict[str, Any] = {"orders": [], "pagination": {}}


def at_amazon(name: str, seller: str = "A3TH9S8BH6GOGM", **more: Any) -> Channel:
    return a_channel(name, ChannelKind.AMAZON, base_url=URL, seller=seller, marketplace=PLACES[name], **more)


@pytest.fixture(autouse=True)
def _seller(cloud: World) -> Iterator[None]:
    """A seller in three countries."""
    login.clear_tokens()
    set_up(a_configuration(channel=at_amazon("amazon-de")))
    for name in PLACES:
        save(at_amazon(name))
        keys = secrets.Credentials(token="t", client_id="c", client_secret="s", origin=f"{URL}:443")
        secrets.save_credentials(ChannelId(name), keys)
    yield
    login.clear_tokens()


def save(channel: Channel) -> None:
    configuration.apply_edit(lambda before: before.with_channel(channel), "owner", NOON)


def amazon(
    monkeypatch: pytest.MonkeyPatch,
    *turns: bool,
    page: Callable[[str], httpx.Response] = lambda _: httpx.Response(200, json=NO_ORDERS),
    at_place: httpx.Response | None = None,
) -> list[str]:
    """Have Amazon answer with these pages of a country where a call is left, over and over; return whose it gave.

    `at_place` is what it answers for a page behind the first one.
    """
    given: list[str] = []
    has_call = cycle(turns or [True])

    def answer(request: httpx.Request) -> httpx.Response:
        if request.url.host != "sellingpartnerapi-eu.amazon.com":
            return httpx.Response(200, json={"access_token": "a", "expires_in": 3600})
        if not next(has_call):
            raise NoTurn("searchOrders: no call is left of its rate", 180.0)
        place = request.url.params["marketplaceIds"]
        given.append(next(name for name, each in PLACES.items() if each == place))
        return at_place if at_place and "paginationToken" in request.url.params else page(given[-1])

    polled_over(monkeypatch, answer)
    return given


def ring(*names: str) -> None:
    for name in names:
        poll.handler({"channel": name}, Context())


def test_each_is_polled_in_turn_though_the_first_schedule_gets_every_call(monkeypatch: pytest.MonkeyPatch) -> None:
    given = amazon(monkeypatch, True, False, False)

    for _ in range(6):
        ring(*PLACES)

    assert given == [*PLACES, *PLACES]


def test_one_that_fails_or_has_more_pages_than_calls_keeps_the_others_from_none(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def page(name: str) -> httpx.Response:
        if name == "amazon-de":
            return httpx.Response(400, json={"errors": [{"code": "InvalidInput", "message": "no"}]})
        return httpx.Response(200, json={"orders": [], "pagination": {"nextToken": "2"}})

    given = amazon(monkeypatch, True, False, page=page)

    for _ in range(8):
        ring("amazon-de")

    assert given == [*PLACES, *PLACES]
    [found], _ = exceptions.newest_exceptions(exceptions.ExceptionState.OPEN, None, 10)
    assert (found.cause, found.origin.channel) == (Cause.POLL_FAILED, "amazon-de")


@pytest.mark.parametrize(("status", "is_forgotten"), [(400, True), (500, False)])
def test_a_place_that_amazon_refuses_or_fails_at_costs_one_turn_where_no_call_is_left_for_the_first_page(
    monkeypatch: pytest.MonkeyPatch, status: int, is_forgotten: bool
) -> None:
    refused = httpx.Response(status, json={"errors": [{"code": "InvalidInput", "message": "the token has expired"}]})
    given = amazon(monkeypatch, True, False, True, True, at_place=refused)
    polls.save_cursor(ChannelId("amazon-de"), polls.Start(NOON, json.dumps(["2026-11-23T12:00:00Z", "old"])), None)

    ring(*["amazon-de"] * 3)
    assert given == [*PLACES]
    [found], _ = exceptions.newest_exceptions(exceptions.ExceptionState.OPEN, None, 10)
    assert (found.cause, found.origin.channel) == (Cause.POLL_FAILED, "amazon-de")

    ring("amazon-de")
    is_polled = connections.last_poll(ChannelId("amazon-de")) is not None
    assert (given[3:], is_polled) == (["amazon-de"], is_forgotten)


def test_one_that_is_polled_now_is_that_one_whoever_has_the_turn(monkeypatch: pytest.MonkeyPatch) -> None:
    given = amazon(monkeypatch)
    ring("amazon-de")

    poll.handler({"channel": "amazon-de", "now": True}, Context())
    ring("amazon-de")

    assert given == ["amazon-de", "amazon-de", "amazon-es"]


def test_those_of_another_seller_and_those_that_are_not_polled_have_no_turn(monkeypatch: pytest.MonkeyPatch) -> None:
    save(at_amazon("amazon-es", seller="A2ANOTHER"))
    save(at_amazon("amazon-fr", paused_since=NOON))
    given = amazon(monkeypatch)

    ring("amazon-de", "amazon-de", "amazon-es", "amazon-fr")

    assert given == ["amazon-de", "amazon-de", "amazon-es"]
