"""Polls of a Shopify store, through the real handler: what a lost webhook missed is found."""

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from functions.ingest import poll
from local.world import shopify_server
from local.world.shopify_store import Bucket, Store
from packhorse.aws import secrets
from packhorse.aws.settings import settings
from packhorse.channels.shopify.order_bodies import OrderBodies
from packhorse.domain.configuration.channel import ChannelKind
from packhorse.domain.errors import CallFailed
from packhorse.domain.problem import Cause
from packhorse.domain.values import ChannelId, iso
from packhorse.store import exceptions, polls
from simulation.builders import NOON, a_channel, a_configuration
from simulation.merchant import Context, set_up
from tests.conftest import queued
from tests.functions.ingest.polled import polled_over

pytestmark = pytest.mark.usefixtures("cloud")

SHOP = ChannelId("shopify-us")
BODY = json.loads((Path(__file__).parents[2] / "data/shopify/orders-create.json").read_text())


@pytest.fixture
def store(monkeypatch: pytest.MonkeyPatch) -> Store:
    """A store that was polled an hour before noon, behind a client without pauses."""
    store = Store()
    url = "https://shopify-us.myshopify.com"
    set_up(a_configuration(channel=a_channel(SHOP, ChannelKind.SHOPIFY, base_url=url)))
    secrets.save_credentials(SHOP, secrets.Credentials(token=store.settings.token, origin=f"{url}:443"))
    polls.advance_watermark(SHOP, NOON - timedelta(hours=1))

    def answer(request: httpx.Request) -> httpx.Response:
        token = request.headers.get("x-shopify-access-token", "")
        status, body = shopify_server.answer(store, request.method, request.url.path, token, request.read())
        return httpx.Response(status, json=body)

    polled_over(monkeypatch, answer)
    return store


def sell(store: Store, number: int, minutes: int = 0) -> None:
    moment = iso(NOON + timedelta(minutes=minutes))
    store.put_order({**BODY, "id": number, "created_at": iso(NOON), "updated_at": moment})


def run() -> int:
    return int(poll.handler({"channel": SHOP}, Context())["orders"])


def open_causes() -> list[str]:
    found, _ = exceptions.newest_exceptions(exceptions.ExceptionState.OPEN, None, 10)
    return [each.cause for each in found]


def test_an_order_whose_webhook_was_lost_is_found(store: Store) -> None:
    sell(store, 1)
    sell(store, 2, minutes=9)

    assert run() == 2

    assert [message["order"]["channel_order_id"] for message in queued(settings.orders_queue_url)] == ["1", "2"]
    assert polls.find_watermark(SHOP) == NOON + timedelta(minutes=9)


def test_the_next_poll_reads_what_changed_since_with_an_overlap(store: Store) -> None:
    sell(store, 1)
    sell(store, 2, minutes=30)
    run()
    sell(store, 3, minutes=21)

    assert run() == 2


def test_orders_with_nothing_to_ship_are_not_read_again_and_again(store: Store) -> None:
    books = [{**line, "requires_shipping": False} for line in BODY["line_items"]]
    for number in range(1, 13):
        moment = iso(NOON + timedelta(minutes=number))
        store.put_order({**BODY, "id": number, "line_items": books, "created_at": iso(NOON), "updated_at": moment})

    assert run() == 0

    assert polls.find_watermark(SHOP) == NOON + timedelta(minutes=12)


def test_a_throttled_poll_is_an_exception_until_one_works(store: Store) -> None:
    sell(store, 1)
    store.bucket = Bucket(restored=0.01, available=0)

    assert (run(), open_causes()) == (0, [Cause.POLL_FAILED])

    store.bucket = Bucket()
    assert (run(), open_causes()) == (1, [])


def test_an_order_of_a_page_that_cannot_be_read_is_an_exception(store: Store) -> None:
    sell(store, 1)
    store.put_order(
        {**BODY, "id": 2, "created_at": "2096-01-01T00:00:00Z", "processed_at": None, "updated_at": iso(NOON)}
    )

    assert (run(), open_causes()) == (1, [Cause.UNREADABLE_ORDER])
    assert (run(), open_causes()) == (1, [Cause.UNREADABLE_ORDER])

    [found], _ = exceptions.newest_exceptions(exceptions.ExceptionState.OPEN, None, 10)
    assert found.times == 1, "it is as it was"


def test_an_order_at_which_the_store_fails_stops_no_other_and_is_read_once_it_can_be(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    failing = ["gid://shopify/Order/2"]
    real = OrderBodies.body_of

    def body(self: OrderBodies, order: str) -> dict[str, Any] | None:
        if order in failing:
            raise CallFailed("POST /graphql.json: INTERNAL_SERVER_ERROR")
        return real(self, order)

    monkeypatch.setattr(OrderBodies, "body_of", body)
    for number in range(1, 4):
        sell(store, number, minutes=number)

    assert run() == 2
    assert (open_causes(), polls.find_watermark(SHOP)) == ([Cause.ORDER_NOT_READ], NOON + timedelta(minutes=3))

    failing.clear()
    polls.advance_watermark(SHOP, NOON + timedelta(hours=1))
    assert (run(), open_causes()) == (1, [])
