"""A channel before its first connect: nothing of it is called, and nothing of it fails."""

import json

import pytest

from functions.allocate import push
from functions.ingest import poll
from local.world.shop import Shop
from packhorse.channels import CHANNELS
from packhorse.domain.catalogue.product import Listing
from packhorse.messages.channels import PublishQuantity
from packhorse.messages.connecting import WatchChannels
from packhorse.store import listings
from packhorse.usecases.channels.watch_channels import watch_channels
from simulation.aws.boundary import World
from simulation.builders import NOON, a_configuration, sqs_event
from simulation.merchant import MUG, Context, put_stock, set_up
from tests.functions.ingest.connecting import (
    SHOP,
    SHOP_BODY,
    channel,
    connect_shop,
    connection,
    merchant,
    offline,
    run,
    run_all,
    serve_shop,
)
from tests.functions.operate.calls import call
from tests.functions.operate.interference import answered_by
from tests.functions.operate.test_configuration import SELLER, put_channel, schedule

pytestmark = pytest.mark.usefixtures("cloud")


def test_a_channel_that_awaits_its_connection_is_neither_called_nor_an_exception(cloud: World) -> None:
    new_shop(cloud)
    put_stock(5)
    listings.put_listing(Listing(sku=MUG, channel=SHOP, reference="r-0"))
    quantity = PublishQuantity(channel=SHOP, sku=MUG, forced=True, at=NOON)

    polled = poll.handler({"channel": SHOP}, Context())
    push.handler(sqs_event(quantity.model_dump_json()), Context())
    watch_channels(WatchChannels(), NOON, lambda: 900.0)

    assert polled == {"orders": 0}
    assert [each for each in cloud.calls if each[0] == "web"] == []
    assert call("GET", "/exceptions").body["items"] == []


def test_connecting_begins_the_calls_of_a_channel(cloud: World) -> None:
    new_shop(cloud)
    assert channel().awaits_connection

    assert connect_shop().status == 202
    run_all()

    assert (channel().awaits_connection, connection()["step"]) == (False, "done")
    assert schedule(SHOP) is not None
    assert call("GET", "/channels/shop/health").body["awaits_connection"] is False


def test_credentials_that_are_refused_leave_a_channel_as_it_was(cloud: World) -> None:
    new_shop(cloud)

    assert connect_shop(credentials={"token": "wrong"}).status == 422

    assert channel().awaits_connection
    assert schedule(SHOP) is None


def test_a_store_without_an_address_is_not_connected(cloud: World) -> None:
    merchant(cloud)
    assert call("PUT", "/channels/nowhere", {"kind": "shopify"}).status == 200

    answer = call("POST", "/channels/nowhere/connect", {"credentials": {"token": "t", "webhook_secrets": ["s" * 16]}})

    assert (answer.status, answer.fields) == (422, ["base_url"])


def test_a_channel_that_was_never_given_credentials_awaits_its_connection(subtests: pytest.Subtests) -> None:
    call("PUT", "/account", {"catchall": "main", "sync": True})
    for kind, adapter in CHANNELS.items():
        with subtests.test(kind.value):
            name, is_called = f"new-{kind}", adapter.sign_in is not None
            url = f"https://{kind}.example.com"
            made = put_channel(name, kind=kind, base_url=url, **SELLER)
            health = call("GET", f"/channels/{name}/health").body

            assert made.body["awaits_connection"] == health["awaits_connection"] == is_called
            assert schedule(name) is None
            acts = ("poll", "sync-now", "check") if is_called else ("poll", "sync-now")
            assert {call("POST", f"/channels/{name}/{act}").status for act in acts} == {409}


def test_a_channel_is_called_once_it_is_saved_with_all_that_its_kind_signs_in_by() -> None:
    call("PUT", "/account", {"catchall": "main", "sync": True})
    put_channel(kind="ebay", credentials={"client_id": "app", "client_secret": "of the app"})
    half = call("GET", "/channels/web").body["awaits_connection"], schedule()
    with answered_by("Invoke", {"StatusCode": 202}) as invoked:
        saved = call("PATCH", "/channels/web", {"credentials": {"token": "t"}, "awaits_connection": True})

    assert half == (True, None)
    assert (saved.status, saved.body["awaits_connection"]) == (200, False)
    assert schedule() is not None
    assert "channel" in [json.loads(each["Payload"]).get("kind") for each in invoked]


def test_a_channel_that_lost_its_credentials_fails_and_does_not_await_a_connection() -> None:
    put_channel(credentials={"token": "t"})

    lost = put_channel(credentials={"token": ""})

    assert lost.body["awaits_connection"] is False
    assert schedule() is not None
    assert any("without token it is neither polled nor published to" in each for each in lost.body["warnings"])


def new_shop(cloud: World) -> Shop:
    """A merchant whose shop is saved and was never connected."""
    set_up(a_configuration(channel=offline(), sync=True), MUG)
    cloud.functions.handlers["test-connect"] = run
    shop = Shop()
    serve_shop(cloud, shop)
    assert call("PUT", f"/channels/{SHOP}", SHOP_BODY).status == 200
    return shop
