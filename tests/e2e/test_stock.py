"""Stock on the deployed local stack: taken by many at once, changed in every way, audited."""

import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest

from local.api import Api, wait_for
from local.scenario import now
from local.seed import TRADE

pytestmark = pytest.mark.e2e
PLACES = ("leeds", "reno")


def a_product(api: Api, sku: str, **units: int) -> None:
    api.put(f"/products/{sku}", {"name": sku})
    shelves = [{"sku": sku, "warehouse": place, "set": count} for place, count in units.items()]
    if shelves:
        api.post("/stock/adjustments", {"adjustments": shelves})


def balance(api: Api, sku: str) -> tuple[int, int, int]:
    """on_hand, committed, available, everywhere."""
    found = api.get(f"/stock?sku={sku}")["items"]
    return (
        sum(each["on_hand"] for each in found),
        sum(each["committed"] for each in found),
        sum(each["available"] for each in found),
    )


def buy(api: Api, sku: str, quantity: int = 1, placed_at: str | None = None, **named: Any) -> str:
    """An order by a person, paid; its id."""
    line = {"sku": sku, "quantity": quantity, "unit_price": {"amount": "9.50", "currency": "EUR"}, **named}
    ship_to = {"name": "Ada", "address1": "Unter den Linden 1", "city": "Berlin", "postcode": "10117", "country": "DE"}
    new = {"channel": TRADE, "paid": True, "placed_at": placed_at or now(), "ship_to": ship_to, "lines": [line]}
    return str(api.post("/orders", new)["id"])


def decided(api: Api, orders: list[str], seconds: float = 120) -> list[dict[str, Any]]:
    """The orders, once each is there and has a warehouse or waits for stock."""

    def look() -> list[dict[str, Any]] | None:
        with ThreadPoolExecutor(8) as pool:
            answers = list(pool.map(lambda order: api.call("GET", f"/orders/{order}"), orders))
        found = [answer.json() for answer in answers if answer.status_code != httpx.codes.NOT_FOUND]
        return found if len(found) == len(orders) and all(order["lines"][0]["routing"] for order in found) else None

    return wait_for(look, f"{len(orders)} routed orders", seconds)


def units(order: dict[str, Any]) -> int:
    return sum(part["quantity"] for part in order["lines"][0]["allocations"])


def test_buyers_of_single_units_and_of_kits_share_two_warehouses_to_the_last_unit(api: Api) -> None:
    a_product(api, "RACE-CUP", leeds=60, reno=40)
    api.put("/products/RACE-PAIR", {"kind": "kit", "components": {"RACE-CUP": 2}})
    wanted = ["RACE-PAIR" if number % 5 == 0 else "RACE-CUP" for number in range(200)]

    with ThreadPoolExecutor(16) as pool:
        orders = decided(api, list(pool.map(lambda sku: buy(api, sku), wanted)))

    sold = sum(units(order) * (2 if sku == "RACE-PAIR" else 1) for order, sku in zip(orders, wanted, strict=True))
    assert sold == 100
    assert balance(api, "RACE-CUP") == (100, 100, 0)
    assert all(units(order) + order["lines"][0]["short"] == 1 for order in orders)


def test_after_a_receipt_exactly_the_oldest_are_served(api: Api) -> None:
    a_product(api, "LATE-MUG")
    ages = [3, 1, 4, 0, 2]
    orders = [buy(api, "LATE-MUG", placed_at=f"2026-11-0{9 - age}T10:00:00Z") for age in ages]
    decided(api, orders)

    api.post("/stock/receipts", {"receipts": [{"sku": "LATE-MUG", "warehouse": "reno", "quantity": 3}]})

    def served() -> list[int] | None:
        found = [age for age, order in zip(ages, orders, strict=True) if units(api.get(f"/orders/{order}"))]
        return found if len(found) >= 3 else None

    assert sorted(wait_for(served, "three served orders")) == [2, 3, 4]
    time.sleep(2)
    assert sorted(wait_for(served, "three served orders")) == [2, 3, 4]
    assert balance(api, "LATE-MUG") == (3, 3, 0)


def test_what_a_cancelled_order_gives_back_goes_to_the_oldest_that_waits(api: Api) -> None:
    a_product(api, "GIVEN-BACK", reno=1)
    first = buy(api, "GIVEN-BACK")
    decided(api, [first])
    old = buy(api, "GIVEN-BACK", placed_at="2026-11-01T10:00:00Z")
    young = buy(api, "GIVEN-BACK")
    decided(api, [old, young])

    api.post(f"/orders/{first}/cancel", {"reason": "changed her mind"})

    assert wait_for(lambda: units(api.get(f"/orders/{old}")), "the oldest order")
    assert units(api.get(f"/orders/{young}")) == 0


def test_a_new_warehouse_in_the_rules_serves_those_that_wait(api: Api) -> None:
    api.put("/warehouses/annex", {"name": "Annex", "active": False})
    a_product(api, "ANNEX-ONLY", annex=1)
    order = buy(api, "ANNEX-ONLY")
    decided(api, [order])
    assert units(api.get(f"/orders/{order}")) == 0

    account = {name: api.get("/account")[name] for name in ("catchall", "priorities", "sync")}
    api.put("/warehouses/annex", {"name": "Annex"})
    api.put("/account", account | {"priorities": [*account["priorities"], "annex"]})

    assert wait_for(lambda: units(api.get(f"/orders/{order}")), "the order that waited")
    api.put("/account", account)


def test_all_shelves_agree_with_their_ledger(api: Api) -> None:
    since = now()

    api.post("/audits")

    def ended() -> dict[str, dict[str, Any]] | None:
        runs = {run["audit"]: run for run in api.get("/audits")["items"] if run["started_at"] > since}
        return runs if len(runs) == 6 and all(run["finished_at"] for run in runs.values()) else None

    runs = wait_for(ended, "six audits", 120)
    assert runs["stock"]["looked_at"] > 50
    assert {audit: run["wrong"] for audit, run in runs.items() if run["wrong"]} == {}


def test_the_dry_run_says_where_past_orders_would_go_with_other_priorities(api: Api) -> None:
    a_product(api, "WHAT-IF", reno=5, leeds=5)
    orders = decided(api, [buy(api, "WHAT-IF"), buy(api, "WHAT-IF")])
    ids = [order["id"] for order in orders]

    answer = api.post("/routing/dry-run", {"orders": ids, "draft": {"account": {"priorities": ["leeds", "reno"]}}})

    assert (answer["orders_differing"], answer["lines_moving"]) == (2, 2)
    assert answer["draft"]["rules"]["priority"] == 1.0
    moved = answer["orders"][0]["lines"][0]
    places = [moved[side]["allocations"][0]["warehouse"] for side in ("today", "draft")]
    assert places == ["reno", "leeds"]
    assert balance(api, "WHAT-IF") == (10, 2, 8)


def test_a_configuration_that_was_changed_comes_back(api: Api) -> None:
    before = api.get("/account")
    api.put("/account", {"catchall": before["catchall"], "priorities": ["leeds"], "sync": before["sync"]})

    version = api.post(f"/configuration/versions/{before['config_version']}/restore")["config_version"]

    after = api.get("/account")
    assert (after["priorities"], after["config_version"]) == (before["priorities"], version)
    assert api.get("/configuration/versions?limit=1")["items"][0]["changed"] == ["account.priorities"]


def test_a_cancelled_part_of_a_line_gives_its_stock_back(api: Api) -> None:
    a_product(api, "LESS", reno=5)
    (order,) = decided(api, [buy(api, "LESS", 4)])

    after = api.post(f"/orders/{order['id']}/lines/{order['lines'][0]['id']}/cancel", {"keep": 1})

    assert units(after) == 1
    assert balance(api, "LESS") == (5, 1, 4)
