"""Signed webhooks with values that no channel should send: kept as an exception or passed over, never a failure."""

import json
import random
from collections.abc import Iterable, Iterator
from typing import Any

import pytest

from functions.ingest import webhook
from packhorse.aws import secrets
from packhorse.domain.configuration.channel import ChannelKind
from packhorse.domain.problem import Cause
from packhorse.domain.values import ChannelId
from packhorse.store import exceptions
from simulation.builders import a_channel, a_configuration
from simulation.merchant import Context, set_up
from tests.channels.kit.webhook_shops import BODIES, SECRET, SHOPS, Shop

pytestmark = pytest.mark.usefixtures("cloud")

DELETIONS = {
    ChannelKind.SHOPIFY: {"x-shopify-topic": "orders/delete"},
    ChannelKind.WOOCOMMERCE: {"x-wc-webhook-topic": "order.deleted"},
}
SHOPIFY_BODIES: dict[str, dict[str, Any]] = {
    "orders/delete": {"id": 820982911946154508},
    "inventory_levels/update": {"inventory_item_id": 1, "location_id": 2, "available": 3, "updated_at": "2026-11-02"},
    "customers/redact": {"customer": {"id": 191167, "email": "ada@example.com"}, "orders_to_redact": [299938]},
    "customers/data_request": {"customer": {"id": 191167}, "orders_requested": [299938], "data_request": {"id": 9999}},
    "shop/redact": {"shop_id": 954889, "shop_domain": "shop.example"},
}
VALUES: list[Any] = [
    "",
    " ",
    "\u2028",
    "x" * 300,
    "x" * 70_000,
    "\ud800",
    None,
    True,
    -1,
    10**400,
    1.5,
    [],
    {},
    [["x"]],
    "\x00",
]


MOST = 3
"""Fields of one body; a seed chooses them."""


def mutated(body: dict[str, Any], fields: Iterable[str] = ()) -> Iterator[bytes]:
    """The body with each hostile value in the place of each of the fields, or of all."""
    for name in sorted(fields) or body:
        each = body[name]
        for value in VALUES:
            yield json.dumps({**body, name: value}).encode()
            if isinstance(each, dict):
                yield from (json.dumps({**body, name: {**each, inner: value}}).encode() for inner in each)
            if isinstance(each, list):
                yield json.dumps({**body, name: [value]}).encode()


def a_shop(shop: Shop) -> None:
    set_up(a_configuration(channel=a_channel("shop", shop.kind, base_url="https://shop.example"), sync=True))
    secrets.save_credentials(ChannelId("shop"), secrets.Credentials(webhook_secrets=(SECRET,)))


def post(shop: Shop, body: bytes, **more: str) -> int:
    event = {"pathParameters": {"channel": "shop"}, "headers": {**shop.signed(body), **more}, "body": body.decode()}
    return int(webhook.handler(event, Context())["statusCode"])


def shop_of(kind: ChannelKind) -> Shop:
    return next(each for each in SHOPS if each.kind is kind)


@pytest.mark.parametrize(("shop", "name"), BODIES)
def test_no_field_of_an_order_makes_it_fail(shop: Shop, name: str) -> None:
    a_shop(shop)
    topic = {shop.webhooks.topic.lower(): shop.webhooks.topics[name]}
    body = json.loads(shop.body(name))
    chosen = random.Random(name).sample(sorted(body), min(MOST, len(body)))  # noqa: S311 - a test

    answers = {post(shop, changed, **topic) for changed in mutated(body, {"id", *chosen} & body.keys())}

    assert answers == {200}


@pytest.mark.parametrize("topic", SHOPIFY_BODIES)
def test_no_field_of_a_webhook_of_shopify_makes_it_fail(topic: str) -> None:
    shop = shop_of(ChannelKind.SHOPIFY)
    a_shop(shop)

    answers = {post(shop, changed, **{"x-shopify-topic": topic}) for changed in mutated(SHOPIFY_BODIES[topic])}

    assert answers == {200}


@pytest.mark.parametrize("kind", DELETIONS)
@pytest.mark.parametrize("order_id", ["x" * 300, 10**250])
def test_a_deleted_order_with_an_id_that_is_none_is_an_exception(kind: ChannelKind, order_id: object) -> None:
    shop = shop_of(kind)
    a_shop(shop)

    assert post(shop, json.dumps({"id": order_id}).encode(), **DELETIONS[kind]) == 200

    [found] = exceptions.unresolved_of(Cause.UNREADABLE_ORDER)
    assert "channel_order_id" in found.message
