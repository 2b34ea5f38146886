"""The stock of a warehouse is what Amazon can sell, through the real handler and a simulated Amazon."""

import json
from importlib import import_module
from typing import Any

import pytest

from functions.fulfil import fba
from local.world.amazon import Amazon
from local.world.failures import Failure
from packhorse.aws.settings import settings
from packhorse.domain.catalogue.product import Listing, Product
from packhorse.domain.configuration.channel import MAIN
from packhorse.domain.stock.goods import Shelf
from packhorse.domain.stock.movement import MovementKind
from packhorse.domain.values import Sku, WarehouseId
from packhorse.messages.fba import ExchangeWithAmazon, ReadStock
from packhorse.store import catalogue, configuration, listings, stock
from packhorse.usecases.stock.read_offers import ConnectedChannel, quantities_to_publish
from simulation.aws.boundary import World
from simulation.merchant import MUG, Context, balance
from tests.conftest import invoked
from tests.functions.fulfil.fba import ACCOUNT, SKU, an_fba, exchange, handed_over, later, name_of, run_requested, sent
from tests.functions.fulfil.test_fba import move
from tests.functions.operate.calls import call
from tests.functions.operate.orders import open_causes

SUMMARIES, ORDERS = "/fba/inventory/v1/summaries", "/fba/outbound/2020-07-01/fulfillmentOrders"


@pytest.fixture
def amazon(cloud: World) -> Amazon:
    return an_fba(cloud)


def put_product(sku: str, reference: str | None) -> None:
    catalogue.put_product(Product(sku=sku))
    if reference:
        listings.put_listing(Listing(channel=ACCOUNT, sku=sku, reference=reference))


def available() -> int:
    on_hand, committed, _ = balance(MUG, "amazon")
    return on_hand - committed


def test_what_amazon_can_sell_is_available_and_the_ledger_says_why(amazon: Amazon) -> None:
    amazon.stock[SKU] |= {"fulfillable": 14, "reserved": 3, "inbound": 40, "unfulfillable": 2}

    exchange()

    assert balance(MUG, "amazon") == (14, 0, 14)
    newest = stock.newest_movements(Shelf(Sku(MUG), WarehouseId("amazon")), None, 1)[0]
    assert (newest.kind, newest.who, newest.on_hand) == (MovementKind.FEED, "amazon:amazon-de", 4)


def test_units_of_orders_that_amazon_has_are_not_taken_off_twice(
    amazon: Amazon, cloud: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    order = sent(cloud, 3)
    later(monkeypatch, 40)
    exchange()
    reserved = available()
    move(amazon, order, "ship")
    later(monkeypatch, 80)
    exchange()

    assert amazon.stock[SKU]["fulfillable"] == 7
    assert reserved == 7
    assert balance(MUG, "amazon") == (7, 0, 7)


def test_units_of_an_order_that_amazon_does_not_have_yet_are_taken_off_its_number(amazon: Amazon, cloud: World) -> None:
    handed_over(cloud, 3)
    amazon.failures.append(Failure(method="POST", path=ORDERS, status=503, times=9))
    run_requested()
    exchange()  # sending it fails
    failed = available()
    amazon.failures.clear()
    exchange()

    assert amazon.stock[SKU]["fulfillable"] == 7
    assert (failed, available()) == (7, 7)


def test_rather_too_few_are_available_until_amazon_is_sure_to_have_reserved_them(amazon: Amazon, cloud: World) -> None:
    sent(cloud, 3)
    exchange()

    assert amazon.stock[SKU]["fulfillable"] == 7
    assert available() == 7 - 3


def test_a_warehouse_that_becomes_ours_with_the_stock_that_amazon_said_is_a_warning(amazon: Amazon) -> None:
    exchange()
    count_it = "warehouse amazon: its stock is as others said while it was of kind fba: count it"

    becomes, is_ours = (call("PATCH", "/warehouses/amazon", {"kind": "own", "fba": None}).body for _ in range(2))

    assert (count_it in becomes["warnings"], count_it in is_ours["warnings"]) == (True, False)


def test_the_stock_of_an_account_is_that_of_one_active_warehouse(amazon: Amazon) -> None:
    again = {"kind": "fba", "fba": {"channel": "amazon-de", "speed": "priority"}}

    refused = call("PUT", "/warehouses/amazon-fast", again)

    assert (refused.status, refused.fields) == (422, ["fba.channel"])
    assert "amazon has the stock of its account, too" in refused.body["errors"][0]["message"]
    assert call("PUT", "/warehouses/amazon-fast", {**again, "active": False}).status == 200
    assert call("PATCH", "/warehouses/amazon-fast", {"active": True}).status == 422
    assert call("PATCH", "/warehouses/amazon", {"active": False}).status == 200
    assert call("PATCH", "/warehouses/amazon-fast", {"active": True}).status == 200


def test_a_large_drop_waits_for_a_person_who_confirms_it_by_a_retry(amazon: Amazon) -> None:
    amazon.stock[SKU]["fulfillable"] = 2
    exchange()
    [held] = call("GET", "/exceptions").body["items"]
    before = available()

    assert call("POST", f"/exceptions/{held['id']}/retry").status == 202
    run_requested()

    assert (held["cause"], before) == ("amazon_stock_held", 10)
    assert available() == 2
    assert open_causes() == []


def test_people_and_files_do_not_change_what_amazon_counts(amazon: Amazon) -> None:
    count = {"sku": MUG, "warehouse": "amazon", "counted": 99}

    answer = call("POST", "/stock/counts", {"counts": [count]})

    assert (answer.status, available()) == (422, 10)
    assert "Amazon's to count" in str(answer.body)


@pytest.mark.parametrize(
    "text", ["<html>", '{"payload": {}}', '{"payload": {"inventorySummaries": [{"sellerSku": 7}]}}']
)
def test_a_list_that_makes_no_sense_sets_nothing(amazon: Amazon, text: str) -> None:
    amazon.stock[SKU]["fulfillable"] = 14
    amazon.failures.append(Failure(method="GET", path=SUMMARIES, status=200, text=text))
    exchange()
    garbled = available()
    exchange()

    assert (garbled, available()) == (10, 14)


@pytest.mark.parametrize("odd", [{"sellerSku": SKU}, {"inventoryDetails": {"fulfillableQuantity": 3}}])
def test_a_row_that_lacks_a_field_stops_none_of_the_others_and_counts_as_no_number(
    amazon: Amazon, odd: dict[str, Any]
) -> None:
    put_product("CUP", "AMZ-CUP")
    rows = [{"sellerSku": "AMZ-CUP", "inventoryDetails": {"fulfillableQuantity": 8}}, odd]
    text = json.dumps({"payload": {"inventorySummaries": rows}})
    amazon.failures.append(Failure(method="GET", path=SUMMARIES, status=200, text=text))

    exchange()

    assert (available(), balance("CUP", "amazon"), open_causes()) == (10, (8, 0, 8), [])


def test_units_count_for_the_sku_alone_that_orders_name(amazon: Amazon) -> None:
    put_product("CUP", reference=None)
    for sku, units in {MUG: 40, SKU: 14, "CUP": 8}.items():
        amazon.stock[sku] = {"fulfillable": units, "reserved": 0, "inbound": 0, "unfulfillable": 0}

    exchange()

    assert (available(), balance("CUP", "amazon")) == (14, (8, 0, 8))


def test_a_product_that_is_sold_both_ways_is_a_kit_of_one_where_it_is_ours_to_ship(
    amazon: Amazon, cloud: World
) -> None:
    listings.put_listing(Listing(channel=ACCOUNT, sku=MUG, reference=SKU, fulfilled_by_channel=True))
    assert call("PUT", "/products/MUG-OWN", {"kind": "kit", "components": {MUG: 1}}).status == 200
    assert call("PUT", f"/products/MUG-OWN/listings/{ACCOUNT}", {"reference": "AMZ-MUG-OWN"}).status == 200
    assert call("PATCH", "/warehouses/amazon", {"excludes": [ACCOUNT]}).status == 200
    assert call("PATCH", "/account", {"sync": True}).status == 200
    exchange()
    config = configuration.current()
    _, published = quantities_to_publish(
        ConnectedChannel(config.channels[ACCOUNT], {}, config), map(Sku, ("MUG-OWN", MUG))
    )
    by_amazon = sent(cloud, 3)

    assert published[MAIN] == {"MUG-OWN": 500}
    assert [each["sellerSku"] for each in amazon.outbound[name_of(by_amazon)]["items"]] == [SKU]


def test_lists_of_many_pages_are_read_whole(amazon: Amazon) -> None:
    for number in range(120):
        amazon.stock[f"A-{number:03}"] = {"fulfillable": 1, "reserved": 0, "inbound": 0, "unfulfillable": 0}
    amazon.stock[SKU]["fulfillable"] = 14

    exchange()

    assert available() == 14


# ---- more skus than an exchange has time for -------------------------------------------------------------------------


class Hurry:
    """An invocation whose time each page of Amazon's list takes ten seconds of."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.left = 0.0
        inventory = import_module("packhorse.channels.amazon.inventory")  # its package has a function of that name
        original = inventory.parse_answer

        def parsed(*given: Any) -> Any:
            self.left -= 10
            return original(*given)

        monkeypatch.setattr(inventory, "parse_answer", parsed)

    def run(self, payload: dict[str, Any], seconds: float) -> None:
        """Run the function with so many seconds."""
        self.left = seconds
        context = Context(lambda: self.left)
        fba.handler(payload, context)


def list_many(amazon: Amazon, pages: int) -> None:
    for number in range(50 * (pages - 1)):
        amazon.stock[f"A-{number:04}"] = {"fulfillable": 1, "reserved": 0, "inbound": 0, "unfulfillable": 0}
    amazon.stock[SKU]["fulfillable"] = 14


def test_a_list_that_an_exchange_has_no_time_for_is_read_in_an_invocation_of_its_own(
    amazon: Amazon, monkeypatch: pytest.MonkeyPatch
) -> None:
    list_many(amazon, 12)
    hurry, payload = Hurry(monkeypatch), ExchangeWithAmazon(warehouse="amazon").model_dump(mode="json")
    hurry.run(payload, 900)
    before = available()
    hurry.run(payload, 900)
    [own] = invoked(settings.fba_function)

    hurry.run(own, 900)

    assert (own["kind"], before, available()) == ("read_stock", 10, 14)
    assert open_causes() == []


@pytest.mark.parametrize("has_failures", [False, True])
def test_what_reads_a_long_list_ends_the_exception_where_each_exchange_leaves_it_the_list(
    amazon: Amazon, cloud: World, monkeypatch: pytest.MonkeyPatch, has_failures: bool
) -> None:
    exchange()
    handed_over(cloud, 3)
    invoked(settings.fba_function)
    list_many(amazon, 12)
    amazon.failures.append(Failure(method="GET", path=ORDERS, status=503))
    hurry, opened = Hurry(monkeypatch), []
    for minutes in (60, 120):
        later(monkeypatch, minutes)
        hurry.run(ExchangeWithAmazon(warehouse="amazon").model_dump(mode="json"), 120)
        opened.append(open_causes())
        if has_failures:
            amazon.failures.append(Failure(method="GET", path=ORDERS, status=503))
    for message in invoked(settings.fba_function):
        hurry.run(message, 900)

    assert (opened, open_causes()) == ([["amazon_failed"]] * 2, ["amazon_failed"] * has_failures)


def test_a_list_that_no_invocation_has_time_for_is_an_exception_once_it_is_late(
    amazon: Amazon, monkeypatch: pytest.MonkeyPatch
) -> None:
    exchange()
    list_many(amazon, 12)
    hurry, opened = Hurry(monkeypatch), []
    for minutes in (60, 125):
        later(monkeypatch, minutes)
        hurry.run(ReadStock(warehouse="amazon").model_dump(mode="json"), 100)
        opened.append(open_causes())
    hurry.run(ReadStock(warehouse="amazon").model_dump(mode="json"), 900)
    exchange()

    assert (opened, open_causes(), available()) == ([[], ["amazon_failed"]], [], 14)
