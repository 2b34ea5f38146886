"""The rules of what units of purchase orders cost, by documents alone."""

from typing import Any

import pytest

from simulation.price_rules import brought, faults_of_prices, value_fault

WEST = ("MUG", "west")
LINE: dict[str, Any] = {"id": "1", "sku": "MUG", "ordered": 4, "unit_cost": {"amount": "2.05", "currency": "EUR"}}


def a_purchase(who: str = "user:ada", **line: Any) -> dict[str, Any]:
    return {"warehouse": "west", "lines": [{**LINE, **line}], "timeline": [{"who": who}]}


def at(price: str) -> dict[str, str]:
    return {"amount": price, "currency": "EUR"}


def a_shelf(on_hand: int, minor: int) -> Any:
    return {"on_hand": {"N": str(on_hand)}, "cost_units": {"N": str(on_hand)}, "cost_minor": {"N": str(minor)}}


def test_units_that_come_bring_their_price_and_share_of_the_landed_cost() -> None:
    assert brought(a_purchase(landed=100), a_purchase(landed=100, received=1)) == {WEST: 205 + 25}


def test_a_later_price_is_that_of_the_units_that_came_but_for_what_is_an_expense() -> None:
    before = a_purchase(received=2)

    assert brought(before, a_purchase(received=2, unit_cost=at("3.00"))) == {WEST: 190}
    assert brought(before, a_purchase(received=2, unit_cost=at("3.00"), expensed=95)) == {WEST: 95}


def test_what_goes_to_a_buyer_is_on_no_shelf() -> None:
    assert brought(a_purchase(), {**a_purchase(received=1), "ships": {"order": "a", "fulfilment": 1}}) == {}


def test_a_shelf_has_the_value_that_was_brought_to_it() -> None:
    assert value_fault(a_shelf(2, 410), a_shelf(2, 600), 190) is None
    assert value_fault(a_shelf(2, 410), a_shelf(2, 410), 190) == "190 of purchase orders changed its value by 0"
    assert value_fault({"on_hand": {"N": "2"}}, a_shelf(2, 410), 190) is None


@pytest.mark.parametrize(("price", "who"), [("2.20", "supplier:mill"), ("2.90", "user:ada"), ("2.05", "supplier:mill")])
def test_a_price_that_is_near_or_that_a_person_enters_counts(price: str, who: str) -> None:
    assert list(faults_of_prices(a_purchase(), a_purchase(who, unit_cost=at(price)))) == []


def test_a_price_of_a_file_that_differs_much_is_a_fault_also_if_it_comes_step_by_step() -> None:
    near = a_purchase(unit_cost=at("2.20"), agreed=at("2.05"))

    assert list(faults_of_prices(a_purchase(), a_purchase("supplier:mill", unit_cost=at("2.90")))) == [
        "line 1 costs 290 by a file of its supplier, and 205 was agreed"
    ]
    assert list(faults_of_prices(near, a_purchase("supplier:mill", unit_cost=at("2.40")))) != []
