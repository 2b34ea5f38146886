"""Connecting Amazon through the API: notifications by the deployment's queue where it has one; health says so."""

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import httpx
import pytest

from functions.allocate import push, route
from functions.ingest import poll
from local.world import amazon_server
from local.world.amazon import Amazon
from local.world.routes import reply_of
from packhorse.aws.settings import settings
from packhorse.channels.amazon import login
from packhorse.domain.configuration.channel import ChannelKind
from packhorse.domain.values import ChannelId, Sku
from packhorse.http import rates
from packhorse.messages.channels import PublishQuantity, send_comparison
from packhorse.store import call_rates
from packhorse.usecases.channels import channel_client, check_channel
from simulation.aws.boundary import World
from simulation.builders import NOON, a_channel, a_configuration, sqs_event
from simulation.merchant import Context, balance, put_stock, set_up
from tests.channels.amazon.shop import GERMANY, an_amazon, an_order, moment
from tests.conftest import invoked, queued
from tests.functions.ingest.connecting import run
from tests.functions.operate.calls import call

pytestmark = pytest.mark.usefixtures("cloud")

URL, WATCH = "https://amazon.example", {"kind": "watch"}
BOTH = ["FULFILLMENT_ORDER_STATUS", "ORDER_CHANGE"]
OTHER_QUEUE = "arn:aws:sqs:us-east-1:123456789012:of-another-deployment"


@pytest.fixture
def amazon(cloud: World) -> Iterator[Amazon]:
    """Amazon, and a channel of it that was never connected."""
    found = an_amazon()
    found.origin = URL
    login.clear_tokens()
    call_rates.newest.clear()

    def answer(request: httpx.Request) -> httpx.Response:
        target = f"{amazon_server.PREFIX}{request.url.raw_path.decode()}"
        headers = {name: value for name, value in request.headers.items() if name != "host"}
        status, content = amazon_server.answer(found, request.method, target, headers, request.content)
        reply = reply_of(content)
        return httpx.Response(status, content=reply.body, headers=reply.headers)

    cloud.web.serve(URL, answer)
    own = {"seller": found.settings.seller, "marketplace": GERMANY, "calls_per_second": 100}
    set_up(a_configuration(channel=a_channel("amazon-de", ChannelKind.AMAZON, base_url=URL, **own)))
    cloud.functions.handlers["test-connect"] = run
    yield found
    login.clear_tokens()


@pytest.fixture
def _without_queue(monkeypatch: pytest.MonkeyPatch) -> None:
    without_queue(monkeypatch)


def without_queue(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(check_channel, "settings", replace(settings, amazon_queue_arn="", amazon_queue_url=""))


class Short(Context):
    """The context of an invocation with time for a page or two."""

    def __init__(self) -> None:
        self.left = 62_000

    def get_remaining_time_in_millis(self) -> int:
        """Return less with every question."""
        self.left -= 100
        return self.left


def connect(amazon: Amazon, make_context: Callable[[], Context] = Context) -> Any:
    given = amazon.settings
    keys = {"client_id": given.client_id, "client_secret": given.client_secret, "token": given.refresh_token}
    assert call("POST", "/channels/amazon-de/connect", {"credentials": keys}).status == 202
    while waiting := invoked(settings.connect_function):
        for each in waiting:
            run(each, make_context())
    return call("GET", "/channels/amazon-de/connection").body


def health() -> Any:
    return call("GET", "/channels/amazon-de/health").body


def queues(amazon: Amazon) -> dict[str, str]:
    """The queue that each subscription goes to."""
    return {topic: amazon.destinations[each["destinationId"]]["arn"] for topic, each in amazon.subscriptions.items()}


def test_a_channel_is_subscribed_and_its_health_says_to_what(amazon: Amazon) -> None:
    connection = connect(amazon)

    assert (connection["step"], connection["webhooks_refused"]) == ("done", "")
    assert queues(amazon) == dict.fromkeys(BOTH, settings.amazon_queue_arn)
    assert health()["webhooks"]["topics"] == BOTH
    assert health()["webhooks"]["problem"] == ""


@pytest.mark.usefixtures("_without_queue")
def test_without_the_queue_polls_alone_bring_the_orders_and_connection_and_health_say_so(amazon: Amazon) -> None:
    connection = connect(amazon)
    run(WATCH)

    assert connection["step"] == "done"
    assert "AmazonNotifications" in connection["webhooks_refused"]
    assert "polls alone" in health()["webhooks"]["problem"]
    assert amazon.subscriptions == amazon.destinations == {}
    assert call("GET", "/exceptions").body["items"] == []


def test_once_the_queue_is_there_the_hourly_look_subscribes_to_it(
    amazon: Amazon, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as before:
        without_queue(before)
        connect(amazon)

    run(WATCH)

    assert queues(amazon) == dict.fromkeys(BOTH, settings.amazon_queue_arn)
    assert health()["webhooks"] | {"checked_at": ""} == {
        "checked_at": "",
        "topics": BOTH,
        "lost": [],
        "elsewhere": [],
        "problem": "",
    }


def test_once_the_queue_is_gone_health_says_that_polls_alone_bring_the_orders(
    amazon: Amazon, monkeypatch: pytest.MonkeyPatch
) -> None:
    connect(amazon)
    without_queue(monkeypatch)

    run(WATCH)

    assert health()["webhooks"]["topics"] == health()["webhooks"]["lost"] == []
    assert "polls alone" in health()["webhooks"]["problem"]
    assert call("GET", "/exceptions").body["items"] == []
    assert call("POST", "/channels/amazon-de/check").body["webhooks"]["problem"]


def test_a_subscription_that_is_lost_or_goes_elsewhere_is_made_again(amazon: Amazon) -> None:
    connect(amazon)
    amazon.subscriptions.clear()
    assert call("POST", "/channels/amazon-de/check").body["webhooks"]["lost"] == BOTH

    run(WATCH)
    assert queues(amazon) == dict.fromkeys(BOTH, settings.amazon_queue_arn)

    [destination] = amazon.destinations.values()
    amazon.destinations["other"] = {"name": "other", "arn": OTHER_QUEUE}
    amazon.subscriptions["ORDER_CHANGE"]["destinationId"] = "other"
    assert call("POST", "/channels/amazon-de/check").body["webhooks"]["lost"] == ["ORDER_CHANGE"]

    run(WATCH)
    assert queues(amazon) == dict.fromkeys(BOTH, destination["arn"])


# ---- who ships a listing


def is_fulfilled_there(sku: str) -> bool:
    return bool(call("GET", f"/products/{sku}/listings/amazon-de").body["fulfilled_by_channel"])


def test_who_ships_a_listing_is_stored_again_with_each_connection(amazon: Amazon) -> None:
    amazon.put_listing({"sku": "MUG-BLUE"})
    assert call("PUT", "/products/MUG-BLUE", {"name": "Mug"}).status == 200
    connect(amazon)
    found = []
    for channel in ("AMAZON_EU", "DEFAULT"):
        amazon.put_listing({"sku": "MUG-BLUE", "channel": channel})
        connect(amazon)
        found.append(is_fulfilled_there("MUG-BLUE"))

    assert found == [True, False]


def test_a_listing_that_a_person_maps_is_shipped_by_whom_the_channel_says(amazon: Amazon) -> None:
    amazon.put_listing({"sku": "LAMP-FBA", "channel": "AMAZON_EU"})
    assert call("PUT", "/products/LAMP", {"name": "Lamp"}).status == 200
    connect(amazon)
    where, mapped = "/products/LAMP/listings/amazon-de", {"reference": "LAMP-FBA", "max_quantity": 50}
    found = []
    for body in (mapped, mapped, {**mapped, "fulfilled_by_channel": False}):
        assert call("PUT", where, body).status == 200
        found.append(is_fulfilled_there("LAMP"))

    assert found == [True, True, False]


def test_what_amazon_ships_by_now_gets_no_quantity_after_a_comparison(amazon: Amazon) -> None:
    amazon.put_listing({"sku": "MUG-BLUE"})
    assert call("PUT", "/products/MUG-BLUE", {"name": "Mug"}).status == 200
    put_stock(7, sku="MUG-BLUE")
    assert call("PATCH", "/account", {"sync": True}).status == 200
    connect(amazon)
    amazon.put_listing({"sku": "MUG-BLUE", "channel": "AMAZON_EU", "quantity": 3})

    send_comparison(ChannelId("amazon-de"), "tonight")
    left = [push.handler(sqs_event(each), Context()) for each in queued(settings.channels_queue_url)]

    assert {str(each["batchItemFailures"]) for each in left} == {"[]"}
    assert is_fulfilled_there("MUG-BLUE")
    assert (amazon.patches, call("GET", "/exceptions").body["items"]) == ([], [])
    assert call("GET", "/channels/amazon-de/drift").body["different"] == 0


# ---- thousands of listings


def test_thousands_of_listings_are_listed_whichever_invocation_reads_them(amazon: Amazon) -> None:
    for number in range(1_200):
        amazon.put_listing({"sku": f"SKU-{number:04}"})
    amazon.put_listing({"sku": "MUG-BLUE"})
    assert call("PUT", "/products/MUG-BLUE", {"name": "Mug"}).status == 200

    connection = connect(amazon, Short)

    assert (connection["step"], connection["found"], connection["unmatched"]) == ("done", 1_201, 1_200)
    assert len(amazon.reports) == 1
    assert call("GET", "/products/MUG-BLUE/listings").body["items"][0]["reference"] == "MUG-BLUE"


# ---- orders that a rate puts off -----------------------------------------------------------------------------


def test_orders_for_which_no_call_is_left_are_in_health_until_a_poll_reads_them(
    amazon: Amazon, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rates, "LONGEST_WAIT", 0.0)
    connect(amazon)
    names = [f"902-{number:07}-0000000" for number in range(33)]
    for name in names:
        amazon.put_order(an_order(orderId=name, lastUpdatedTime=moment()))

    assert poll.handler({"channel": "amazon-de", "orders": names}, Context()) == {"orders": 30}
    assert health()["orders_unread"] == 3
    assert {each["order"]["channel_order_id"] for each in queued(settings.orders_queue_url)} == {*names[:30]}

    amazon.settings.listed_after = 3600.0  # polls do not list them
    assert poll.handler({"channel": "amazon-de"}, Context()) == {"orders": 0}
    assert health()["orders_unread"] == 3

    monkeypatch.setattr(channel_client, "take_call", lambda *_: 0.0)
    assert poll.handler({"channel": "amazon-de"}, Context()) == {"orders": 3}
    assert health()["orders_unread"] == 0
    assert {each["order"]["channel_order_id"] for each in queued(settings.orders_queue_url)} == {*names[30:]}


# ---- orders whose payment Amazon has not authorised yet


def publish(sku: str) -> None:
    """Publish the quantity of a product."""
    message = PublishQuantity(channel=ChannelId("amazon-de"), sku=Sku(sku), at=NOON)
    assert push.handler(sqs_event(message.model_dump_json()), Context()) == {"batchItemFailures": []}


def deliver_all(sku: str) -> None:
    """Poll and route, then publish what follows; the stream of stock changes has what was taken published, too."""
    poll.handler({"channel": "amazon-de"}, Context())
    told = [json.dumps(each) for each in queued(settings.orders_queue_url)]
    assert route.handler(sqs_event(*told), Context()) == {"batchItemFailures": []}
    for each in queued(settings.channels_queue_url):
        assert push.handler(sqs_event(json.dumps(each)), Context()) == {"batchItemFailures": []}
    publish(sku)


def test_the_units_of_a_pending_order_are_offered_nowhere_until_it_is_cancelled(amazon: Amazon) -> None:
    amazon.put_listing({"sku": "TOWEL"})
    assert call("PUT", "/products/TOWEL", {"name": "Towel"}).status == 200
    put_stock(2, sku="TOWEL")
    assert call("PATCH", "/account", {"sync": True}).status == 200
    connect(amazon)
    publish("TOWEL")
    towel = [each for each in an_order()["orderItems"] if each["product"]["sellerSku"] == "TOWEL"]
    amazon.put_order(an_order("PENDING", orderItems=towel, createdTime=moment(), lastUpdatedTime=moment()))

    deliver_all("TOWEL")

    assert balance("TOWEL") == (2, 1, 1)
    assert {each["quantity"] for each in amazon.patches[1:]} <= {1}
    assert amazon.live("TOWEL")["quantity"] == 1

    amazon.put_order(an_order("CANCELLED", orderItems=towel, createdTime=moment(), lastUpdatedTime=moment()))
    deliver_all("TOWEL")

    assert balance("TOWEL") == (2, 0, 2)
    assert amazon.live("TOWEL")["quantity"] == 2


def test_a_pending_order_is_handed_over_once_amazon_shows_its_address(amazon: Amazon) -> None:
    amazon.put_listing({"sku": "TOWEL"})
    assert call("PUT", "/products/TOWEL", {"name": "Towel"}).status == 200
    put_stock(2, sku="TOWEL")
    connect(amazon)
    towel = [each for each in an_order()["orderItems"] if each["product"]["sellerSku"] == "TOWEL"]
    statuses = []
    for status in ("PENDING", "UNSHIPPED"):
        amazon.put_order(an_order(status, orderItems=towel, createdTime=moment(), lastUpdatedTime=moment()))
        deliver_all("TOWEL")
        (found,) = call("GET", "/orders").body["items"]
        statuses.append((found["status"], balance("TOWEL")))

    assert statuses == [("awaiting_payment", (2, 1, 1)), ("in_fulfilment", (2, 1, 1))]
