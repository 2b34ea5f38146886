"""What two shops know of stock: the simulated Shopify store and the corner shop, told by the deployed stack."""

import time
from itertools import count
from typing import Any

import httpx
import pytest

from local.api import Api, wait_for
from local.running import Stack
from local.seed import SHOP, SHOPIFY
from simulation.template import resources
from tests.e2e.shopify import an_order, post
from tests.e2e.test_stock import a_product

pytestmark = pytest.mark.e2e
STOCK_STREAM = resources("AWS::Serverless::Function")["ChangedFunction"]["Events"]["Stock"]["Properties"]
BATCH_WINDOW = STOCK_STREAM["MaximumBatchingWindowInSeconds"]
SETUP_CHANGES = 4
"""Changes that `a_listed_product` makes: the product, its stock, its two listings."""
_variants = count(71001)


class Shops:
    """Both shops, as whoever stands in them sees them."""

    def __init__(self, stack: Stack) -> None:
        self.store, self.shop = (f"{stack.world[name]}/_control" for name in ("shopify_url", "shop_url"))

    def variants(self) -> dict[str, dict[str, Any]]:
        """What the store sells, by sku."""
        return {each["sku"]: each for each in httpx.get(f"{self.store}/received").json()["variants"].values()}

    def knows(self, sku: str) -> tuple[int | None, int | None]:
        """How many each can sell: the store (at its primary location), the corner shop."""
        levels = self.variants()[sku]["levels"]
        return next(iter(levels.values())), httpx.get(f"{self.shop}/received").json()["stock"].get(sku)

    def updates(self, sku: str) -> int:
        """How often the corner shop was told of a sku."""
        told = httpx.get(f"{self.shop}/received").json()["stock_updates"]
        return sum(each["reference"] == sku for each in told)

    def fail(self, status: int, **more: Any) -> None:
        """Has the corner shop fail."""
        httpx.post(f"{self.shop}/failures", json={"status": status, **more}).raise_for_status()


@pytest.fixture
def shops(stack: Stack) -> Shops:
    return Shops(stack)


def a_listed_product(api: Api, shops: Shops, sku: str, **units: int) -> str:
    """On both shops, its Shopify listing by the variant's id; the sku again."""
    variant = str(next(_variants))
    httpx.put(f"{shops.store}/variants", json=[{"id": variant, "sku": sku}]).raise_for_status()
    a_product(api, sku, **units)
    list_on_both(api, sku, variant)
    return sku


def list_on_both(api: Api, sku: str, variant: str) -> None:
    api.put(f"/products/{sku}/listings/{SHOPIFY}", {"reference": variant})
    api.put(f"/products/{sku}/listings/{SHOP}", {"reference": sku})


def both_know(shops: Shops, sku: str, *numbers: int) -> None:
    wait_for(lambda: shops.knows(sku) == numbers, f"{numbers} of {sku} in both shops")


def test_every_change_of_stock_reaches_both_shops_by_their_own_rules(stack: Stack, api: Api, shops: Shops) -> None:
    sku = a_listed_product(api, shops, "PUB-CUP", leeds=30, reno=50)
    both_know(shops, sku, 70, 30)  # Shopify's reserve is 10; the corner shop sells what is in Leeds

    assert post(stack, an_order(sku, 3)).status_code == 200
    both_know(shops, sku, 67, 30)

    api.post("/stock/transfers", {"transfers": [{"sku": sku, "from": "reno", "to": "leeds", "quantity": 7}]})
    both_know(shops, sku, 67, 37)


def test_a_change_of_a_component_is_one_of_each_kit_that_holds_it(api: Api, shops: Shops) -> None:
    chair = a_listed_product(api, shops, "PUB-CHAIR", leeds=30)
    api.put(f"/products/{chair}", {"reserve": 5})
    variant = str(next(_variants))
    httpx.put(f"{shops.store}/variants", json=[{"id": variant, "sku": "PUB-SEATING"}]).raise_for_status()
    api.put("/products/PUB-SEATING", {"kind": "kit", "components": {chair: 3}})
    list_on_both(api, "PUB-SEATING", variant)
    wait_for(lambda: shops.knows("PUB-SEATING")[1] == 8, "eight kits")

    api.post("/stock/adjustments", {"adjustments": [{"sku": chair, "warehouse": "leeds", "add": 6}]})

    wait_for(lambda: shops.knows("PUB-SEATING")[1] == 10, "ten kits")


def test_many_changes_at_once_are_told_as_few(api: Api, shops: Shops) -> None:
    sku = a_listed_product(api, shops, "PUB-BURST", leeds=1)
    wait_for(lambda: shops.knows(sku)[1] == 1, "the first number")
    before, began = shops.updates(sku), time.monotonic()

    for _ in range(40):
        api.post("/stock/adjustments", {"adjustments": [{"sku": sku, "warehouse": "leeds", "add": 1}]})

    wait_for(lambda: shops.knows(sku)[1] == 41, "the last number")
    # A batch of the stream is one update, and batches are a window apart; updates of the setup may be under way.
    windows = (time.monotonic() - began) / BATCH_WINDOW
    assert shops.updates(sku) - before <= SETUP_CHANGES + 1 + windows


def test_a_shop_that_was_down_is_told_when_it_is_back(api: Api, shops: Shops) -> None:
    sku = a_listed_product(api, shops, "PUB-DOWN", leeds=1)
    wait_for(lambda: shops.knows(sku)[1] == 1, "the first number")
    shops.fail(503, times=2, path="/stock", method="PUT")

    api.post("/stock/adjustments", {"adjustments": [{"sku": sku, "warehouse": "leeds", "set": 9}]})

    wait_for(lambda: shops.knows(sku)[1] == 9, "the new number", 90)


def test_a_listing_that_the_store_refuses_is_an_exception_until_it_is_mended(api: Api, shops: Shops) -> None:
    sku, variant = "PUB-GONE", str(next(_variants))
    a_product(api, sku, leeds=5)
    api.put(f"/products/{sku}/listings/{SHOPIFY}", {"reference": variant})

    def refused() -> dict[str, Any] | None:
        found = api.get("/exceptions?cause=push_rejected")["items"]
        return next((each for each in found if each["concerns"] == f"{SHOPIFY} {sku}"), None)

    exception = wait_for(refused, "the exception")
    httpx.put(f"{shops.store}/variants", json=[{"id": variant, "sku": sku}]).raise_for_status()
    assert api.post(f"/exceptions/{exception['id']}/retry")["state"] == "retried"

    wait_for(lambda: api.get(f"/exceptions/{exception['id']}")["state"] == "resolved", "the end of the exception")
    assert next(iter(shops.variants()[sku]["levels"].values())) == 0  # five are there, ten are Shopify's reserve


def test_sync_now_overwrites_what_the_shop_made_up(api: Api, shops: Shops) -> None:
    sku = a_listed_product(api, shops, "PUB-MADE-UP", leeds=12)
    wait_for(lambda: shops.knows(sku)[1] == 12, "the first number")
    httpx.post(f"{shops.shop}/stock", json={sku: 99}).raise_for_status()

    api.post(f"/channels/{SHOP}/sync-now")

    wait_for(lambda: shops.knows(sku)[1] == 12, "our number again")


def test_the_nightly_comparison_looks_at_every_listing(api: Api, shops: Shops) -> None:
    a_listed_product(api, shops, "PUB-SEEN", leeds=3)
    wait_for(lambda: shops.knows("PUB-SEEN")[1] == 3, "the first number")

    api.post("/audits")

    def compared() -> dict[str, Any] | None:
        answer = api.call("GET", f"/channels/{SHOP}/drift")
        report = answer.json() if answer.status_code == 200 else {}
        return report if report.get("finished_at") else None

    report = wait_for(compared, "the report")
    assert report["looked_at"] > 20
    assert report["problem"] is None
