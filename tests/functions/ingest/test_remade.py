"""Channels that were switched off, removed and made again, or become those of another store."""

from typing import Any

import pytest

from functions.allocate import publish, push
from functions.ingest import poll
from local.world.shop import Shop
from packhorse.aws.settings import settings
from simulation.aws.boundary import World
from simulation.builders import sqs_event
from simulation.merchant import Context, put_stock
from tests.conftest import invoked, queued
from tests.functions.ingest.connecting import SHOP, SHOP_BODY, SHOP_URL, connect_shop, merchant, run_all, serve_shop
from tests.functions.operate.calls import call

OTHER = {**SHOP_BODY, "base_url": "https://other.example", "credentials": {"token": "shop-token"}}
MUG = "MUG"


@pytest.fixture
def shop(cloud: World) -> Shop:
    merchant(cloud, MUG)
    put_stock(10, MUG)
    shop = Shop()
    shop.listings["mug"] = {"reference": "mug", "sku": MUG, "title": "Mug"}
    serve_shop(cloud, shop)
    connect_shop()
    flow()
    assert shop.stock["mug"] == 10
    return shop


def flow() -> None:
    """Let runs, resyncs and quantities come to their end."""
    for _ in range(6):
        run_all()
        for payload in invoked(settings.publish_function):
            publish.handler(payload, Context())
        if bodies := queued(settings.channels_queue_url):
            push.handler(sqs_event(*bodies), Context())


def save(**body: Any) -> int:
    return int(call("PUT", f"/channels/{SHOP}", {**SHOP_BODY, **body}).status)


def remove() -> None:
    assert call("DELETE", f"/channels/{SHOP}").status == 204


def refused(**body: Any) -> bool:
    """Whether the channel may not become one of that store."""
    answer = call("PUT", f"/channels/{SHOP}", {**OTHER, **body})
    return answer.status == 409 and "shop.example" in str(answer.body)


# ---- what it confirmed in an earlier life


def test_a_channel_that_is_removed_and_made_again_gets_all_quantities(shop: Shop) -> None:
    remove()
    shop.stock["mug"] = 50
    save()
    connect_shop()
    flow()

    assert shop.stock["mug"] == 10


def test_a_channel_that_is_switched_on_again_gets_all_quantities(shop: Shop) -> None:
    save(active=False)
    flow()
    shop.stock["mug"] = 50
    save()
    flow()

    assert shop.stock["mug"] == 10


def test_a_channel_that_stays_gets_no_quantity_again(shop: Shop) -> None:
    shop.stock["mug"] = 50
    save(name="Corner shop")
    save(name="Corner shop")
    connect_shop()
    flow()

    assert shop.stock["mug"] == 50


# ---- whose orders are under its id


def in_use(shop: Shop) -> None:
    poll.handler({"channel": SHOP}, Context())


@pytest.mark.parametrize("is_removed", [True, False])
def test_an_id_whose_orders_are_of_one_store_is_not_used_for_another(shop: Shop, *, is_removed: bool) -> None:
    in_use(shop)
    if is_removed:
        remove()

    assert refused()
    assert call("GET", f"/channels/{SHOP}").status == (404 if is_removed else 200)


def test_an_id_stays_that_of_its_store_however_often_it_is_removed(shop: Shop) -> None:
    in_use(shop)
    for _ in range(2):
        remove()
        assert save() == 200

    remove()
    assert refused()


def test_an_id_of_no_orders_may_become_another_stores(shop: Shop) -> None:
    assert not refused()


@pytest.mark.parametrize("is_removed", [True, False])
def test_a_store_that_moved_to_another_address_is_the_same_once_a_person_says_so(
    shop: Shop, *, is_removed: bool
) -> None:
    in_use(shop)
    if is_removed:
        remove()

    assert not refused(same_store=True)
    assert not refused()
    assert call("GET", f"/channels/{SHOP}").body["base_url"] == OTHER["base_url"]


@pytest.mark.parametrize("address", ["https://SHOP.example/", "https://www.shop.example", "https://shop.example:443"])
def test_another_spelling_of_an_address_is_no_other_store(shop: Shop, address: str) -> None:
    in_use(shop)

    assert save(base_url=address, credentials={"token": "shop-token"}) == 200


# ---- two channels of one store


@pytest.mark.parametrize("address", [SHOP_URL, "https://SHOP.example/", "https://www.shop.example"])
def test_two_active_channels_of_one_store_are_refused(shop: Shop, address: str) -> None:
    answer = call("PUT", "/channels/second", {**SHOP_BODY, "base_url": address})

    assert (answer.status, answer.fields) == (422, ["base_url"])
    assert SHOP in str(answer.body)


def test_a_second_channel_of_a_store_takes_the_place_of_one_that_is_switched_off(shop: Shop) -> None:
    assert call("PUT", "/channels/second", {**SHOP_BODY, "active": False}).status == 200
    save(active=False)
    assert call("PUT", "/channels/second", SHOP_BODY).status == 200

    answer = call("PATCH", f"/channels/{SHOP}", {"active": True})

    assert (answer.status, answer.fields) == (422, ["base_url"])


def test_a_store_at_another_path_or_of_another_kind_is_another(shop: Shop) -> None:
    assert call("PUT", "/channels/second", {**SHOP_BODY, "base_url": f"{SHOP_URL}/us"}).status == 200
    assert call("PUT", "/channels/third", {**SHOP_BODY, "kind": "woocommerce"}).status == 200


@pytest.mark.parametrize(
    ("seller", "marketplace", "status"),
    [("SELLER2", "MARKET1", 200), ("SELLER1", "MARKET2", 200), ("SELLER1", "MARKET1", 422)],
)
def test_channels_of_a_marketplace_are_those_of_its_sellers(
    cloud: World, seller: str, marketplace: str, status: int
) -> None:
    merchant(cloud)
    amazon = {"kind": "amazon", "base_url": "https://sellingpartnerapi-eu.amazon.com"}
    assert call("PUT", "/channels/one", {**amazon, "seller": "SELLER1", "marketplace": "MARKET1"}).status == 200

    answer = call("PUT", "/channels/two", {**amazon, "seller": seller, "marketplace": marketplace})

    assert answer.status == status
