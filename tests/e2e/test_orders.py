"""Orders on the deployed local stack, from the channel's message to their end."""

import random
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest

from local.api import Api, wait_for
from local.demo.__main__ import run
from local.running import Stack
from local.scenario import EXAMPLES, now, shipped_on_shopify, shop_order
from local.seed import SHOP, SHOPIFY, TRADE
from tests.e2e.shopify import REAL, an_order, post

pytestmark = pytest.mark.e2e


def find(api: Api, told: dict[str, Any]) -> dict[str, Any] | None:
    """The order as the API shows it."""
    found = api.get(f"/orders?q={told['id']}")["items"]
    return api.get(f"/orders/{found[0]['id']}") if found else None


def when(api: Api, told: dict[str, Any], done: Callable[[dict[str, Any]], bool], seconds: float = 60) -> dict[str, Any]:
    """The order once it is so far."""

    def look() -> dict[str, Any] | None:
        order = find(api, told)
        return order if order and done(order) else None

    return wait_for(look, f"order {told['id']}", seconds)


def is_requested(order: dict[str, Any]) -> bool:
    return bool(order["fulfilments"]) and all(work["status"] == "requested" for work in order["fulfilments"])


def has_status(status: str) -> Callable[[dict[str, Any]], bool]:
    return lambda order: bool(order["status"] == status)


def a_product(api: Api, sku: str, units: int) -> None:
    api.put(f"/products/{sku}", {"name": sku})
    if units:
        api.post("/stock/adjustments", {"adjustments": [{"sku": sku, "warehouse": "reno", "set": units}]})


def stock_of(api: Api, sku: str) -> tuple[int, int, int]:
    found = api.get(f"/stock?sku={sku}&warehouse=reno")["items"][0]
    return found["on_hand"], found["committed"], found["available"]


def the_ledger_holds(api: Api, sku: str) -> bool:
    movements = api.get(f"/stock/{sku}/movements?warehouse=reno&limit=100")["items"]
    sums = tuple(sum(each[field] for each in movements) for field in ("on_hand", "committed"))
    return sums == stock_of(api, sku)[:2]


def execution(stack: Stack, order: dict[str, Any]) -> str:
    arn = stack.outputs["OrderStateMachineArn"].replace(":stateMachine:", ":execution:")
    return str(stack.client("stepfunctions").describe_execution(executionArn=f"{arn}:{order['id']}-1")["status"])


def test_a_shopify_order_is_routed_shipped_and_complete(stack: Stack, api: Api) -> None:
    a_product(api, "E2E-WHOLE", 10)
    told = an_order("E2E-WHOLE", 3)

    assert post(stack, told).status_code == 200
    order = when(api, told, is_requested)
    assert order["status"] == "in_fulfilment"
    assert order["lines"][0]["routing"]["rule"] == "geo"
    assert {each["warehouse"]: each["rejected"] for each in order["lines"][0]["routing"]["candidates"]}["reno"] is None
    assert stock_of(api, "E2E-WHOLE") == (10, 3, 7)

    line = order["lines"][0]["id"]
    ship = f"/orders/{order['id']}/fulfilments/1/ship"
    api.post(ship, {"parcels": [{"carrier": "UPS", "tracking": "1ZA", "lines": [{"line": line, "quantity": 1}]}]})
    when(api, told, has_status("partially_shipped"))
    assert stock_of(api, "E2E-WHOLE") == (9, 2, 7)

    api.post(ship, {"parcels": [{"carrier": "UPS", "tracking": "1ZB"}]})
    order = when(api, told, has_status("complete"))
    assert [parcel["tracking"] for parcel in order["fulfilments"][0]["parcels"]] == ["1ZA", "1ZB"]
    assert stock_of(api, "E2E-WHOLE") == (7, 0, 7)
    assert the_ledger_holds(api, "E2E-WHOLE")
    told_of = [
        entry["what"] for entry in order["timeline"] if entry["what"] != "notified"
    ]  # whenever the store answers
    assert told_of == ["received", "paid", "routed", "queued", "handed_over", "shipped", "shipped", "completed"]
    wait_for(lambda: execution(stack, order) == "SUCCEEDED", "the end of the execution")


def test_a_hold_is_on_the_order_in_the_store_until_it_is_released(stack: Stack, api: Api) -> None:
    a_product(api, "E2E-HELD", 10)
    told = an_order("E2E-HELD")
    assert post(stack, told).status_code == 200
    order = when(api, told, is_requested)

    def holds() -> list[str]:
        found = httpx.get(f"{stack.world['shopify_url']}/_control/received").json()["orders"][str(told["id"])]
        return [each["reason"] for each in found.get("holds") or ()]

    api.post(f"/orders/{order['id']}/hold", {"reason": "Ms Doe calls back", "category": "address"})
    wait_for(lambda: holds() == ["incorrect_address"], "the hold in the store")
    when(api, told, lambda found: (found["hold_in_channel"] or {}).get("held", False))
    api.post(f"/orders/{order['id']}/release", {})
    wait_for(lambda: holds() == [], "the release in the store")
    when(api, told, lambda found: not found["hold_in_channel"]["held"])


def test_a_wrong_signature_is_refused(stack: Stack, api: Api) -> None:
    told = an_order("E2E-WHOLE")

    assert post(stack, told, forged=True).status_code == 401

    assert find(api, told) is None


def test_duplicated_and_shuffled_events_end_the_same(stack: Stack, api: Api) -> None:
    a_product(api, "E2E-SHUFFLE", 50)
    unpaid = [an_order("E2E-SHUFFLE", 2, financial_status="pending") for _ in range(6)]
    events = []
    for order in unpaid:
        paid = {**order, "updated_at": now(), "financial_status": "paid"}
        shipped = shipped_on_shopify(paid)
        events += [("orders/create", order), ("orders/paid", paid), ("orders/fulfilled", shipped)] * 2
    random.Random(7).shuffle(events)  # noqa: S311 - a test, the same every time

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda event: post(stack, event[1], event[0]).status_code, events))

    assert set(answers) == {200}
    for order in unpaid:
        assert when(api, order, has_status("complete"))["flags"] == []
    on_hand, committed, available = stock_of(api, "E2E-SHUFFLE")
    assert committed == 0
    assert on_hand == available
    assert the_ledger_holds(api, "E2E-SHUFFLE")


def test_two_hundred_buyers_of_a_hundred_units(stack: Stack, api: Api) -> None:
    a_product(api, "E2E-RACE", 100)
    orders = [an_order("E2E-RACE") for _ in range(200)]

    with ThreadPoolExecutor(16) as pool:
        answers = list(pool.map(lambda order: post(stack, order).status_code, orders))
    assert set(answers) == {200}
    mine = {str(order["id"]) for order in orders}

    def routed() -> list[dict[str, Any]] | None:
        listed = api.all(f"/orders?channel={SHOPIFY}&limit=100")
        found = [order for order in listed if order["channel_order_id"] in mine]
        done = [order for order in found if order["warehouses"] or order["flags"]]
        return done if len(done) == len(mine) else None

    ended = wait_for(routed, "two hundred routed orders", 120)
    assert sum("backordered" in order["flags"] for order in ended) == 100
    assert sum(order["warehouses"] == ["reno"] for order in ended) == 100
    assert stock_of(api, "E2E-RACE") == (100, 100, 0)


def test_an_unknown_sku_waits_and_goes_on_once_it_is_listed(stack: Stack, api: Api) -> None:
    told = {**REAL, "id": REAL["id"] + 1, "name": f"#{REAL['id'] + 1}", "financial_status": "paid", "fulfillments": []}

    assert post(stack, told).status_code == 200
    order = when(api, told, lambda found: "exception" in found["flags"])
    assert all(
        line["sku"] in problem["message"] for line, problem in zip(order["lines"], order["exceptions"], strict=True)
    )

    for number, line in enumerate(order["lines"]):
        a_product(api, f"E2E-LISTED-{number}", 5)
        api.put(f"/products/E2E-LISTED-{number}/listings/{SHOPIFY}", {"reference": line["reference"]})
    assert "exception" not in when(api, told, is_requested)["flags"]


def test_an_unpaid_order_waits_for_its_money_and_a_held_one_for_its_release(stack: Stack, api: Api) -> None:
    a_product(api, "E2E-WAITS", 10)
    told = an_order("E2E-WAITS", financial_status="pending")
    assert post(stack, told).status_code == 200
    order = when(api, told, lambda found: bool(found["lines"][0]["allocations"]))
    assert order["status"] == "awaiting_payment"
    assert order["fulfilments"] == []

    api.post(f"/orders/{order['id']}/hold", {"reason": "address looks odd"})
    assert api.post(f"/orders/{order['id']}/pay")["status"] == "open"
    assert api.post(f"/orders/{order['id']}/release")["holds"] == []

    assert when(api, told, is_requested)["status"] == "in_fulfilment"


def test_a_cancelled_order_gives_its_stock_back_and_its_execution_ends(stack: Stack, api: Api) -> None:
    a_product(api, "E2E-CANCEL", 10)
    told = an_order("E2E-CANCEL", 4)
    assert post(stack, told).status_code == 200
    order = when(api, told, is_requested)

    assert api.post(f"/orders/{order['id']}/cancel", {"reason": "changed her mind"})["status"] == "cancelled"

    assert stock_of(api, "E2E-CANCEL") == (10, 0, 10)
    assert the_ledger_holds(api, "E2E-CANCEL")
    wait_for(lambda: execution(stack, order) == "SUCCEEDED", "the end of the execution")


def test_a_line_moves_to_another_warehouse_until_it_is_handed_over(stack: Stack, api: Api) -> None:
    a_product(api, "E2E-MOVES", 10)
    api.post("/stock/adjustments", {"adjustments": [{"sku": "E2E-MOVES", "warehouse": "leeds", "set": 4}]})
    told = an_order("E2E-MOVES", 3, financial_status="pending")
    assert post(stack, told).status_code == 200
    order = when(api, told, lambda found: bool(found["lines"][0]["allocations"]))
    path = f"/orders/{order['id']}/lines/{order['lines'][0]['id']}/move"

    moved = api.post(path, {"warehouse": "leeds"})

    assert moved["lines"][0]["allocations"] == [{"warehouse": "leeds", "quantity": 3}]
    assert stock_of(api, "E2E-MOVES") == (10, 0, 10)
    api.post(f"/orders/{order['id']}/pay")
    assert [work["warehouse"] for work in when(api, told, is_requested)["fulfilments"]] == ["leeds"]
    assert api.call("POST", path, {"warehouse": "reno"}).status_code == 409


def test_a_kit_is_taken_as_its_components(stack: Stack, api: Api) -> None:
    a_product(api, "E2E-CUP", 13)
    a_product(api, "E2E-POT", 5)
    api.put("/products/E2E-SET", {"kind": "kit", "components": {"E2E-CUP": 6, "E2E-POT": 1}})
    told = an_order("E2E-SET", 2)

    assert post(stack, told).status_code == 200
    order = when(api, told, is_requested)

    assert order["lines"][0]["allocations"] == [{"warehouse": "reno", "quantity": 2}]
    assert (stock_of(api, "E2E-CUP"), stock_of(api, "E2E-POT")) == ((13, 12, 1), (5, 2, 3))
    assert api.get("/stock?sku=E2E-SET&warehouse=reno")["items"][0]["available"] == 0
    assert the_ledger_holds(api, "E2E-CUP")


def test_a_manual_order_goes_the_way_of_every_order(stack: Stack, api: Api) -> None:
    a_product(api, "E2E-MANUAL", 10)
    new = {
        "channel": TRADE,
        "paid": True,
        "ship_to": {"name": "Mary", "address1": "5 Dock Road", "city": "Leeds", "country": "United Kingdom"},
        "lines": [{"sku": "E2E-MANUAL", "quantity": 2, "unit_price": {"amount": "9.50", "currency": "GBP"}}],
    }

    placed = api.post("/orders", new, **{"idempotency-key": "manual-1"})
    assert api.post("/orders", new, **{"idempotency-key": "manual-1"}) == placed

    order = when(api, {"id": placed["id"]}, is_requested)
    assert order["ship_to"]["country"] == "GB"
    assert api.post(f"/orders/{order['id']}/complete")["status"] == "complete"
    assert stock_of(api, "E2E-MANUAL") == (8, 0, 8)


def test_a_channel_is_polled_by_its_own_schedule(stack: Stack, api: Api) -> None:
    told = shop_order(EXAMPLES[-1], "scheduled-1")
    shop_url = stack.world["shop_url"]
    httpx.post(f"{shop_url}/_control/orders?webhook=false", json=told).raise_for_status()

    order = when(api, told, is_requested, seconds=150)

    assert order["channel"] == SHOP
    assert order["timeline"][0]["who"] == f"poll:{SHOP}"


def test_the_demo_gets_every_order_where_it_should(stack: Stack) -> None:
    assert run(stack) == []


def test_nothing_was_left_in_a_dead_letter_queue(queue_depth: Callable[[str], int]) -> None:
    names = ("DeadLetters", "FifoDeadLetters")

    assert {name: queue_depth(name) for name in names} == dict.fromkeys(names, 0)
