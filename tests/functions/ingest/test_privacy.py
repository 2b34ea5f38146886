"""Requests of Shopify about personal data, through the real handlers: each may be delivered twice."""

import io
import json
from typing import Any

import httpx
import pytest

from functions.allocate import route
from functions.ingest import bus, webhook
from local.world import shopify_server
from local.world.shopify_store import Settings, Store
from local.world.shopify_webhooks import post_events, wanted_events
from packhorse.aws import secrets
from packhorse.aws.settings import settings
from packhorse.aws.telemetry import logger
from packhorse.domain.configuration.channel import ChannelKind
from packhorse.domain.orders.channel_order import ChannelOrder, Customer, DeletedOrder
from packhorse.domain.orders.intake import new_order
from packhorse.domain.problem import Cause
from packhorse.domain.values import ChannelId
from packhorse.messages.orders import ORDER_MESSAGE, OrderDeleted, OrderReceived
from packhorse.store import exceptions, orders
from packhorse.store.commit import Write, commit_one
from packhorse.store.exceptions import ExceptionState, OpenException
from packhorse.usecases.intake.receive_event import is_received
from simulation.builders import NOON, a_channel, a_configuration, an_order, sqs_event
from simulation.merchant import Context, set_up
from tests.conftest import queued
from tests.functions.ingest.test_bus import HOST, an_event
from tests.functions.ingest.test_webhook import PAID, kept, signed
from tests.functions.operate.calls import call

pytestmark = pytest.mark.usefixtures("cloud")

STORE = ChannelId("shopify-us")
EU, EU_HOST = ChannelId("shopify-eu"), "eu.myshopify.com"
"""Another store with the same app: the url of the app is that of STORE."""
EMAIL = "zelda@quirk.example"
BUYER: dict[str, Any] = {"id": 191167, "email": EMAIL, "phone": "555-625-1199"}
SHOP = {"shop_id": 954889, "shop_domain": HOST}
REDACT, DATA_REQUEST, SHOP_REDACT = "customers/redact", "customers/data_request", "shop/redact"


@pytest.fixture(autouse=True)
def _store(cloud: object) -> None:
    a_store()


def a_store(host: str = HOST, **more: Any) -> None:
    config = a_configuration(channel=a_channel(STORE, ChannelKind.SHOPIFY, base_url=f"https://{host}", **more))
    other = a_channel(EU, ChannelKind.SHOPIFY, base_url=f"https://{EU_HOST}")
    set_up(config.replace(channels={**config.channels, EU: other}))
    secrets.save_credentials(EU, secrets.Credentials(webhook_secrets=("hush",)))
    secrets.save_credentials(STORE, secrets.Credentials(webhook_secrets=("hush",)))


def stored(email: str = "", *, channel: str = STORE, **more: Any) -> ChannelOrder:
    order = an_order(channel=channel, customer=Customer(email=email), **more)
    commit_one(Write(new_order(order, NOON, f"channel:{channel}"), None, f"channel:{channel}"), NOON)
    return order


def post(topic: str, body: Any, delivery: str = "b54557e4", signature: str | None = None, shop: str = HOST) -> int:
    """The status of the answer."""
    raw = body if isinstance(body, bytes) else json.dumps({**SHOP, **body}).encode()
    headers = {
        "x-shopify-topic": topic,
        "x-shopify-hmac-sha256": signature or signed(raw),
        "x-shopify-webhook-id": delivery,
        "x-shopify-shop-domain": shop,
    }
    event = {"pathParameters": {"channel": STORE}, "headers": headers, "body": raw.decode()}
    return int(webhook.handler(event, Context())["statusCode"])


def redaction(*named: ChannelOrder | DeletedOrder, **customer: Any) -> dict[str, Any]:
    return {"customer": customer, "orders_to_redact": [int(each.channel_order_id) for each in named]}


def requests_in(order: ChannelOrder) -> int:
    return [entry.what for entry in orders.get_order(order.order_id).timeline].count("erasure_requested")


def found(state: ExceptionState = ExceptionState.OPEN) -> list[OpenException]:
    return exceptions.newest_exceptions(state, None, 10)[0]


def test_orders_that_a_redaction_names_and_those_of_its_address_are_marked_once_and_no_others() -> None:
    named = stored(channel_order_id="299938")
    addressed = stored(EMAIL, channel_order_id="280263")
    others = [
        stored("ada@quirk.example", channel_order_id="7"),
        stored(EMAIL, channel="web", channel_order_id="299938"),
    ]

    assert [post(REDACT, redaction(named, **BUYER)) for _ in range(2)] == [200, 200]

    assert [requests_in(each) for each in (named, addressed, *others)] == [1, 1, 0, 0]


@pytest.mark.parametrize("customer", [{}, {"id": 191167}, {"id": 191167, "email": None, "phone": None}])
def test_a_redaction_may_name_orders_alone_and_some_that_were_never_received(customer: dict[str, Any]) -> None:
    named = stored(channel_order_id="299938")
    unknown = an_order(channel=STORE, channel_order_id="220458")

    assert post(REDACT, redaction(unknown, named, **customer)) == 200

    assert requests_in(named) == 1
    assert found() == []


def test_an_order_that_was_deleted_before_it_came_has_no_buyer_and_keeps_no_other_from_being_marked() -> None:
    named = stored(channel_order_id="299938")
    deleted = DeletedOrder(channel=STORE, channel_order_id="220458")
    route.handler(sqs_event(OrderDeleted(order=deleted, who=f"channel:{STORE}").model_dump_json()), Context())
    assert orders.get_order(deleted.order_id).is_placeholder

    assert post(REDACT, redaction(deleted, named)) == 200

    assert requests_in(named) == 1


def test_a_redaction_of_another_store_of_the_app_marks_the_orders_of_that_store_alone() -> None:
    ours, theirs = stored(EMAIL, channel_order_id="7"), stored(EMAIL, channel=EU, channel_order_id="7")

    assert [post(REDACT, redaction(theirs, **BUYER), shop=EU_HOST) for _ in range(2)] == [200, 200]

    assert [requests_in(each) for each in (ours, theirs)] == [0, 1]


def test_a_store_that_is_given_up_is_named_by_the_exception_whatever_url_its_app_has() -> None:
    assert post(SHOP_REDACT, {}, shop=EU_HOST) == 200

    [one] = found()
    assert (one.cause, one.subject.channel) == (Cause.CHANNEL_ERASURE_REQUESTED, EU)


@pytest.mark.parametrize("topic", [REDACT, DATA_REQUEST, SHOP_REDACT])
def test_a_request_of_a_store_that_is_no_channel_is_an_exception_that_names_it(topic: str) -> None:
    ours = stored(EMAIL, channel_order_id="7")

    assert [post(topic, redaction(ours, **BUYER), shop="asia.myshopify.com") for _ in range(2)] == [200, 200]

    [one] = found()
    assert one.cause == Cause.PRIVACY_REQUEST_UNREADABLE
    assert "asia.myshopify.com" in one.message
    assert requests_in(ours) == 0


def test_a_request_of_another_store_counts_by_the_secret_of_that_store() -> None:
    secrets.save_credentials(EU, secrets.Credentials(webhook_secrets=("another app",)))
    theirs = stored(EMAIL, channel=EU)

    assert post(REDACT, redaction(theirs), shop=EU_HOST) == 401
    assert requests_in(theirs) == 0


def test_an_order_of_another_store_is_received_for_that_store_and_of_none_is_refused() -> None:
    order = json.loads(PAID.read_text())

    assert post("orders/paid", order, shop="asia.myshopify.com") == 404
    assert kept() == []
    assert post("orders/paid", order, shop=EU_HOST) == 200
    [sent] = map(ORDER_MESSAGE.read_object, queued(settings.orders_queue_url))
    assert isinstance(sent, OrderReceived)
    assert sent.order.channel == EU


def test_a_store_that_is_called_by_a_proxy_is_the_one_that_its_webhooks_are_posted_to() -> None:
    a_store(host="proxy.example.net")
    ours = stored(EMAIL, channel_order_id="7")

    assert post(REDACT, redaction(ours, **BUYER)) == 200
    assert requests_in(ours) == 1


def test_what_a_store_posts_about_its_buyers_is_done(monkeypatch: pytest.MonkeyPatch) -> None:
    """The simulated store posts as Shopify does: to the url of the app, signed with the secret of the app."""
    a_store(host="packhorse-test.myshopify.com")
    named = stored(EMAIL, channel_order_id="299938")
    app = Settings(client_secret="hush", compliance_url=f"https://api.example/webhooks/{STORE}")
    shop = Store(settings=app)

    def arrives(url: str, content: bytes, headers: dict[str, str], **_: Any) -> httpx.Response:
        event = {"pathParameters": {"channel": url.rpartition("/")[2]}, "body": content.decode()}
        sent = {name.lower(): value for name, value in headers.items()}
        return httpx.Response(int(webhook.handler({**event, "headers": sent}, Context())["statusCode"]))

    monkeypatch.setattr(httpx, "post", arrives)
    for topic in (REDACT, DATA_REQUEST, SHOP_REDACT):
        asked = json.dumps({"topic": topic, "customer": BUYER, "orders": [299938]}).encode()
        assert shopify_server.answer(shop, "POST", "/shopify/_control/privacy", "", asked)[0] == 200
        post_events(shop, wanted_events(shop))

    assert [(each["topic"], each["status"]) for each in shop.deliveries] == [
        (REDACT, 200),
        (DATA_REQUEST, 200),
        (SHOP_REDACT, 200),
    ]
    assert requests_in(named) == 1
    assert {each.cause for each in found()} == {Cause.DATA_REQUESTED, Cause.CHANNEL_ERASURE_REQUESTED}


def test_nothing_of_a_request_is_stored_or_logged(monkeypatch: pytest.MonkeyPatch) -> None:
    log = io.StringIO()
    monkeypatch.setattr(logger.handlers[0], "stream", log)
    named = stored(EMAIL, channel_order_id="299938")

    post(REDACT, redaction(named, **BUYER))
    post(DATA_REQUEST, {"customer": BUYER, "orders_requested": [299938], "data_request": {"id": 9999}})

    assert kept() == []
    assert "buyer to be erased" in log.getvalue()
    assert [text for text in (EMAIL, "191167", "555-625-1199") if text in log.getvalue()] == []
    assert [text for text in (EMAIL, "555-625-1199") if text in found()[0].model_dump_json()] == []


@pytest.mark.parametrize("topic", [REDACT, DATA_REQUEST, SHOP_REDACT])
def test_without_a_signature_a_request_is_401_and_nothing_happens(topic: str) -> None:
    named = stored(EMAIL, channel_order_id="299938")

    assert post(topic, redaction(named, **BUYER), signature="bm8=") == 401

    assert requests_in(named) == 0
    assert found() == []


def test_a_data_request_is_one_exception_that_names_the_stored_orders() -> None:
    hers = stored(EMAIL, channel_order_id="299938")
    stored("ada@quirk.example", channel_order_id="7")
    body = {"customer": BUYER, "orders_requested": [299938, 5], "data_request": {"id": 9999}}

    assert [post(DATA_REQUEST, body, delivery) for delivery in ("one", "one", "another")] == [200] * 3

    [only] = found()
    assert (only.cause, only.times, only.subject.orders) == (Cause.DATA_REQUESTED, 1, (hers.order_id,))
    assert "request 9999 in the channel" in only.message
    assert "191167" not in only.message + only.subject.text
    assert "/privacy/export" in only.action


def test_a_store_that_removed_the_app_is_one_exception_and_nobody_is_erased() -> None:
    hers = stored(EMAIL, channel_order_id="299938")

    assert [post(SHOP_REDACT, {}) for _ in range(2)] == [200, 200]

    [only] = found()
    assert (only.cause, only.times, only.subject.channel) == (Cause.CHANNEL_ERASURE_REQUESTED, 1, STORE)
    assert requests_in(hers) == 0


def test_a_request_that_was_dismissed_stays_so_when_it_is_delivered_again() -> None:
    post(SHOP_REDACT, {})
    call("POST", f"/exceptions/{found()[0].id}/dismiss")

    post(SHOP_REDACT, {})
    assert found() == []

    post(SHOP_REDACT, {}, "of another removal")
    assert len(found()) == 1


@pytest.mark.parametrize("topic", [REDACT, DATA_REQUEST])
@pytest.mark.parametrize("body", [b"{", b"[]", b'{"orders_to_redact": {}}', b"{}", b'{"customer": {"phone": "5"}}'])
def test_a_request_that_names_no_buyer_is_answered_and_an_exception(topic: str, body: bytes) -> None:
    assert [post(topic, body) for _ in range(2)] == [200, 200]

    [only] = found()
    assert (only.cause, only.times, only.raw) == (Cause.PRIVACY_REQUEST_UNREADABLE, 1, "")


@pytest.mark.parametrize("customer", [{"id": "9" * 3000}, {"email": "#"}, {"email": "a" * 3000}])
def test_a_request_of_a_buyer_that_no_order_can_have_is_answered(customer: dict[str, str]) -> None:
    assert post(REDACT, {"customer": customer}) == 200


def test_an_inactive_channel_takes_requests_about_personal_data_and_nothing_else() -> None:
    hers = stored(EMAIL, channel_order_id="299938")
    a_store(active=False)

    assert post(REDACT, redaction(hers)) == 200
    assert post("orders/paid", {}) == 404
    assert requests_in(hers) == 1


@pytest.mark.parametrize("active", [True, False])
def test_a_request_by_the_event_bus_is_one_too(*, active: bool) -> None:
    hers = stored(EMAIL, channel_order_id="299938")
    a_store(active=active)

    bus.handler(an_event({**SHOP, **redaction(hers)}, REDACT), Context())

    assert requests_in(hers) == 1


def test_one_that_the_bus_function_gave_up_is_not_over_by_itself() -> None:
    assert not is_received(ChannelKind.SHOPIFY, an_event({**SHOP, **redaction()}, REDACT))
