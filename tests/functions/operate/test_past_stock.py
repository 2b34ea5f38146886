"""The stock of a past day as a list, through the API."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest

from packhorse.domain.catalogue.product import Product, ProductKind
from packhorse.domain.stock.movement import Movement, MovementKind
from packhorse.domain.values import Sku, WarehouseId
from packhorse.store import catalogue
from packhorse.store.commit import commit_movements
from packhorse.usecases.stock import read_past_stock
from simulation.aws.boundary import World
from simulation.builders import NOON, a_configuration, a_line, a_warehouse
from simulation.merchant import MUG, put_stock, set_up
from tests.functions.operate.calls import Answer, call
from tests.functions.operate.orders import one_routed

pytestmark = pytest.mark.usefixtures("cloud")
TWO = a_configuration(a_warehouse("berlin"), a_warehouse("main"))
LATER = NOON + timedelta(minutes=30)


def moved(units: int, minutes: int, sku: str = MUG, warehouse: str = "main") -> None:
    """A movement some minutes after noon."""
    movement = Movement(
        sku=Sku(sku),
        warehouse=WarehouseId(warehouse),
        event=f"test#{minutes}",
        kind=MovementKind.ADJUST,
        on_hand=units,
        committed=0,
        reference="test",
        who="test",
        at=NOON + timedelta(minutes=minutes),
    )
    commit_movements([movement])


def a_busy_shelf(movements: int, sku: str = MUG) -> None:
    """A unit more every minute from noon on."""
    for minutes in range(movements):
        moved(1, minutes, sku)


def asked(at: datetime = LATER, **query: Any) -> Answer:
    return call("GET", "/stock", query={"at": at.isoformat(), **query})


def pages(at: datetime = LATER, **query: Any) -> Iterator[list[tuple[str, str, int]]]:
    """All pages of the list: the available units by shelf."""
    cursor: dict[str, Any] = {}
    while True:
        answer = asked(at, **query, **cursor)
        assert answer.status == 200
        yield [(item["sku"], item["warehouse"], item["available"]) for item in answer.body["items"]]
        if not answer.body["next"]:
            return
        cursor = {"cursor": answer.body["next"]}


def listed(at: datetime = LATER, **query: Any) -> dict[tuple[str, str], int]:
    found = [each for page in pages(at, **query) for each in page]
    assert len({(sku, warehouse) for sku, warehouse, _ in found}) == len(found)
    return {(sku, warehouse): units for sku, warehouse, units in found}


def test_a_past_day_is_a_list_of_the_shelves_that_had_a_movement_by_then() -> None:
    set_up(TWO, MUG, "CUP")
    moved(10, 0)
    moved(4, 5, warehouse="berlin")
    moved(7, 10, "CUP")
    moved(-10, 20)
    moved(1, 40, "CUP", "berlin")

    assert listed(NOON) == {(MUG, "main"): 10}
    assert listed(NOON + timedelta(minutes=10)) == {(MUG, "main"): 10, (MUG, "berlin"): 4, ("CUP", "main"): 7}
    assert listed(LATER) == {(MUG, "main"): 0, (MUG, "berlin"): 4, ("CUP", "main"): 7}
    assert listed(LATER, warehouse="berlin") == {(MUG, "berlin"): 4}
    assert listed(LATER, sku=MUG, warehouse="berlin") == {(MUG, "berlin"): 4}
    assert listed(NOON - timedelta(seconds=1)) == {}


def test_a_past_balance_says_what_orders_had_committed() -> None:
    set_up()
    put_stock(5)
    one_routed(a_line(quantity=2))

    items = asked(datetime.now(NOON.tzinfo)).body["items"]

    assert items == [
        {
            "sku": MUG,
            "name": "",
            "warehouse": "main",
            "on_hand": 5,
            "committed": 2,
            "quarantined": 0,
            "available": 3,
            "incoming": 0,
            "in_transit": 0,
            "waiting": 0,
            "average_cost": None,
        },
    ]


@pytest.mark.parametrize("query", [{}, {"warehouse": "main"}])
def test_the_list_has_pages(query: dict[str, Any]) -> None:
    skus = [f"SKU {number}" for number in range(5)]
    set_up(None, *skus)
    for number, sku in enumerate(skus, 1):
        moved(number, 0, sku)

    found = list(pages(limit=2, **query))

    assert max(map(len, found)) == 2
    assert sorted(each for page in found for each in page) == [(sku, "main", n) for n, sku in enumerate(skus, 1)]


def test_what_a_removed_warehouse_had_is_listed() -> None:
    set_up(a_configuration(a_warehouse("berlin"), a_warehouse("main"), priorities=("main",)))
    moved(3, 0, warehouse="berlin")
    moved(-3, 10, warehouse="berlin")
    assert call("DELETE", "/warehouses/berlin").status == 204

    assert listed(NOON) == {(MUG, "berlin"): 3}


def test_what_a_removed_product_had_is_listed() -> None:
    set_up(None, "CUP")
    moved(3, 0, "CUP")
    moved(-3, 10, "CUP")
    assert call("DELETE", "/products/CUP").status == 204

    assert listed(NOON) == listed(NOON, sku="CUP") == {("CUP", "main"): 3}


@pytest.mark.parametrize("query", [{}, {"sku": MUG}, {"warehouse": "main"}])
def test_a_request_reads_a_bounded_part_of_a_long_ledger_and_the_next_goes_on(
    cloud: World, monkeypatch: pytest.MonkeyPatch, query: dict[str, Any]
) -> None:
    set_up(None, "CUP")
    a_busy_shelf(9)
    moved(2, 0, "CUP")
    cloud.dynamodb.page_bytes = 300
    monkeypatch.setattr(read_past_stock, "MAX_LEDGER_READS", 2)
    cloud.calls.clear()

    found = list(pages(NOON + timedelta(minutes=6), **query))

    assert (MUG, "main", 7) in [each for page in found for each in page]
    assert len(found) > 1
    assert cloud.calls["dynamodb", "Query"] <= len(found) * (2 + 1)  # of the ledger, and of the shelves


def test_a_movement_beside_the_pages_changes_nothing_of_the_past(cloud: World, monkeypatch: pytest.MonkeyPatch) -> None:
    set_up()
    a_busy_shelf(9)
    cloud.dynamodb.page_bytes = 300
    monkeypatch.setattr(read_past_stock, "MAX_LEDGER_READS", 1)
    cursor = asked().body["next"]
    moved(5, 60)

    assert cursor
    assert listed() == {(MUG, "main"): 9}
    while cursor:
        answer = asked(cursor=cursor).body
        cursor = answer["next"]
    assert [item["available"] for item in answer["items"]] == [9]


def test_a_kit_with_more_movements_than_a_request_reads_is_422(cloud: World, monkeypatch: pytest.MonkeyPatch) -> None:
    set_up(None, "CUP")
    catalogue.put_product(Product(sku="SIX", kind=ProductKind.KIT, components={"CUP": 6}))
    a_busy_shelf(9, "CUP")
    assert listed(sku="SIX") == {("SIX", "main"): 1}

    cloud.dynamodb.page_bytes = 300
    monkeypatch.setattr(read_past_stock, "MAX_LEDGER_READS", 2)

    assert asked(sku="SIX").fields == ["sku"]


def test_a_cursor_of_another_moment_is_422(cloud: World) -> None:
    set_up(None, "CUP")
    moved(1, 0)
    moved(1, 0, "CUP")
    cursor = asked(limit=1).body["next"]

    assert asked(NOON, cursor=cursor).fields == ["cursor"]
    assert asked(cursor="nonsense").fields == ["cursor"]
