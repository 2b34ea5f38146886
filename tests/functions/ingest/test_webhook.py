"""The door for webhooks, through the real handler."""

import base64
import hashlib
import hmac
import io
import json
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest

from functions.ingest import webhook
from packhorse import channels
from packhorse.aws import clients, secrets
from packhorse.aws.bucket import name_in, payload_keys
from packhorse.aws.settings import settings
from packhorse.aws.telemetry import logger
from packhorse.channels.protocol import Adapter, Challenge, ChallengeAnswer
from packhorse.domain.configuration.channel import ChannelKind
from packhorse.domain.orders.channel_order import order_id
from packhorse.domain.values import ChannelId
from packhorse.messages.orders import ORDER_MESSAGE, OrderReceived
from packhorse.store import exceptions
from simulation.builders import a_channel, a_configuration
from simulation.merchant import Context, set_up
from tests.conftest import WORLDS, invoked, queued
from tests.functions.operate.calls import call
from tests.functions.stale import cache_again

pytestmark = pytest.mark.usefixtures("cloud")

PAID = Path(__file__).parents[2] / "data" / "shopify" / "orders-paid.json"


def a_shop(*secret: str, **more: Any) -> None:
    channel = a_channel("shopify-us", ChannelKind.SHOPIFY, **more)
    set_up(a_configuration(channel=channel))
    secrets.save_credentials(ChannelId("shopify-us"), secrets.Credentials(webhook_secrets=secret or ("hush",)))


def signed(body: bytes, secret: str = "hush") -> str:
    return base64.b64encode(hmac.digest(secret.encode(), body, hashlib.sha256)).decode()


def post(
    body: bytes,
    signature: str | None = None,
    channel: str = "shopify-us",
    *,
    binary: bool = False,
    topic: str = "orders/paid",
) -> int:
    headers = {"x-shopify-topic": topic, "x-shopify-hmac-sha256": signature or signed(body)}
    event = {
        "pathParameters": {"channel": channel},
        "headers": headers,
        "body": base64.b64encode(body).decode() if binary else body.decode(),
        "isBase64Encoded": binary,
    }
    return int(webhook.handler(event, Context())["statusCode"])


def kept() -> list[bytes]:
    objects = (
        clients.client("s3").list_objects_v2(Bucket=settings.uploads_bucket, Prefix="raw/webhook/").get("Contents", [])
    )
    keys = [each["Key"] for each in objects]
    return [clients.client("s3").get_object(Bucket=settings.uploads_bucket, Key=key)["Body"].read() for key in keys]


@pytest.mark.parametrize("binary", [False, True])
def test_a_signed_order_is_kept_untouched_and_queued(*, binary: bool) -> None:
    a_shop()
    body = PAID.read_bytes()

    assert post(body, binary=binary) == 200

    assert kept() == [body]
    message = ORDER_MESSAGE.read_object(queued(settings.orders_queue_url)[0])
    assert isinstance(message, OrderReceived)
    assert message.order.channel_order_id == str(json.loads(body)["id"])
    assert message.who == "channel:shopify-us"


@pytest.mark.parametrize("signature", ["", "nonsense", signed(b"something else")])
def test_a_wrong_signature_is_401_and_nothing_is_stored(signature: str) -> None:
    a_shop()

    assert post(PAID.read_bytes(), signature or " ") == 401

    assert kept() == []
    assert queued(settings.orders_queue_url) == []


def test_a_signed_payload_without_its_topic_is_400_and_nothing_is_stored() -> None:
    a_shop()

    assert post(PAID.read_bytes(), topic="") == 400

    assert kept() == []
    assert queued(settings.orders_queue_url) == []


def test_both_secrets_of_a_rotation_count() -> None:
    a_shop("new", "old")
    body = PAID.read_bytes()

    assert [post(body, signed(body, secret)) for secret in ("new", "old", "older")] == [200, 200, 401]


def test_a_secret_given_a_moment_ago_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    a_shop("old")
    body = PAID.read_bytes()
    assert post(body, signed(body, "old")) == 200
    clock = time.monotonic() + 10
    monkeypatch.setattr(time, "monotonic", lambda: clock)
    value = {"webhook_secrets": ["new"], "token": ""}
    name = f"{settings.stack_name}/channels/shopify-us"
    clients.client("secretsmanager").put_secret_value(SecretId=name, SecretString=json.dumps(value))

    assert post(body, signed(body, "new")) == 200


SHOP, NEW = ChannelId("shopify-us"), "the new one is long enough"


def rotated(*secret: str) -> secrets.Credentials:
    """Replace the channel's secrets through the API; return those before, as this process knows them still."""
    before = secrets.get_credentials(SHOP)
    answer = call("PATCH", f"/channels/{SHOP}", {"credentials": {"webhook_secrets": list(secret)}})
    assert answer.status == 200, answer.body
    cache_again(SHOP, before)
    return before


def test_a_new_secret_counts_at_once_also_after_wrong_signatures() -> None:
    a_shop("old")
    body = PAID.read_bytes()
    assert post(body, signed(body, "nobody's")) == 401
    rotated(NEW)

    answers = [post(body, signed(body, secret)) for secret in ("nobody's", NEW, NEW, "old")]

    assert answers == [401, 200, 200, 401]


def test_a_flood_of_wrong_signatures_reads_the_secret_once() -> None:
    a_shop("old")
    rotated(NEW)
    body = PAID.read_bytes()

    with patch.object(secrets, "_read", wraps=secrets._read) as read:
        answers = {post(body, signed(body, "nobody's")) for _ in range(50)}

    assert (answers, read.call_count) == ({401}, 1)


def test_a_flood_reads_no_more_where_the_secret_was_replaced_beside_the_api() -> None:
    a_shop("old")
    before = rotated(NEW)
    secrets.save_credentials(SHOP, before.replace(webhook_secrets=("by hand",)))
    body = PAID.read_bytes()

    with patch.object(secrets, "_read", wraps=secrets._read) as read:
        answers = {post(body, signed(body, "nobody's")) for _ in range(50)}

    assert (answers, read.call_count) == ({401}, 2)


def test_the_unsigned_ping_of_a_woocommerce_store_is_answered_and_not_stored() -> None:
    set_up(a_configuration(channel=a_channel("woo", ChannelKind.WOOCOMMERCE, base_url="https://shop.example.com")))

    assert post(b"webhook_id=42", "none", "woo") == 200
    assert post(b"webhook_id=42&x=1", "none", "woo") == 401

    assert (kept(), queued(settings.orders_queue_url)) == ([], [])


def test_a_ping_of_woocommerce_is_no_webhook_of_another_kind() -> None:
    a_shop()

    assert post(b"webhook_id=42", "none") == 401


@pytest.mark.parametrize("field", ["created_at", "updated_at", "cancelled_at"])
def test_an_order_of_a_year_that_is_the_last_but_one_where_it_was_written_makes_no_sense(field: str) -> None:
    a_shop()
    body = {**json.loads(PAID.read_bytes()), field: "9998-12-31T23:59:59-12:00"}

    assert post(json.dumps(body).encode()) == 200

    [problem] = exceptions.newest_exceptions(exceptions.ExceptionState.OPEN, None, 10)[0]
    assert problem.cause == "unreadable_order"


def test_the_key_of_each_payload_about_an_order_names_it_also_of_one_that_brings_none_or_makes_no_sense() -> None:
    a_shop(ignore_before=datetime(2099, 1, 1, tzinfo=UTC))
    paid = json.loads(PAID.read_bytes())
    kinds: list[dict[str, Any]] = [{}, {"created_at": "one day"}, {"test": True}, {"line_items": []}]

    for changes in kinds:
        assert post(json.dumps({**paid, **changes}).encode()) == 200

    keys = payload_keys("raw/webhook/", "", 9)
    assert [name_in(key) for key in keys] == [order_id(SHOP, str(paid["id"]))] * 4


# ---- challenges

CHALLENGED = Path(__file__).parents[3] / "events" / "webhook" / "challenge.json"


def echo(challenge: Challenge, known: Sequence[str]) -> ChallengeAnswer | None:
    """Answers as a kind of channel that sends a token of the merchant's and hashes of the url, as some shops do."""
    if challenge.parameters.get("token") not in known:
        return None
    return ChallengeAnswer(json.dumps([challenge.url, challenge.parameters["challenge"]]), "application/json")


def challenged(channel: str = "shopify-us", **parameters: str) -> dict[str, Any]:
    event = json.loads(CHALLENGED.read_text())
    event |= {"pathParameters": {"channel": channel}, "rawPath": f"/webhooks/{channel}"}
    answer: dict[str, Any] = webhook.handler({**event, "queryStringParameters": parameters or None}, Context())
    return answer


@pytest.fixture
def a_kind_with_challenges(monkeypatch: pytest.MonkeyPatch) -> None:
    kinds = {**channels.CHANNELS, ChannelKind.SHOPIFY: Adapter(challenge=echo)}
    monkeypatch.setattr(channels, "CHANNELS", kinds)


@pytest.mark.usefixtures("a_kind_with_challenges")
def test_a_challenge_is_answered_in_the_channels_own_format() -> None:
    a_shop("new", "old")

    answer = challenged(token="old", challenge="4f1c")

    assert (answer["statusCode"], answer["headers"]) == (200, {"content-type": "application/json"})
    [url, proof] = json.loads(answer["body"])
    assert url == "https://example.execute-api.eu-central-1.amazonaws.com/webhooks/shopify-us"
    assert proof == "4f1c"


@pytest.mark.usefixtures("a_kind_with_challenges")
def test_a_challenge_that_follows_at_once_upon_a_new_secret_is_answered(monkeypatch: pytest.MonkeyPatch) -> None:
    a_shop("old")
    assert challenged(token="new", challenge="4f1c")["statusCode"] == 403
    clock = time.monotonic() + 10
    monkeypatch.setattr(time, "monotonic", lambda: clock)
    name = f"{settings.stack_name}/channels/shopify-us"
    clients.client("secretsmanager").put_secret_value(SecretId=name, SecretString='{"webhook_secrets": ["new"]}')

    assert challenged(token="new", challenge="4f1c")["statusCode"] == 200


@pytest.mark.usefixtures("a_kind_with_challenges")
@pytest.mark.parametrize("parameters", [{}, {"token": "another", "challenge": "4f1c"}])
def test_a_challenge_that_does_not_know_a_secret_is_403_and_stores_nothing(parameters: dict[str, str]) -> None:
    a_shop()

    assert challenged(**parameters)["statusCode"] == 403

    assert kept() == []


def test_a_challenge_is_405_with_a_problem_document_where_the_kind_sends_none() -> None:
    a_shop()

    answer = challenged(challenge="4f1c")

    assert answer["headers"] == {"content-type": "application/problem+json", "allow": "POST"}
    assert json.loads(answer["body"])["status"] == answer["statusCode"] == 405


def test_a_challenge_of_a_channel_that_is_not_there_or_off_is_404() -> None:
    a_shop(active=False)

    assert [challenged(name)["statusCode"] for name in ("shopify-us", "another")] == [404, 404]


# ---- holds in the store

HELD = {
    "fulfillment_order": {"id": "gid://shopify/FulfillmentOrder/564786110", "status": "ON_HOLD"},
    "created_fulfillment_hold": {"id": "gid://shopify/FulfillmentHold/51", "reason": "OTHER"},
}
HOLD_TOPICS = ["fulfillment_orders/placed_on_hold", "fulfillment_orders/hold_released"]


@pytest.mark.parametrize("topic", HOLD_TOPICS)
def test_a_hold_that_is_placed_or_released_in_the_store_has_the_order_read(topic: str) -> None:
    a_shop()

    assert post(json.dumps(HELD).encode(), topic=topic) == 200

    assert invoked("test-poll") == [{"channel": "shopify-us", "orders": ["gid://shopify/FulfillmentOrder/564786110"]}]
    assert (kept(), queued(settings.orders_queue_url)) == ([], [])


def test_a_hold_without_a_signature_is_401() -> None:
    a_shop()

    assert post(json.dumps(HELD).encode(), "nonsense", topic=HOLD_TOPICS[0]) == 401

    assert invoked("test-poll") == []


@pytest.mark.parametrize(
    "body", [{}, {"fulfillment_order": {"id": 5}}, {"fulfillment_order": {"id": "gid://shopify/Order/5"}}, []]
)
def test_a_hold_that_names_no_fulfilment_order_reads_nothing(body: object) -> None:
    a_shop()

    assert post(json.dumps(body).encode(), topic=HOLD_TOPICS[0]) == 200

    assert invoked("test-poll") == []


# ---- reports of the store's stock

LEVEL = {
    "inventory_item_id": 271878346596884015,
    "location_id": 24826418,
    "available": 6,
    "updated_at": "2026-11-25T19:00:00-05:00",
    "admin_graphql_api_id": "gid://shopify/InventoryLevel/24826418?inventory_item_id=271878346596884015",
}


def report(**changed: Any) -> int:
    return post(json.dumps({**LEVEL, **changed}).encode(), topic="inventory_levels/update")


def a_shop_that_is_published_to(*, sync: bool = True) -> None:
    a_shop()
    set_up(a_configuration(channel=a_channel("shopify-us", ChannelKind.SHOPIFY), sync=sync))


def test_a_quantity_that_the_store_shows_is_queued_behind_those_that_are_published_to_it() -> None:
    a_shop_that_is_published_to()

    assert report() == 200

    reported = {"stock_id": "24826418/271878346596884015", "quantity": 6, "at": "2026-11-26T00:00:00Z"}
    assert queued(settings.channels_queue_url) == [{"kind": "reported", "channel": "shopify-us", **reported}]
    assert (kept(), queued(settings.orders_queue_url)) == ([], [])


def test_a_quantity_that_is_delivered_twice_is_queued_once() -> None:
    a_shop_that_is_published_to()

    assert [report(), report(), report(available=5)] == [200, 200, 200]

    assert [each["quantity"] for each in queued(settings.channels_queue_url)] == [6, 5]


def test_a_quantity_costs_one_read_of_the_configuration() -> None:
    a_shop_that_is_published_to()
    before = WORLDS[-1].calls["dynamodb", "GetItem"]

    report()

    assert WORLDS[-1].calls["dynamodb", "GetItem"] - before == 1


def test_a_quantity_of_stock_that_the_store_does_not_count_is_none() -> None:
    a_shop_that_is_published_to()

    report(available=None)

    assert queued(settings.channels_queue_url)[0]["quantity"] is None


def test_a_quantity_without_a_signature_is_401() -> None:
    a_shop_that_is_published_to()

    assert post(json.dumps(LEVEL).encode(), "nonsense", topic="inventory_levels/update") == 401

    assert queued(settings.channels_queue_url) == []


SENSELESS = [
    {"location_id": None},
    {"available": "6"},
    {"inventory_item_id": "9" * 300},
    {"updated_at": "9998-12-31T23:59:59-12:00"},
    {"updated_at": "9999-12-31T23:59:59-12:00"},
    {"updated_at": "0001-01-01T00:00:00+12:00"},
]


@pytest.mark.parametrize("changed", SENSELESS)
def test_a_quantity_that_makes_no_sense_is_left_to_the_comparison(changed: dict[str, Any]) -> None:
    a_shop_that_is_published_to()

    assert report(**changed) == 200

    assert queued(settings.channels_queue_url) == []
    assert exceptions.newest_exceptions(exceptions.ExceptionState.OPEN, None, 10)[0] == []


def test_a_quantity_is_ignored_while_nothing_is_published() -> None:
    a_shop_that_is_published_to(sync=False)

    assert report() == 200

    assert queued(settings.channels_queue_url) == []


def test_a_channel_that_is_not_there_or_off_is_404() -> None:
    a_shop(active=False)

    assert post(PAID.read_bytes()) == 404
    assert post(PAID.read_bytes(), channel="another") == 404


def test_a_signed_order_that_makes_no_sense_is_kept_and_becomes_an_exception() -> None:
    a_shop()
    body = b'{"id": 1, "line_items": "none"}'

    assert post(body) == 200

    assert kept() == [body]
    assert queued(settings.orders_queue_url) == []
    assert [each.cause for each in exceptions.newest_exceptions(exceptions.ExceptionState.OPEN, None, 10)[0]] == [
        "unreadable_order"
    ]


def test_the_exception_of_an_order_that_makes_no_sense_names_the_fields_and_quotes_nobody() -> None:
    a_shop()
    order = json.loads(PAID.read_text())
    order["line_items"][0]["quantity"] = order["shipping_address"]["city"] = ["Ada Lovelace"]

    post(json.dumps(order).encode())

    [found], _ = exceptions.newest_exceptions(exceptions.ExceptionState.OPEN, None, 10)
    assert "line_items.0.quantity: " in found.message
    assert "shipping_address.city: " in found.message
    assert "Ada" not in found.message


def test_an_order_that_cannot_be_queued_is_not_answered_with_2xx(monkeypatch: pytest.MonkeyPatch) -> None:
    a_shop()
    monkeypatch.setattr(clients.client("sqs"), "send_message_batch", _fails)

    with pytest.raises(ConnectionError):
        post(PAID.read_bytes())


def test_a_payload_that_cannot_be_stored_is_not_answered_with_2xx_and_not_queued(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    a_shop()
    monkeypatch.setattr(clients.client("s3"), "put_object", _fails)

    with pytest.raises(ConnectionError):
        post(PAID.read_bytes())

    assert queued(settings.orders_queue_url) == []


def test_nothing_of_the_order_is_logged(monkeypatch: pytest.MonkeyPatch) -> None:
    log = io.StringIO()
    monkeypatch.setattr(logger.registered_handler, "stream", log)
    a_shop()
    order = json.loads(PAID.read_text())
    personal = [order["email"], order["shipping_address"]["address1"], order["shipping_address"]["name"]]

    post(PAID.read_bytes())

    assert "order received" in log.getvalue()
    assert [word for word in personal if word in log.getvalue()] == []


def _fails(**_: Any) -> None:
    raise ConnectionError("the service is away")
