"""Polls of a WooCommerce store, through the real handler: what a lost webhook missed is found."""

import hmac
import json
from base64 import b64encode
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from functions.ingest import poll, webhook
from local.world.failures import Failure
from local.world.routes import reply_of
from local.world.woocommerce import server
from local.world.woocommerce.store import Store
from packhorse.aws import secrets
from packhorse.aws.settings import settings
from packhorse.domain.configuration.channel import ChannelKind
from packhorse.domain.problem import Cause
from packhorse.domain.values import ChannelId
from packhorse.messages import polls as polls_by_message
from packhorse.store import exceptions, polls
from packhorse.usecases.operations.dismiss import dismiss
from simulation.builders import a_channel, a_configuration
from simulation.merchant import Context, set_up
from tests.conftest import queued
from tests.functions.ingest.polled import polled_over

pytestmark = pytest.mark.usefixtures("cloud")

WOO = ChannelId("woo")
BODY = json.loads((Path(__file__).parents[2] / "data/woocommerce/order-created.json").read_text())
START = datetime(2026, 11, 23, 9, tzinfo=UTC)
URL = "https://store.example.com"
REFUND = {"id": 7, "line_items": [], "date_created_gmt": "2026-11-23T09:00:00"}


@pytest.fixture
def store(monkeypatch: pytest.MonkeyPatch) -> Store:
    """A store that was polled shortly before its orders, behind a client without pauses."""
    store = Store()
    set_up(a_configuration(channel=a_channel(WOO, ChannelKind.WOOCOMMERCE, base_url=URL)))
    keys = {"client_id": store.settings.key, "client_secret": store.settings.secret}
    secrets.save_credentials(WOO, secrets.Credentials(origin=f"{URL}:443", **keys))
    polls.advance_watermark(WOO, START)

    def answer(request: httpx.Request) -> httpx.Response:
        key = request.headers.get("authorization", "")
        target = request.url.raw_path.decode()
        status, content = server.answer(store, request.method, target, key, request.read())
        reply = reply_of(content)
        return httpx.Response(status, content=reply.body, headers=reply.headers)

    polled_over(monkeypatch, answer)
    return store


def sell(store: Store, number: int, **changed: object) -> None:
    moment = (START + timedelta(seconds=number)).strftime("%Y-%m-%dT%H:%M:%S")
    store.put_order({**BODY, "id": number, "date_modified_gmt": moment, **changed})


def run() -> int:
    return int(poll.handler({"channel": WOO}, Context())["orders"])


def open_causes() -> list[str]:
    found, _ = exceptions.newest_exceptions(exceptions.ExceptionState.OPEN, None, 10)
    return [each.cause for each in found]


def test_orders_whose_webhooks_were_lost_are_found_and_the_watermark_follows(store: Store) -> None:
    for number in range(1, 61):
        sell(store, number)

    assert run() == 60

    assert queued(settings.orders_queue_url)
    assert polls.find_watermark(WOO) == START + timedelta(seconds=60)


def test_an_order_in_the_trash_whose_webhook_was_lost_is_deleted(store: Store) -> None:
    sell(store, 1, status="trash")

    assert run() == 1

    [message] = queued(settings.orders_queue_url)
    assert (message["kind"], message["order"]["channel_order_id"]) == ("deleted", "1")
    assert polls.find_watermark(WOO) == START + timedelta(seconds=1)


def test_an_order_whose_refunds_a_webhook_does_not_name_is_read_at_once(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    keys = secrets.get_credentials(WOO)
    secrets.save_credentials(WOO, keys.replace(webhook_secrets=("shh",)))
    read: list[Any] = []
    monkeypatch.setattr(polls_by_message, "invoke_later", lambda _, payload: read.append(json.loads(payload)))
    sell(store, 1, status="refunded", refunds=[{"id": 7, "line_items": [], "date_created_gmt": "2026-11-23T09:00:00"}])
    raw = json.dumps({**store.orders["1"], "refunds": [{"id": 7, "reason": "", "total": "-8.40"}]})
    signature = b64encode(hmac.digest(b"shh", raw.encode(), "sha256")).decode()
    headers = {"x-wc-webhook-signature": signature, "x-wc-webhook-topic": "order.updated"}

    answer = webhook.handler({"pathParameters": {"channel": WOO}, "headers": headers, "body": raw}, Context())

    assert (answer["statusCode"], read) == (200, [{"channel": WOO, "orders": ["1"]}])
    assert poll.handler(read[0], Context()) == {"orders": 1}
    [message] = queued(settings.orders_queue_url)
    assert message["order"]["refunded_at"]
    assert polls.find_watermark(WOO) == START, "what changed before is still to be polled"


def test_a_poll_that_fails_leaves_the_watermark_and_the_next_one_reads_all(store: Store) -> None:
    sell(store, 1)
    store.failures.append(Failure(503))

    assert (run(), open_causes()) == (0, [Cause.POLL_FAILED])
    assert polls.find_watermark(WOO) == START
    assert (run(), open_causes()) == (1, [])


def test_an_order_in_a_state_of_a_plugin_is_an_exception_and_read_once_the_setting_has_it(store: Store) -> None:
    sell(store, 1, status="packed")
    assert (run(), open_causes()) == (0, [Cause.UNREADABLE_ORDER])

    mapped = a_channel(WOO, ChannelKind.WOOCOMMERCE, base_url=URL, order_states={"packed": "processing"})
    set_up(a_configuration(channel=mapped))

    assert run() == 1


@pytest.mark.parametrize("status", [403, 404, 500])
def test_an_order_whose_refunds_the_store_does_not_give_stops_no_other_and_is_read_once_it_can_be(
    store: Store, status: int
) -> None:
    for number in range(1, 4):
        sell(store, number, **({"refunds": [REFUND]} if number == 2 else {}))
    store.failures.append(Failure(status, times=3, ending="/orders/2/refunds"))

    assert (run(), open_causes()) == (2, [Cause.ORDER_NOT_READ])
    assert polls.find_watermark(WOO) == START + timedelta(seconds=3)

    polls.advance_watermark(WOO, START + timedelta(hours=1))
    assert [run(), run()] == [0, 1]
    assert open_causes() == []


def test_an_order_that_the_store_does_not_give_stays_dismissed_while_polls_list_it(store: Store) -> None:
    for number in range(1, 4):
        sell(store, number, **({"refunds": [REFUND]} if number == 2 else {}))
    store.failures.append(Failure(403, times=99, ending="/orders/2/refunds"))
    run()
    [found] = exceptions.unresolved_of(Cause.ORDER_NOT_READ)
    dismiss(found, "user:eve")

    assert [run(), run()] == [2, 2]
    assert (open_causes(), polls.unread(WOO, 50)) == ([], {})


def test_a_store_that_gives_no_refunds_of_any_order_fails_the_poll(store: Store) -> None:
    for number in range(1, 4):
        sell(store, number, refunds=[REFUND])
    store.failures.append(Failure(500, times=9, ending="/refunds"))

    assert (run(), open_causes()) == (0, [Cause.POLL_FAILED])
    assert polls.find_watermark(WOO) == START
