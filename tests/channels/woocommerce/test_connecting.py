"""Setting up a WooCommerce store, and cancelling orders there, over a real socket."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import httpx
import pytest

from local.world.failures import Failure
from local.world.woocommerce import hooks
from local.world.woocommerce.products import put_product
from local.world.woocommerce.store import Store
from packhorse.channels.protocol import ListingFound
from packhorse.channels.woocommerce import WOOCOMMERCE
from packhorse.channels.woocommerce.cancelling import WooCancelling
from packhorse.channels.woocommerce.connecting import PAGE_SIZE, WooConnecting
from packhorse.channels.woocommerce.orders import WooCommerce
from packhorse.domain.configuration.channel import Channel
from packhorse.domain.errors import Rejected

BODY = json.loads((Path(__file__).parents[2] / "data/woocommerce/order-created.json").read_text())
ORDER = "5127"
TOPICS = ["order.created", "order.deleted", "order.restored", "order.updated"]


@pytest.fixture
def connecting(channel: Channel, client: httpx.Client) -> WooConnecting:
    return WooConnecting(channel, client)


class Door(HTTPServer):
    """Our side: it keeps what is posted to it, and answers with a status."""

    status = 200
    posted: list[tuple[dict[str, str], bytes]]


@pytest.fixture
def door() -> Iterator[Door]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            assert isinstance(self.server, Door)
            body = self.rfile.read(int(self.headers["Content-Length"]))
            self.server.posted.append((dict(self.headers), body))
            self.send_response(self.server.status)
            self.send_header("Content-Length", "0")
            self.end_headers()

    made = Door(("127.0.0.1", 0), Handler)
    made.posted = []
    threading.Thread(target=made.serve_forever, args=(0.01,), daemon=True).start()
    yield made
    made.shutdown()
    made.server_close()


def url(door: Door) -> str:
    return f"http://127.0.0.1:{door.server_port}/webhooks/woo"


# ---- check


def test_what_lacks_is_said_in_words(store: Store, connecting: WooConnecting) -> None:
    store.settings.permissions, store.settings.manages_stock = "read", False

    assert [text.partition(";")[0] for text in connecting.check()] == [
        "the key may only read",
        "the store counts no stock",
    ]


def test_a_user_who_may_not_manage_the_store_is_said_so(store: Store, connecting: WooConnecting) -> None:
    store.failures.append(Failure(403, ending="/webhooks"))

    assert "administrator" in connecting.check()[0]


# ---- webhooks


def test_webhooks_are_created_with_pings_that_are_recognised(connecting: WooConnecting, door: Door) -> None:
    for _ in range(2):
        connecting.subscribe(url(door), "hush")

    assert [(each.topic, each.url, each.is_active) for each in connecting.subscriptions()] == [
        (topic, url(door), True) for topic in ("order.created", "order.restored", "order.updated", "order.deleted")
    ]
    assert WOOCOMMERCE.is_ping
    assert [WOOCOMMERCE.is_ping(body) for _, body in door.posted] == [True] * 4


def test_what_the_store_signs_is_verified(
    store: Store, channel: Channel, connecting: WooConnecting, door: Door
) -> None:
    connecting.subscribe(url(door), "hush")
    topic = store.put_order(BODY)

    hooks.send(store, ORDER, topic)

    headers, body = door.posted[-1]
    shop = WooCommerce(channel)
    assert (shop.verify(headers, body, ["hush"]), shop.verify(headers, body, ["other"])) == (True, False)
    assert shop.read(headers, body)


def test_a_webhook_whose_deliveries_failed_is_disabled_and_enabled_again(
    store: Store, connecting: WooConnecting, door: Door
) -> None:
    connecting.subscribe(url(door), "hush")
    store.put_order(BODY)
    door.status = 500
    for _ in range(6):
        hooks.send(store, ORDER, "order.updated")
    assert [each.topic for each in connecting.subscriptions() if not each.is_active] == ["order.updated"]

    connecting.subscribe(url(door), "new secret")

    assert all(each.is_active for each in connecting.subscriptions())
    assert {each["secret"] for each in store.webhooks.values()} == {"new secret"}
    assert len(store.webhooks) == len(TOPICS)
    hooks.send(store, ORDER, "order.updated")
    assert [each.topic for each in connecting.subscriptions() if not each.is_active] == ["order.updated"], "at once"


def test_webhooks_are_removed_from_one_address_alone(store: Store, connecting: WooConnecting, door: Door) -> None:
    for address in (url(door), f"{url(door)}/../woo"):
        connecting.subscribe(address, "hush")
    foreign = {"topic": "product.updated", "delivery_url": url(door), "secret": "x"}
    connecting.http.post("/wp-json/wc/v3/webhooks", json=foreign)

    for _ in range(2):
        connecting.unsubscribe(url(door))

    left = [each["topic"] for each in store.webhooks.values() if each["delivery_url"] == url(door)]
    assert left == ["product.updated"]
    assert len(store.webhooks) == len(TOPICS) + 1


def test_webhooks_of_others_are_left_alone(store: Store, connecting: WooConnecting, door: Door) -> None:
    other = {"topic": "order.updated", "delivery_url": "https://other.example/hook", "secret": "x"}
    connecting.http.post("/wp-json/wc/v3/webhooks", json=other)

    connecting.subscribe(url(door), "hush")

    assert "https://other.example/hook" not in {each.url for each in connecting.subscriptions()}
    assert next(iter(store.webhooks.values()))["secret"] == "x"


# ---- listings


def test_products_and_variations_are_listed_by_page(store: Store, connecting: WooConnecting) -> None:
    for number in range(100, 100 + PAGE_SIZE):
        put_product(store, {"id": number, "sku": f"S-{number}", "name": f"No. {number}"})
    put_product(store, {"id": 200, "type": "variable", "name": "T-shirt &amp; more", "manage_stock": False})
    put_product(store, {"id": 201, "parent_id": 200, "sku": "T-M", "attributes": [{"option": "M"}, {"option": "red"}]})
    put_product(store, {"id": 202, "parent_id": 200, "sku": "T-L"})
    put_product(store, {"id": 203, "type": "grouped"})

    first = connecting.listings(None)
    assert first.next
    second = connecting.listings(first.next)

    assert (len(first.items), first.items[0]) == (PAGE_SIZE, ListingFound("100", "S-100", "No. 100"))
    assert second == (
        (ListingFound("200:201", "T-M", "T-shirt & more - M, red"), ListingFound("200:202", "T-L", "T-shirt & more")),
        None,
    )


def test_a_product_whose_variations_share_its_stock_is_listed_itself(store: Store, connecting: WooConnecting) -> None:
    put_product(store, {"id": 200, "type": "variable", "sku": "T", "name": "T-shirt"})
    put_product(store, {"id": 201, "parent_id": 200, "manage_stock": "parent"})

    assert connecting.listings(None).items == (ListingFound("200", "T", "T-shirt"),)


@pytest.mark.parametrize("cursor", ["", "0", "x", "²"])
def test_a_place_that_is_unreadable_is_rejected(connecting: WooConnecting, cursor: str) -> None:
    with pytest.raises(Rejected):
        connecting.listings(cursor)


# ---- cancelling


def test_an_order_is_cancelled_once_and_the_store_has_its_stock_again(
    store: Store, channel: Channel, client: httpx.Client
) -> None:
    put_product(store, {"id": 93, "stock_quantity": 10})
    store.put_order(BODY)
    assert store.products["93"]["stock_quantity"] == 7

    for restock in (True, False):
        WooCancelling(channel, client).cancel_order(ORDER, restock=restock)

    assert (store.orders[ORDER]["status"], store.products["93"]["stock_quantity"]) == ("cancelled", 10)


def test_a_completed_order_is_not_cancelled(store: Store, channel: Channel, client: httpx.Client) -> None:
    store.put_order({**BODY, "status": "completed"})

    with pytest.raises(Rejected, match="refund it there"):
        WooCancelling(channel, client).cancel_order(ORDER, restock=True)


def test_webhooks_whose_pages_have_no_end_are_rejected(channel: Channel) -> None:
    def endless(_: httpx.Request) -> httpx.Response:
        return httpx.Response(200, json=[{"id": 1}], headers={"X-WP-Total": "999999"})

    with (
        httpx.Client(base_url="https://shop.example", transport=httpx.MockTransport(endless)) as http,
        pytest.raises(Rejected, match="has no end"),
    ):
        WooConnecting(channel, http).subscriptions()
