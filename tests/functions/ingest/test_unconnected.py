"""A channel before its first connect: nothing of it is called, and nothing of it fails."""

from functions.allocate import push
from functions.ingest import poll
from local.world.shop import Shop
from packhorse.aws import clients
from packhorse.aws.settings import settings
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
    assert has_schedule(SHOP)
    assert call("GET", "/channels/shop/health").body["awaits_connection"] is False


def test_credentials_that_are_refused_leave_a_channel_as_it_was(cloud: World) -> None:
    new_shop(cloud)

    assert connect_shop(credentials={"token": "wrong"}).status == 422

    assert channel().awaits_connection
    assert not has_schedule(SHOP)


def test_a_store_without_an_address_is_not_connected(cloud: World) -> None:
    merchant(cloud)
    assert call("PUT", "/channels/nowhere", {"kind": "shopify"}).status == 200

    answer = call("POST", "/channels/nowhere/connect", {"credentials": {"token": "t", "webhook_secrets": ["s" * 16]}})

    assert (answer.status, answer.fields) == (422, ["base_url"])


def new_shop(cloud: World) -> Shop:
    """A merchant whose shop is saved and was never connected."""
    set_up(a_configuration(channel=offline(), sync=True), MUG)
    cloud.functions.handlers["test-connect"] = run
    shop = Shop()
    serve_shop(cloud, shop)
    assert call("PUT", f"/channels/{SHOP}", SHOP_BODY).status == 200
    return shop


def has_schedule(name: str) -> bool:
    found = clients.client("scheduler").list_schedules(GroupName=settings.poll_schedule_group)["Schedules"]
    return name in {each["Name"] for each in found}
