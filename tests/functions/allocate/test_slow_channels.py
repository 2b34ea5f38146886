"""A store whose calls take so long that an invocation has no time for all: what it does, it does not do again."""

import json
from collections import Counter

import httpx
import pytest

from packhorse.domain.catalogue.product import Listing
from packhorse.domain.configuration.channel import MAIN, ChannelKind
from packhorse.domain.values import Sku
from packhorse.messages.channels import PublishQuantity
from packhorse.store import listings, published
from simulation.aws.boundary import World
from simulation.builders import NOON, a_channel, a_configuration
from simulation.merchant import Context, put_stock, set_up
from tests.functions.allocate.test_push import SHOP, compared, deliver

pytestmark = pytest.mark.usefixtures("cloud")
SECONDS = 60.0
"""What an invocation has."""


class SlowStore:
    """A WooCommerce store of variations, each of a product of its own: each is set, and read, by a call of its own."""

    def __init__(self, seconds_a_call: float) -> None:
        self.seconds_a_call = seconds_a_call
        self.left = SECONDS
        self.was_set: Counter[int] = Counter()
        self.fails_at = ""

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.left -= self.seconds_a_call
        if request.method == "GET":
            shown = [{"id": int(request.url.params["include"]), "manage_stock": True, "stock_quantity": 7}]
            return httpx.Response(200, json=shown)
        if self.fails_at and f"/{self.fails_at}/" in request.url.path:
            return httpx.Response(500, text="no")
        changes = json.loads(request.content)["update"]
        self.was_set.update(each["id"] for each in changes)
        return httpx.Response(200, json={"update": [{**each, "manage_stock": True} for each in changes]})

    def invocation(self) -> Context:
        """An invocation that begins now."""
        self.left = SECONDS
        return Context(lambda: self.left)


def a_slow_store(cloud: World, seconds_a_call: float, skus: int) -> tuple[SlowStore, list[Sku]]:
    store, names = SlowStore(seconds_a_call), [Sku(f"SHIRT-{number:02}") for number in range(skus)]
    cloud.web.serve("https://woo.example", store)
    channel = a_channel(SHOP, ChannelKind.WOOCOMMERCE, base_url="https://woo.example", calls_per_second=100)
    set_up(a_configuration(channel=channel, sync=True), *names)
    for number, sku in enumerate(names):
        listings.put_listing(Listing(channel=SHOP, reference=f"{1000 + number}:{2000 + number}", sku=sku))
        put_stock(5, sku)
    return store, names


def test_quantities_that_are_set_before_time_is_short_are_confirmed_and_not_set_again(cloud: World) -> None:
    store, skus = a_slow_store(cloud, 3.5, 10)
    left = [PublishQuantity(channel=SHOP, sku=sku, at=NOON) for sku in skus]

    again = deliver(*left, context=store.invocation())
    assert len(again) == 1  # the others were sent as new messages
    deliver(*left, times=2, context=store.invocation())

    sent = published.last_published(SHOP, skus, MAIN)
    assert {each.quantity for each in sent.values()} == {5}
    assert store.was_set == Counter({2000 + number: 1 for number in range(10)})


def test_a_page_that_takes_too_long_to_be_read_is_compared_in_parts(
    cloud: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    store, _ = a_slow_store(cloud, 2.0, 50)
    monkeypatch.setattr("tests.functions.allocate.test_push.Context", store.invocation)

    report, _ = compared()

    assert (report.looked_at, report.different) == (50, 50)
    assert report.finished_at is not None


def test_a_product_whose_variations_fail_leaves_those_of_others_confirmed(cloud: World) -> None:
    store, skus = a_slow_store(cloud, 1.0, 5)
    store.fails_at = "1002"

    assert deliver(*(PublishQuantity(channel=SHOP, sku=sku, at=NOON) for sku in skus), context=store.invocation()) == []

    sent = published.last_published(SHOP, skus, MAIN)
    assert [sent[sku].quantity for sku in skus] == [5, 5, None, 5, 5]
    assert store.was_set == Counter({2000 + number: 1 for number in (0, 1, 3, 4)})
