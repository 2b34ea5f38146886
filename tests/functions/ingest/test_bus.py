"""Webhooks of Shopify on an EventBridge partner event bus, through the real handler."""

import json
from pathlib import Path
from typing import Any

import pytest

from functions.allocate import route
from functions.ingest import bus
from packhorse.aws import clients
from packhorse.aws.settings import settings
from packhorse.domain.configuration.channel import ChannelKind
from packhorse.domain.errors import Rejected
from packhorse.domain.problem import Cause
from packhorse.messages.origins import FUNCTIONS
from packhorse.store import exceptions
from packhorse.store.exceptions import ExceptionState, OpenException
from packhorse.usecases.operations.dead_letters import letter_of
from packhorse.usecases.operations.judges import JUDGES
from simulation.builders import NOON, a_channel, a_configuration, sqs_event
from simulation.merchant import Context, set_up
from tests.conftest import queued

pytestmark = pytest.mark.usefixtures("cloud")

STORE, HOST = "store", "corner-shop.myshopify.com"
ORDER = json.loads((Path(__file__).parents[2] / "data" / "shopify" / "orders-create.json").read_text())


def a_store(**more: Any) -> None:
    channel = a_channel(STORE, ChannelKind.SHOPIFY, base_url=f"https://{HOST}", **more)
    set_up(a_configuration(channel=channel))


def an_event(payload: Any = ORDER, topic: str = "orders/create", host: str = HOST, **more: Any) -> dict[str, Any]:
    """An event as Shopify documents it and EventBridge delivers it."""
    metadata = {
        "Content-Type": "application/json",
        "X-Shopify-Topic": topic,
        "X-Shopify-Shop-Domain": host,
        "X-Shopify-API-Version": "2026-10",
        "X-Shopify-Webhook-Id": "b54557e4-bdd9-4b37-8a5f-bf7d70bcd043",
        "X-Shopify-Triggered-At": "2026-11-02T12:00:01.000000000Z",
        "X-Shopify-Hmac-SHA256": "not a signature that could be checked: the bytes are not those that were signed",
    }
    return {
        "version": "0",
        "id": "ba7d22a3-1b4a-388c-8266-41de410074b7",
        "detail-type": "shopifyWebhook",
        "source": "aws.partner/shopify.com/1234567/packhorse",
        "account": "123456789012",
        "time": "2026-11-02T12:00:02Z",
        "region": "us-east-1",
        "resources": [],
        "detail": {"payload": payload, "metadata": metadata},
        **more,
    }


def kept() -> list[dict[str, Any]]:
    found = clients.client("s3").list_objects_v2(Bucket=settings.uploads_bucket, Prefix="raw/webhook/")
    bodies = [
        clients.client("s3").get_object(Bucket=settings.uploads_bucket, Key=each["Key"])["Body"].read()
        for each in found.get("Contents", [])
    ]
    return [json.loads(body) for body in bodies]


def open_exceptions() -> list[OpenException]:
    return exceptions.newest_exceptions(ExceptionState.OPEN, None, 10)[0]


def test_the_order_of_an_event_is_kept_and_queued_as_that_of_a_webhook_is() -> None:
    a_store()

    bus.handler(an_event(), Context())

    assert kept() == [ORDER]
    [message] = queued(settings.orders_queue_url)
    assert (message["order"]["channel"], message["order"]["channel_order_id"]) == (STORE, str(ORDER["id"]))
    assert (message["who"], message["raw"][:12]) == (f"channel:{STORE}", "raw/webhook/")
    assert message["order"]["triggered_at"] == "2026-11-02T12:00:01Z"


def test_letters_of_every_alphabet_are_kept() -> None:
    a_store()
    note = "Mañana, schön 日本 \ud83d\ude00".encode("utf-16", "surrogatepass").decode("utf-16")

    bus.handler(an_event({**ORDER, "note": note}), Context())

    assert kept()[0]["note"] == note


def test_an_event_of_a_shop_that_is_no_channel_fails_and_keeps_nothing() -> None:
    a_store()

    with pytest.raises(Rejected, match="no shopify channel has the host “other"):
        bus.handler(an_event(host="other.myshopify.com"), Context())

    assert (kept(), queued(settings.orders_queue_url)) == ([], [])


def test_an_inactive_channel_takes_no_events_as_it_takes_no_webhooks() -> None:
    a_store(active=False)

    bus.handler(an_event(), Context())

    assert (kept(), queued(settings.orders_queue_url)) == ([], [])


@pytest.mark.parametrize("detail", [None, "text", {}, {"payload": ORDER}, {"metadata": {}, "payload": []}])
def test_an_event_that_is_no_webhook_fails(detail: Any) -> None:
    a_store()

    with pytest.raises(Rejected):
        bus.handler(an_event(detail=detail), Context())


def test_a_body_that_shopify_cut_to_its_id_since_it_was_too_large_is_an_exception_of_the_order() -> None:
    a_store()

    bus.handler(an_event({"id": ORDER["id"]}), Context())

    [found] = open_exceptions()
    assert (found.cause, found.subject.channel_order_id) == (Cause.UNREADABLE_ORDER, str(ORDER["id"]))
    assert queued(settings.orders_queue_url) == []


def test_a_change_of_stock_is_a_report_as_that_of_a_webhook_is() -> None:
    a_store()
    level = {"inventory_item_id": 9101, "location_id": 7001, "available": 3, "updated_at": "2026-11-02T12:00:00Z"}

    bus.handler(an_event(level, "inventory_levels/update"), Context())

    assert (kept(), queued(settings.orders_queue_url)) == ([], [])


def test_what_eventbridge_could_not_pass_on_is_an_exception_that_can_be_retried() -> None:
    letter = letter_of(json.dumps(an_event()), "", "")

    [problem] = letter.problems
    assert (problem.cause, problem.origin.queue, letter.folder) == (Cause.DEAD_LETTER, "bus", "bus")
    assert "bus" in FUNCTIONS
    assert str(ORDER["email"]) not in problem.subject.text


def test_such_an_exception_is_over_once_the_order_is_stored() -> None:
    a_store()
    body = json.dumps(an_event())
    assert JUDGES["bus"](body, NOON) is False

    bus.handler(an_event(), Context())
    route.handler(sqs_event(*queued(settings.orders_queue_url)), Context())

    assert JUDGES["bus"](body, NOON) is True
