"""Polls of Amazon, over a real socket: every change, whatever order pages come in; tokens as they expire."""

import json
from datetime import UTC, datetime, timedelta

import httpx
import pytest
import time_machine

from local.world.amazon import Amazon
from local.world.failures import Failure
from packhorse.channels.amazon import login, sign_in
from packhorse.channels.amazon.polling import PAGE_SIZE, AmazonPolling
from packhorse.channels.http import connect
from packhorse.channels.protocol import Keys, Page
from packhorse.domain.configuration.channel import Channel
from packhorse.domain.errors import CredentialsRefused, Rejected, Unavailable
from packhorse.domain.values import iso
from tests.channels.amazon.shop import FRANCE, GERMANY, an_order, keys_of, moment

LONG_AGO = datetime.now(UTC) - timedelta(days=20)


def polling_of(channel: Channel, http: httpx.Client) -> AmazonPolling:
    return AmazonPolling(channel.id, GERMANY, http)


def put(amazon: Amazon, count: int) -> list[str]:
    """Put orders, each a minute newer than the one before."""
    names = [f"902-{count - number:07}-0000000" for number in range(count)]
    for number, name in enumerate(names):
        at = moment(timedelta(minutes=count - number))
        amazon.put_order(an_order(orderId=name, createdTime=at, lastUpdatedTime=at))
    return names


def all_pages(amazon: Amazon, channel: Channel, keys: Keys | None = None, since: datetime = LONG_AGO) -> list[Page]:
    with connect(channel, sign_in, keys or keys_of(amazon)) as http:
        orders = polling_of(channel, http)
        found = [orders.orders_since(since, None)]
        while found[-1].next:
            found.append(orders.orders_since(since, found[-1].next))
        return found


def ids(found: list[Page]) -> list[str]:
    return [order.channel_order_id for page in found for order in page.orders]


def test_what_changed_since_then_and_nothing_older(amazon: Amazon, channel: Channel) -> None:
    names = put(amazon, 5)

    since = datetime.now(UTC) - timedelta(minutes=2, seconds=30)
    assert sorted(ids(all_pages(amazon, channel, since=since))) == sorted(names[3:])


def test_all_pages_and_only_the_last_says_until_when_all_is_read(amazon: Amazon, channel: Channel) -> None:
    names = put(amazon, 2 * PAGE_SIZE + 3)

    *first, last = all_pages(amazon, channel)

    assert sorted(ids([*first, last])) == sorted(names)
    assert [page.read_until for page in first] == [LONG_AGO, LONG_AGO]
    assert last.read_until is not None
    assert last.read_until > datetime.now(UTC) - timedelta(seconds=10)


@pytest.mark.parametrize("said", [True, False])
def test_all_is_read_until_the_first_page_however_late_the_last_one_is(channel: Channel, said: bool) -> None:
    first = datetime(2026, 11, 30, 11, tzinfo=UTC)

    def answer(request: httpx.Request) -> httpx.Response:
        if "paginationToken" in request.url.params:
            return httpx.Response(200, json={"orders": []})
        until = {"lastUpdatedBefore": iso(first)} if said else {}
        return httpx.Response(200, json={"orders": [], "pagination": {"nextToken": "2"}, **until})

    polling = polling_of(channel, httpx.Client(base_url="https://x", transport=httpx.MockTransport(answer)))
    with time_machine.travel(first + timedelta(minutes=2), tick=False):
        after = polling.orders_since(LONG_AGO, None).next
    with time_machine.travel(first + timedelta(hours=2), tick=False):
        last = polling.orders_since(LONG_AGO, after)
        of_before = polling.orders_since(LONG_AGO, json.dumps([iso(LONG_AGO), "2"]))

    assert (last.next, last.read_until) == (None, first)
    assert of_before.read_until == LONG_AGO


def test_a_token_of_a_page_that_has_expired_is_refused(amazon: Amazon, channel: Channel) -> None:
    put(amazon, PAGE_SIZE + 1)
    with connect(channel, sign_in, keys_of(amazon)) as http:
        page = polling_of(channel, http).orders_since(LONG_AGO, None)
        amazon.pages.clear()
        with pytest.raises(Rejected):
            polling_of(channel, http).orders_since(LONG_AGO, page.next)


def test_one_bad_order_does_not_stop_a_page(amazon: Amazon, channel: Channel) -> None:
    [name] = put(amazon, 1)
    amazon.put_order(an_order(orderId="902-bad", lastUpdatedTime=moment(), orderItems=[]))

    [page] = all_pages(amazon, channel)

    assert ids([page]) == [name]
    assert [bad.id for bad in page.refused] == ["902-bad"]


def test_orders_by_name_without_those_of_another_marketplace(amazon: Amazon, channel: Channel) -> None:
    [name] = put(amazon, 1)
    amazon.put_order(an_order(orderId="902-fr", salesChannel={"channelName": "AMAZON", "marketplaceId": FRANCE}))

    with connect(channel, sign_in, keys_of(amazon)) as http:
        page = polling_of(channel, http).orders_named([name, "902-fr", "902-none"])

    assert ids([page]) == [name]


def test_a_token_that_amazon_no_longer_takes_is_fetched_again(amazon: Amazon, channel: Channel) -> None:
    [name] = put(amazon, 1)
    all_pages(amazon, channel)
    amazon.tokens.clear()

    assert ids(all_pages(amazon, channel)) == [name]
    assert len(amazon.tokens) == 1


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        ({"token": "Atzr|old"}, login.AUTHORISE_AGAIN),
        ({"token": ""}, "refresh token"),
        ({"client_secret": "wrong"}, "401"),
        ({"client_id": ""}, "client_id"),
    ],
)
def test_credentials_that_are_refused_say_what_to_do(
    amazon: Amazon, channel: Channel, changed: dict[str, str], says: str
) -> None:
    with pytest.raises(CredentialsRefused, match=says.split(";")[0]):
        all_pages(amazon, channel, keys_of(amazon, **changed))


@pytest.mark.parametrize("failure", [Failure(429), Failure(500), Failure(503), Failure(0), Failure(200, text="<html>")])
def test_a_busy_amazon_is_asked_later(amazon: Amazon, channel: Channel, failure: Failure) -> None:
    put(amazon, 1)
    amazon.failures.append(failure)

    with pytest.raises(Unavailable):
        all_pages(amazon, channel)


def test_beyond_its_rate_a_call_says_when_the_next_may_be(amazon: Amazon, channel: Channel) -> None:
    amazon.settings.has_rates = True
    for _ in range(20):
        all_pages(amazon, channel)

    with pytest.raises(Unavailable) as limited:
        all_pages(amazon, channel)

    assert limited.value.retry_after == pytest.approx(1 / 0.0056, abs=0.1)
