"""Drafts that people made or changed, and orders that come and go: what a person decided stays."""

from typing import Any

import pytest

from packhorse.usecases.supply.buy_for_orders import request_review
from simulation.merchant import MUG
from tests.functions.operate.calls import call
from tests.functions.operate.orders import causes, open_causes, step
from tests.functions.operate.purchasing import LAMP, do, draft, line
from tests.functions.operate.test_buying_anew import TERMS, drafted, follow, merchant, purchases, taken

pytestmark = pytest.mark.usefixtures("cloud")


@pytest.fixture(autouse=True)
def _merchant(cloud: Any) -> None:
    merchant(bought_per_order=True)
    assert call("PUT", f"/products/{LAMP}", {}).status < 300


def cancel(order: str) -> None:
    assert step(order, "cancel", {}).status < 300
    follow()


@pytest.mark.parametrize("case", [{"case_pack": 12}, {}])
@pytest.mark.parametrize("units", [5, 12])
def test_what_was_ordered_for_stock_stays_when_an_order_that_took_of_it_is_cancelled(
    case: dict[str, Any], units: int
) -> None:
    made = call("POST", "/purchase-orders", draft(line(ordered=12, **case), note="for the shop window")).body
    order = taken(units)
    lines = call("GET", f"/purchase-orders/{made['id']}").body["lines"]
    assert [each["units"] for each in lines[0]["made_for"]] == [units]
    kept = [{name: each[name] for name in line(**case) | {"made_for": ()}} for each in lines]
    assert call("PUT", f"/purchase-orders/{made['id']}", draft(*kept, note="for the other window")).status == 200

    cancel(order)

    assert purchases() == [("new", "main", 12)]


def test_what_a_person_adds_to_a_draft_for_orders_stays_without_them() -> None:
    first, second = taken(5), taken(2, 1)
    [made] = call("GET", "/purchase-orders").body["items"]
    [found] = call("GET", f"/purchase-orders/{made['id']}").body["lines"]
    assert call("PUT", f"/purchase-orders/{made['id']}", draft(line(MUG, 10, made_for=found["made_for"]))).status == 200

    cancel(first)
    cancel(second)

    assert purchases() == [("new", "main", 3)]


def test_an_order_that_wants_fewer_leaves_what_a_person_added_for_stock() -> None:
    order = taken(10)
    [made] = call("GET", "/purchase-orders").body["items"]
    [found] = call("GET", f"/purchase-orders/{made['id']}").body["lines"]
    assert call("PUT", f"/purchase-orders/{made['id']}", draft(line(MUG, 20, made_for=found["made_for"]))).status == 200

    assert step(order, "lines/1/cancel", {"keep": 8}).status < 300
    follow()

    assert purchases() == [("new", "main", 18)]


def test_what_was_submitted_for_stock_is_not_unneeded_when_an_order_that_took_of_it_is_cancelled() -> None:
    made = call("POST", "/purchase-orders", draft(line(ordered=12, case_pack=12))).body
    assert do(made["id"], "submit").status == 200
    order = taken(5)

    cancel(order)

    [found] = call("GET", f"/purchase-orders/{made['id']}").body["lines"]
    assert (found["unneeded"], [each["units"] for each in found["made_for"]]) == (0, [5])
    assert open_causes() == []


def test_the_rest_of_a_case_that_comes_anyway_is_not_unneeded() -> None:
    merchant(bought_per_order=True, bought_from=[{**TERMS, "case_pack": 12}])
    first = taken(5)
    [one] = call("GET", "/purchase-orders").body["items"]
    assert do(one["id"], "submit").status == 200
    second = taken(5, 1)
    assert purchases() == [("submitted", "main", 12)]

    cancel(second)
    assert open_causes() == []
    cancel(first)

    assert open_causes() == ["purchase_unneeded"]


def test_what_a_person_takes_out_of_a_draft_is_not_bought_again_by_itself() -> None:
    order = taken(5)
    [made] = call("GET", "/purchase-orders").body["items"]
    assert call("PUT", f"/purchase-orders/{made['id']}", draft(line(LAMP, 1))).status == 200
    follow()
    request_review()
    follow()

    assert purchases() == [("new", "main", 1)]
    assert causes(order) == ["not_bought"]

    assert drafted() == [("main", 5)]
    assert causes(order) == []


def test_what_is_put_back_is_bought() -> None:
    order = taken(5)
    [made] = call("GET", "/purchase-orders").body["items"]
    for lines in ([line(LAMP, 1)], [line(MUG, 5, made_for=[{"order": order, "line": "1", "units": 5}])]):
        assert call("PUT", f"/purchase-orders/{made['id']}", draft(*lines)).status == 200
        follow()

    assert causes(order) == []
    assert do(made["id"], "submit").body["lines"][0]["made_for"][0]["order"] == order
