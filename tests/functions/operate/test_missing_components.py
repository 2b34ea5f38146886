"""Components that work orders lack: they are bought with what orders wait for."""

from datetime import timedelta
from typing import Any

import pytest

from functions.allocate import route
from packhorse.domain.supply.supplier import Supplier
from packhorse.store import suppliers
from simulation.builders import NOON, a_line, an_order
from simulation.merchant import Context, put_stock, told
from tests.functions.operate.calls import call, encoded
from tests.functions.operate.interference import meanwhile
from tests.functions.operate.orders import step
from tests.functions.operate.test_buying_anew import TERMS, follow
from tests.functions.operate.working import LEG, ROOM, TABLE, TOP, do, made, merchant

pytestmark = pytest.mark.usefixtures("cloud")


@pytest.fixture(autouse=True)
def _merchant(cloud: Any) -> None:
    merchant()
    suppliers.apply_edit("acme", lambda _: Supplier(id="acme"), "user:ada", NOON)
    for sku in (LEG, TOP):
        assert call("PATCH", f"/products/{encoded(sku)}", {"bought_from": [TERMS]}).status == 200


def drafted() -> list[tuple[str, dict[str, int]]]:
    """What is drafted now: the warehouse and the units of each product."""
    items = call("POST", "/purchase-orders/from-short-lines").body["items"]
    return [(each["warehouse"], {line["sku"]: line["ordered"] for line in each["lines"]}) for each in items]


def ordered(units: int, sku: str, minute: int = 0) -> str:
    order = an_order(a_line(sku, units, warehouse="main"), placed_at=NOON + timedelta(minutes=minute))
    route.handler(told(order), Context())
    follow()
    return order.order_id


def test_what_a_drafted_work_order_lacks_is_bought_once_and_for_no_order() -> None:
    """Of 12 tables that orders wait for the shelf has 40 legs and 10 tops."""
    ordered(12, TABLE)
    [work] = call("POST", "/work-orders/from-short-lines").body["items"]

    assert drafted() == [("main", {LEG: 8, TOP: 2})]
    assert drafted() == []

    [purchase] = call("GET", "/purchase-orders").body["items"]
    found = call("GET", f"/purchase-orders/{purchase['id']}").body
    assert [line["made_for"] for line in found["lines"]] == [[], []]
    put_stock(48, LEG, event="came")
    put_stock(12, TOP, event="came")
    assert do(work["id"], "submit", {}).status == 200


@pytest.mark.parametrize("case_pack", [1, 8])
def test_what_is_reserved_is_not_bought_and_what_orders_wait_for_comes_first(case_pack: int) -> None:
    terms = {**TERMS, "case_pack": case_pack}
    assert call("PATCH", f"/products/{encoded(LEG)}", {"bought_from": [terms]}).status == 200
    built = made(10)
    assert do(built, "submit", {}).status == 200
    assert drafted() == []
    made(1)
    order = ordered(3, LEG)

    assert drafted() == [("main", {LEG: 7 if case_pack == 1 else 8, TOP: 1})]

    [purchase] = call("GET", "/purchase-orders").body["items"]
    [legs] = [line for line in call("GET", f"/purchase-orders/{purchase['id']}").body["lines"] if line["sku"] == LEG]
    assert [(each["order"], each["units"]) for each in legs["made_for"]] == [(order, 3)]
    assert step(order, "cancel", {}).status < 300
    follow()
    [legs, _] = sorted(
        call("GET", f"/purchase-orders/{purchase['id']}").body["lines"], key=lambda line: line["sku"] != LEG
    )
    assert legs["ordered"] == (4 if case_pack == 1 else 8)
    assert drafted() == []


def test_what_a_component_that_is_built_is_made_of_is_bought() -> None:
    """Seven rooms take fourteen tables, of which one is there, and seven tops beside."""
    put_stock(1, TABLE)
    made(7, ROOM)

    assert drafted() == [("main", {LEG: 13 * 4 - 40, TOP: 13 + 7 - 10})]


def test_a_nested_work_order_needs_its_components_once() -> None:
    """Six rooms have six tops, and are to get twelve tables."""
    assert do(made(6, ROOM), "submit", {}).status == 200

    assert drafted() == [("main", {LEG: 12 * 4 - 40, TOP: 12 - 4})]
    assert drafted() == []


def test_a_component_that_no_supplier_sells_is_left_out_with_its_work_order() -> None:
    assert call("PATCH", f"/products/{encoded(LEG)}", {"bought_from": []}).status == 200
    work = made(11)

    answer = call("POST", "/purchase-orders/from-short-lines").body

    [left] = answer["left_out"]
    assert {**left, "reason": left["reason"][:19]} == {
        "order": "",
        "line": "",
        "work_order": work,
        "sku": LEG,
        "units": 4,
        "reason": "no supplier sells i",
    }


def test_what_is_to_be_taken_apart_or_cancelled_lacks_nothing() -> None:
    made(3, kind="disassembly")
    assert do(made(20), "cancel").status == 200

    assert drafted() == []


def test_what_a_work_order_reserves_meanwhile_is_not_bought() -> None:
    work = made(10)

    with meanwhile("BatchGetItem", lambda: do(work, "submit", {})):
        assert drafted() == []
