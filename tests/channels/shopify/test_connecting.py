"""Setting up a Shopify store that keeps to Shopify's rules, reached without a socket."""

import json
from collections.abc import Callable, Sequence
from pathlib import Path

import httpx
import pytest

from local.world import shopify_server
from local.world.shopify_store import Store
from packhorse.channels import CHANNELS
from packhorse.channels.protocol import MOST_PAGES, ListingFound
from packhorse.channels.shopify.connecting import TOPICS, ShopifyConnecting
from packhorse.domain.configuration.channel import Channel, ChannelKind
from packhorse.domain.errors import Rejected

ORDER = Path(__file__).parents[2] / "data/shopify/orders-create.json"
URL = "https://api.example/webhooks/shopify-us"
Meddle = Callable[[httpx.Request, Callable[[], httpx.Response]], httpx.Response]


class Place:
    """A store, the requests to it, and its set-up, which can be meddled with."""

    def __init__(self) -> None:
        self.store = Store()
        self.requests: list[bytes] = []

    def connecting(self, meddle: Meddle | None = None, locations: Sequence[str] = ()) -> ShopifyConnecting:
        def answer(request: httpx.Request) -> httpx.Response:
            self.requests.append(request.content)
            return meddle(request, lambda: self.answer(request)) if meddle else self.answer(request)

        headers = {"X-Shopify-Access-Token": self.store.settings.token}
        transport = httpx.MockTransport(answer)
        client = httpx.Client(base_url="https://mugs.myshopify.com", headers=headers, transport=transport)
        return ShopifyConnecting(locations, client, lambda _: None)

    def answer(self, request: httpx.Request) -> httpx.Response:
        token = request.headers["X-Shopify-Access-Token"]
        target = request.url.raw_path.decode()
        status, content = shopify_server.answer(self.store, request.method, target, token, request.content)
        return httpx.Response(status, json=content)


@pytest.fixture
def place() -> Place:
    return Place()


def test_the_record_of_shopify_can_connect() -> None:
    adapter = CHANNELS[ChannelKind.SHOPIFY]
    assert adapter.connect

    several = {"east": "gid://shopify/Location/7002", "west": "7002", "north": "7001"}
    channel = Channel(id="s", kind=ChannelKind.SHOPIFY, location="7001", locations=several)

    made = adapter.connect(channel, httpx.Client())

    assert isinstance(made, ShopifyConnecting)
    assert (made.locations, adapter.signs_with_app) == (["7001", "7002"], True)


# ---- the check


def test_an_app_with_all_scopes_lacks_nothing_and_one_that_may_write_may_read(place: Place) -> None:
    assert place.connecting().check() == ()
    assert place.connecting(locations=["7002"]).check() == ()
    assert place.connecting(locations=["gid://shopify/Location/7002", "7001"]).check() == ()


def test_what_an_app_lacks_is_said_in_words(place: Place) -> None:
    place.store.scopes = ["write_orders", "read_products", "read_inventory", "read_locations"]

    lacking = place.connecting(locations=["7002", "7009"]).check()

    assert lacking == (
        "the access scope write_inventory",
        "the access scope read_merchant_managed_fulfillment_orders",
        "the access scope write_merchant_managed_fulfillment_orders",
        "a location 7009: the store has none of that id",
    )


@pytest.mark.parametrize("is_refused", [True, False])
def test_a_store_that_shows_no_addresses_is_named(place: Place, *, is_refused: bool) -> None:
    order = json.loads(ORDER.read_text())
    order["shipping_address"] = {"province": "Ontario", "country_code": "CA"}
    place.store.settings.hides_buyers = is_refused
    place.store.put_order(order)

    [lacking] = place.connecting().check()

    assert lacking.startswith("the buyers' addresses: the store's plan")


def test_orders_that_have_an_address_or_need_none_lack_nothing(place: Place) -> None:
    order = json.loads(ORDER.read_text())
    place.store.put_order({**order, "id": 1, "shipping_address": None})
    before = place.connecting().check()
    place.store.put_order(order)

    assert (before, place.connecting().check()) == ((), ())


# ---- webhooks


def test_every_topic_is_subscribed_once_however_often(place: Place) -> None:
    place.connecting().subscribe(URL, "unused")
    place.connecting().subscribe(URL, "unused")

    found = place.connecting().subscriptions()
    assert [each.topic for each in found] == list(TOPICS)
    assert {(each.url, each.is_active) for each in found} == {(URL, True)}


def test_webhooks_of_others_stay_and_only_what_lacks_is_made(place: Place) -> None:
    place.connecting().subscribe(URL, "unused")
    del place.store.webhooks[3]
    place.store.webhooks.append(
        {"id": "gid://shopify/WebhookSubscription/1", "topic": "APP_UNINSTALLED", "uri": "https://else.example"}
    )

    place.connecting().subscribe(URL, "unused")

    assert sorted(each.topic for each in place.connecting().subscriptions()) == sorted(TOPICS)
    assert len(place.store.webhooks) == len(TOPICS) + 1
    assert place.requests.count(b"") == 0


def test_webhooks_are_removed_from_one_address_alone(place: Place) -> None:
    other = "https://other.example/webhooks/shopify-us"
    for url in (URL, other):
        place.connecting().subscribe(url, "unused")
    foreign = {"id": "gid://shopify/WebhookSubscription/1", "topic": "APP_UNINSTALLED", "uri": URL}
    place.store.webhooks.append(foreign)

    for _ in range(2):
        place.connecting().unsubscribe(URL)

    assert [each["uri"] for each in place.store.webhooks if each is not foreign] == [other] * len(TOPICS)
    assert foreign in place.store.webhooks


def test_two_calls_at_once_make_each_webhook_once(place: Place) -> None:
    def other_first(request: httpx.Request, answer: Callable[[], httpx.Response]) -> httpx.Response:
        if b"webhookSubscriptionCreate" in request.content:
            answer()  # the other call's
        return answer()

    place.connecting(other_first).subscribe(URL, "unused")

    assert [each["topic"] for each in place.store.webhooks] == list(TOPICS)


def test_an_address_that_shopify_does_not_take_is_refused_with_its_reason(place: Place) -> None:
    with pytest.raises(Rejected, match="protocol http:// is not supported"):
        place.connecting().subscribe("http://api.example/webhooks/shopify-us", "unused")


def test_webhooks_are_read_to_the_last_page(place: Place) -> None:
    for number in range(130):
        place.store.webhooks.append(
            {
                "id": f"gid://shopify/WebhookSubscription/{number}",
                "topic": TOPICS[0],
                "uri": f"https://{number}.example",
            }
        )

    assert len(place.connecting().subscriptions()) == 130


# ---- listings


def test_listings_are_the_variants_page_by_page_under_the_ids_that_orders_have(place: Place) -> None:
    for number in range(260):
        place.store.put_variant({"id": 1000 + number, "sku": f"MUG-{number}" if number else "", "title": "Mug"})

    first = place.connecting().listings(None)
    second = place.connecting().listings(first.next)

    assert (len(first.items), len(second.items), second.next) == (250, 10, None)
    assert first.items[0] == ListingFound("1000", "", "Mug - 1000")
    assert second.items[-1] == ListingFound("1259", "MUG-259", "Mug - MUG-259")


def test_webhooks_whose_pages_have_no_end_are_rejected(place: Place) -> None:
    page = {"nodes": [], "pageInfo": {"hasNextPage": True, "endCursor": "again"}}

    def endless(_: httpx.Request, __: Callable[[], httpx.Response]) -> httpx.Response:
        return httpx.Response(200, json={"data": {"webhookSubscriptions": page}})

    with pytest.raises(Rejected, match="have no end"):
        place.connecting(endless).subscriptions()
    assert len(place.requests) == MOST_PAGES
