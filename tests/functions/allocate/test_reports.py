"""What a Shopify store reports of its own stock, through the real handlers of webhooks and quantities."""

import json
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import httpx
import pytest
import time_machine

from functions.allocate import push
from functions.ingest import webhook
from local.world import shopify_server
from local.world.shop import now
from local.world.shopify import signature
from local.world.shopify_store import Store
from packhorse.aws import secrets
from packhorse.aws.settings import settings
from packhorse.domain.catalogue.product import Listing, Product
from packhorse.domain.configuration.channel import MAIN, ChannelKind
from packhorse.domain.values import ChannelId, Sku
from packhorse.messages.channels import CompareQuantities, PublishQuantity
from packhorse.store import catalogue, listings, published
from packhorse.store.published import PublishedItem
from simulation.aws.boundary import World
from simulation.builders import NOON, a_channel, a_configuration, sqs_event
from simulation.merchant import MUG, Context, put_stock, set_up
from tests.conftest import queued

pytestmark = pytest.mark.usefixtures("cloud")
SHOP, SECRET = ChannelId("shop"), "shpss_hush-hush-hush"
MAIN_STREET, WAREHOUSE = "7001", "7002"


@pytest.fixture
def store(cloud: World) -> Store:
    """A store that lists MUG as its variant 1, has five, and is published to."""
    found = serve_store(cloud)
    a_merchant()
    listings.put_listing(Listing(channel=SHOP, reference="1", sku=MUG))
    put_stock(5)
    publish()
    found.updates.clear()
    return found


def serve_store(cloud: World) -> Store:
    """Serve a store with MUG as its variant 1, stocked at both of its locations."""
    found = Store()
    found.put_variant({"id": 1, "sku": MUG, "levels": {MAIN_STREET: 0, WAREHOUSE: 0}})

    def answer(request: httpx.Request) -> httpx.Response:
        path, token = request.url.raw_path.decode(), found.settings.token
        status, content = shopify_server.answer(found, request.method, path, token, request.content)
        return httpx.Response(status, json=content)

    cloud.web.serve("https://mugs.myshopify.com", answer)
    secrets.save_credentials(SHOP, secrets.Credentials(webhook_secrets=(SECRET,), token=found.settings.token))
    return found


def a_merchant(location: str | None = None, poll_minutes: int = 5, **account: Any) -> None:
    more = {"base_url": "https://mugs.myshopify.com", "location": location, "poll_minutes": poll_minutes}
    set_up(a_configuration(channel=a_channel(SHOP, ChannelKind.SHOPIFY, **more), **{"sync": True, **account}))


def deliver(*bodies: str) -> None:
    event = sqs_event(*bodies)
    for record in event["Records"]:
        record["messageId"] = str(uuid4())  # it is a part of the key of each call
    assert push.handler(event, Context())["batchItemFailures"] == []


def publish(sku: str = MUG, *, forced: bool = False) -> None:
    deliver(PublishQuantity(channel=SHOP, sku=Sku(sku), at=NOON, forced=forced).model_dump_json())


def report(available: int | None, location: str = MAIN_STREET, item: str = "91", at: str | None = None) -> None:
    """The webhook of a level, and all that its message, and that of a publish, leads to."""
    body = {"inventory_item_id": int(item), "location_id": int(location), "available": available}
    post({**body, "updated_at": at or now()}, at or now())
    deliver_all()


def deliver_all() -> None:
    """Deliver what the queue holds, and what follows from it."""
    while messages := queued(settings.channels_queue_url):
        deliver(*map(json.dumps, messages))


def post(level: dict[str, Any], triggered_at: str) -> None:
    raw = json.dumps(level).encode()
    headers = {
        "x-shopify-topic": "inventory_levels/update",
        "x-shopify-hmac-sha256": signature(raw, SECRET),
        "x-shopify-triggered-at": triggered_at,
    }
    event = {"pathParameters": {"channel": SHOP}, "headers": headers, "body": raw.decode(), "isBase64Encoded": False}
    assert webhook.handler(event, Context())["statusCode"] == 200


def set_there(store: Store, units: int, location: str = MAIN_STREET) -> None:
    store.variants["1"].levels[location] = units


def shown(store: Store) -> int:
    return store.variants["1"].levels[MAIN_STREET]


def is_known(sku: str = MUG) -> bool:
    return published.last_published(SHOP, [Sku(sku)], MAIN)[Sku(sku)].confirmed is not None


def test_a_store_that_shows_more_than_there_is_gets_ours_at_once(store: Store) -> None:
    set_there(store, 6)

    report(6)

    assert (shown(store), is_known()) == (5, True)


@pytest.mark.parametrize("is_reported", [True, False])
def test_what_a_store_sold_is_not_offered_again_by_what_changes_before_its_order(
    store: Store, *, is_reported: bool
) -> None:
    set_there(store, 3)
    if is_reported:
        report(3)
    publish()
    at_once = shown(store)
    numbers = [shown_after_a_sale_elsewhere(store), shown_after_a_sale_elsewhere(store)]

    assert (at_once, numbers) == (3, [2, 1])


def shown_after_a_sale_elsewhere(store: Store) -> int:
    """Publish what another channel's sale leaves; return what the store shows after its own report of that."""
    put_stock(-1, event=str(uuid4()))
    publish()
    report(shown(store))
    return shown(store)


def test_once_its_order_has_come_ours_is_the_whole_number(store: Store) -> None:
    set_there(store, 3)
    report(3)

    put_stock(-2, event="its order")
    published.forget_confirmed(SHOP, [MUG], MAIN)  # as its order does
    publish()
    put_stock(-1, event="sold elsewhere")
    publish()

    assert [each["to"] for each in store.updates] == [3, 2]


def test_less_that_no_order_explains_is_replaced_with_the_next_change(store: Store) -> None:
    set_there(store, 4)
    report(4)
    at_once = shown(store)
    with time_machine.travel(datetime.fromisoformat(now()) + timedelta(minutes=11), tick=False):
        publish()
        put_stock(-1, event="sold elsewhere")
        publish()

    assert (at_once, [each["to"] for each in store.updates], is_known()) == (4, [5, 4], True)


def test_less_that_no_report_says_is_replaced_likewise_once_a_publish_has_found_it(store: Store) -> None:
    set_there(store, 3)
    numbers = []
    for minutes in (0, 9, 11):
        with time_machine.travel(datetime.fromisoformat(now()) + timedelta(minutes=minutes), tick=False):
            put_stock(1, event=str(uuid4()))
            publish()
        numbers.append(shown(store))

    assert numbers == [4, 5, 8]


@pytest.mark.parametrize(("minutes", "left"), [(59, 3), (61, 4)])
def test_an_order_may_come_with_the_second_poll_after_its_sale(store: Store, minutes: int, left: int) -> None:
    a_merchant(poll_minutes=30)
    set_there(store, 4)
    report(4)

    with time_machine.travel(datetime.fromisoformat(now()) + timedelta(minutes=minutes), tick=False):
        put_stock(-1, event="sold elsewhere")
        publish()

    assert shown(store) == left


def test_a_forced_number_is_whole(store: Store) -> None:
    set_there(store, 4)
    report(4)

    publish(forced=True)

    assert shown(store) == 5


def test_the_echo_of_ours_changes_nothing(store: Store) -> None:
    report(5)

    assert (store.updates, is_known()) == ([], True)


@pytest.mark.parametrize("delay", [timedelta(0), timedelta(milliseconds=300)])
def test_what_the_store_posts_of_our_own_quantities_changes_nothing_in_any_order(
    store: Store, delay: timedelta
) -> None:
    """It may be older than ours that was set since, and come before that, after it, and twice."""
    for event in ("sold one", "sold another"):
        put_stock(-1, event=event)
        publish()
    echoes = [event["payload"] for event in store.events if event["topic"] == "inventory_levels/update"]
    assert [each["available"] for each in echoes] == [5, 4, 3]

    for level in (*echoes, *reversed(echoes)):
        of_the_last = level is echoes[-1]
        triggered_at = datetime.fromisoformat(level["updated_at"]) + of_the_last * delay
        report(level["available"], at=triggered_at.isoformat())

    assert ([each["to"] for each in store.updates], shown(store), is_known()) == ([4, 3], 3, True)


def test_a_report_that_comes_twice_is_answered_once(store: Store) -> None:
    set_there(store, 6)
    at = now()

    report(6, at=at)
    report(6, at=at)

    assert (shown(store), len(store.updates), is_known()) == (5, 1, True)


def test_a_report_of_before_ours_was_set_is_out_of_date(store: Store) -> None:
    """However late it comes, and whatever our clock says: both times are the store's."""
    hours_ago = (datetime.fromisoformat(now()) - timedelta(hours=2)).isoformat()

    report(9, at=hours_ago)

    assert (store.updates, is_known()) == ([], True)


def test_reports_in_the_wrong_order_end_with_ours(store: Store) -> None:
    early, late = now(), (datetime.fromisoformat(now()) + timedelta(seconds=9)).isoformat()
    set_there(store, 8)

    report(8, at=late)
    report(7, at=early)

    assert (shown(store), is_known()) == (5, True)


def test_a_store_that_does_not_count_its_stock_makes_what_it_confirmed_unknown(store: Store) -> None:
    report(None)

    assert (store.updates, is_known()) == ([], False)


@pytest.mark.parametrize(("location", "item"), [(WAREHOUSE, "91"), (MAIN_STREET, "77")])
def test_another_location_and_an_item_that_we_do_not_list_are_passed_over(
    store: Store, location: str, item: str
) -> None:
    """Also where the channel names no location: ours is the primary one then."""
    report(9, location, item)

    assert (store.updates, is_known()) == ([], True)


def test_the_location_that_the_channel_names_counts_from_the_first_publish_to_it(store: Store) -> None:
    a_merchant(location=f"gid://shopify/Location/{WAREHOUSE}")
    publish()
    set_there(store, 6)
    set_there(store, 7, WAREHOUSE)

    report(6, MAIN_STREET)
    report(7, WAREHOUSE)

    assert store.variants["1"].levels == {MAIN_STREET: 6, WAREHOUSE: 5}


def test_a_reference_that_names_another_variant_counts_no_more_under_the_old_one(store: Store) -> None:
    store.put_variant({"id": 2, "sku": "other", "levels": {MAIN_STREET: 0}})
    listings.put_listing(Listing(channel=SHOP, reference="2", sku=MUG))
    publish()
    store.updates.clear()

    report(6, item="91")

    assert (store.updates, is_known()) == ([], True)


def test_each_product_that_is_listed_as_the_item_gets_its_own_quantity(store: Store) -> None:
    catalogue.put_product(Product(sku="TWIN"))
    listings.put_listing(Listing(channel=SHOP, reference=MUG, sku="TWIN"))
    put_stock(4, "TWIN")
    publish("TWIN")
    set_there(store, 9)

    report(9)

    assert (is_known(), is_known("TWIN")) == (True, True)
    assert shown(store) in {4, 5}


def test_more_is_left_alone_where_healing_is_off(store: Store) -> None:
    a_merchant(heal_oversold=False)
    set_there(store, 6)

    report(6)

    assert (shown(store), is_known()) == (6, False)


def test_a_listing_of_before_is_known_by_its_item_after_a_comparison(store: Store) -> None:
    """Its id was not stored when it was published."""
    PublishedItem(f"PUBLISHED#{SHOP}", MUG).update(
        actions=[PublishedItem.stock_id.remove(), PublishedItem.set_at.remove()]
    )
    published.StockItem(f"STOCK#{SHOP}#7001/91", MUG).delete()
    set_there(store, 6)
    report(6)
    before = shown(store)
    deliver(CompareQuantities(channel=SHOP, event="tonight").model_dump_json())

    report(6, at=(datetime.fromisoformat(now()) + timedelta(seconds=1)).isoformat())

    assert (before, shown(store)) == (6, 5)


def test_an_item_is_stored_once(store: Store, cloud: World) -> None:
    cloud.calls.clear()

    publish(forced=True)

    assert cloud.calls["dynamodb", "PutItem"] == 1  # what was confirmed
