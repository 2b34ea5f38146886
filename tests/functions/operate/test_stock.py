"""Stock: seen, adjusted, and its ledger read."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from itertools import permutations
from typing import Any

import pytest

from packhorse.api.paging import position_of
from packhorse.api.stock import LEDGER_POSITION
from packhorse.domain.catalogue.product import Product
from packhorse.domain.stock.adjustment import Adjustment, AdjustmentRequest
from packhorse.domain.stock.movement import Movement, MovementKind
from packhorse.domain.values import Sku, WarehouseId
from packhorse.store import catalogue
from packhorse.store.commit import commit_movements
from packhorse.usecases.stock.adjust_stock import adjust_stock
from simulation.aws.boundary import Call, World
from simulation.builders import NOON, a_configuration, a_line, a_warehouse
from simulation.merchant import MUG, balance, ledger, put_stock, set_up
from tests.functions.operate.calls import Answer, call, encoded
from tests.functions.operate.interference import meanwhile
from tests.functions.operate.orders import one_routed, step

pytestmark = pytest.mark.usefixtures("cloud")

TWO = a_configuration(a_warehouse("berlin"), a_warehouse("main"))
LEDGER = f"/stock/{encoded(MUG)}/movements"


def adjusted(*adjustments: dict[str, Any], **more: Any) -> Answer:
    """Adjusts mugs in the warehouse `main`, unless it says otherwise."""
    wanted = [{"sku": MUG, "warehouse": "main"} | each for each in adjustments]
    return call("POST", "/stock/adjustments", {"adjustments": wanted}, **more)


def pages(path: str, **query: Any) -> Iterator[list[dict[str, Any]]]:
    """All pages of a list."""
    cursor: dict[str, str] = {}
    while True:
        answer = call("GET", path, query={**query, **cursor})
        yield answer.body["items"]
        if not answer.body["next"]:
            return
        cursor = {"cursor": answer.body["next"]}


# ---- seen ----------------------------------------------------------------------------------------------


def test_stock_is_seen_by_sku_and_by_warehouse() -> None:
    set_up(TWO, MUG, "CUP")
    for number, (sku, warehouse) in enumerate([(MUG, "main"), (MUG, "berlin"), ("CUP", "main")], 1):
        put_stock(number, sku, warehouse)

    def seen(**query: str) -> set[tuple[str, str, int]]:
        items = call("GET", "/stock", query=query).body["items"]
        return {(item["sku"], item["warehouse"], item["available"]) for item in items}

    assert seen() == {(MUG, "main", 1), (MUG, "berlin", 2), ("CUP", "main", 3)}
    assert seen(sku=MUG) == {(MUG, "main", 1), (MUG, "berlin", 2)}
    assert seen(warehouse="main") == {(MUG, "main", 1), ("CUP", "main", 3)}
    assert seen(sku=MUG, warehouse="berlin") == {(MUG, "berlin", 2)}
    assert seen(sku="NO") == seen(warehouse="moon") == set()


def test_stock_is_found_by_sku_or_name_in_any_case() -> None:
    set_up(TWO)
    catalogue.put_product(Product(sku=Sku("MUG-BLACK"), name="Mug, black"))
    catalogue.put_product(Product(sku=Sku("K-1"), name="Knives"))
    for number, (sku, warehouse) in enumerate(
        [("MUG-BLACK", "main"), ("MUG-BLACK", "berlin"), ("K-1", "main"), ("GONE", "main")], 1
    ):
        put_stock(number, sku, warehouse)

    def seen(q: str, **query: Any) -> set[tuple[str, str, str, int]]:
        items = [item for page in pages("/stock", q=q, **query) for item in page]
        return {(item["sku"], item["name"], item["warehouse"], item["available"]) for item in items}

    both = {("MUG-BLACK", "Mug, black", "main", 1), ("MUG-BLACK", "Mug, black", "berlin", 2)}
    assert seen("mug-b") == seen("MUG-BLACK") == seen("black mug", limit=1) == both
    assert seen("Knives") == {("K-1", "Knives", "main", 3)}
    assert seen("mug-black", warehouse="main") == {("MUG-BLACK", "Mug, black", "main", 1)}
    assert seen("GONE") == {("GONE", "", "main", 4)}
    assert call("GET", "/stock", query={"q": "mug", "sku": "MUG"}).fields == ["sku"]
    assert call("GET", "/stock", query={"q": "mug", "at": NOON.isoformat()}).fields == ["at"]


def test_a_balance_says_all_of_it() -> None:
    set_up()
    catalogue.put_product(Product(sku=Sku(MUG), name="Mug"))
    put_stock(5)
    one_routed(a_line(quantity=2))

    items = call("GET", "/stock").body["items"]

    assert items == [
        {
            "sku": MUG,
            "name": "Mug",
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
def test_stock_is_seen_page_by_page(query: dict[str, str]) -> None:
    set_up()
    skus = [f"SKU {n}" for n in range(5)]
    for sku in skus:
        put_stock(1, sku)

    found = list(pages("/stock", limit=2, **query))

    assert [len(page) for page in found] == [2, 2, 1]
    assert sorted(item["sku"] for page in found for item in page) == skus


def test_a_cursor_goes_on_in_another_warehouse_too() -> None:
    set_up(TWO, "A", "B")
    for warehouse in ("main", "berlin"):
        put_stock(1, "A", warehouse)
        put_stock(1, "B", warehouse)
    first = call("GET", "/stock", query={"warehouse": "main", "limit": 1}).body

    second = call("GET", "/stock", query={"warehouse": "berlin", "cursor": first["next"]}).body

    assert [(item["sku"], item["warehouse"]) for item in second["items"]] == [("B", "berlin")]


@pytest.mark.parametrize("path", ["/stock", LEDGER])
@pytest.mark.parametrize("cursor", ["nonsense", "WyIiLCIiXQ==", "ImtleSI=", "e30="])
def test_a_cursor_that_is_none_of_ours_is_422(path: str, cursor: str) -> None:
    assert call("GET", path, query={"cursor": cursor}).fields == ["cursor"]


# ---- adjusted -------------------------------------------------------------------------------------------


def test_stock_is_set_and_added_to() -> None:
    set_up()

    counted = adjusted({"set": 12, "reason": "counted"})
    broken = adjusted({"add": -2, "reason": "broken"})

    assert (counted.status, counted.body["items"][0]["on_hand"]) == (200, 12)
    assert broken.body["items"] == [
        {
            "sku": MUG,
            "warehouse": "main",
            "on_hand": 10,
            "committed": 0,
            "quarantined": 0,
            "available": 10,
            "incoming": 0,
            "in_transit": 0,
            "waiting": 0,
            "average_cost": None,
        },
    ]
    assert balance() == (10, 0, 10)
    assert ledger() == (10, 0)


def test_stock_is_set_if_it_still_is_what_was_expected() -> None:
    set_up()
    put_stock(10)

    wrong = adjusted({"set": 7, "expected": 9})
    right = adjusted({"set": 7, "expected": 10})

    assert (wrong.status, wrong.fields) == (409, ["adjustments.0.expected"])
    assert right.status == 200
    assert balance() == (7, 0, 7)


def test_a_place_that_never_had_any_can_be_expected_to_be_empty() -> None:
    set_up()

    assert adjusted({"set": 4, "expected": 0}).status == 200
    assert balance() == (4, 0, 4)


def test_nothing_set_where_nothing_was_is_nothing() -> None:
    set_up()

    answers = [adjusted({"set": 0}), adjusted({"add": 0})]

    assert [(answer.status, answer.body["items"][0]["on_hand"]) for answer in answers] == [(200, 0), (200, 0)]
    assert call("GET", "/stock").body["items"] == []


def set_to(units: int) -> object:
    """Sets the mugs in `main`, whatever there were; without the API, which may not do what an order does meanwhile."""
    change = Adjustment(sku=MUG, warehouse="main", set=units)
    request = AdjustmentRequest(f"set to {units}", "count", "user:ada", NOON)
    return adjust_stock([*change.changes("adjustments.0")], request)


@pytest.mark.parametrize(("first", "second", "last"), [*permutations(("eight", "five", "order"))])
def test_two_who_set_a_shelf_beside_an_order_leave_the_ledger_at_its_balance(
    first: str, second: str, last: str
) -> None:
    set_up()
    put_stock(10)
    acts: dict[str, Callable[[], object]] = {
        "eight": lambda: set_to(8),
        "five": lambda: set_to(5),
        "order": lambda: one_routed(a_line(quantity=2)),
    }

    with meanwhile("TransactWriteItems", lambda: acts[first]() and acts[second]()):
        acts[last]()

    on_hand, committed, available = balance()
    assert (on_hand, committed) == ledger()
    assert (committed, available) == (2, on_hand - 2)
    assert on_hand == {"eight": 8, "five": 5}[last if last != "order" else second if second != "order" else first]


def test_adjustments_are_done_together_or_not_at_all() -> None:
    set_up(TWO)
    put_stock(5, warehouse="main")

    refused = adjusted({"add": 3, "warehouse": "berlin"}, {"add": -6})
    moved = adjusted({"add": 3, "warehouse": "berlin"}, {"add": -3})

    assert (refused.status, refused.fields) == (409, ["adjustments.1"])
    assert [item["on_hand"] for item in moved.body["items"]] == [3, 2]
    assert ledger(warehouse="berlin") == (3, 0)


def test_what_is_committed_cannot_be_adjusted_away() -> None:
    set_up()
    put_stock(5)
    one_routed(a_line(quantity=3))

    less, just_enough = adjusted({"set": 2}), adjusted({"set": 3})

    assert (less.status, less.fields) == (409, ["adjustments.0"])
    assert less.body["errors"][0]["message"] == "2 would be left, 3 are committed to open orders"
    assert just_enough.status == 200
    assert balance() == (3, 3, 0)


UNFIT: list[tuple[dict[str, Any], str]] = [
    ({"sku": "NO", "set": 1}, "adjustments.0.sku"),
    ({"warehouse": "moon", "set": 1}, "adjustments.0.warehouse"),
    ({}, "adjustments.0"),
    ({"set": 1, "add": 1}, "adjustments.0"),
    ({"add": 1, "expected": 1}, "adjustments.0"),
    ({"set": -1}, "adjustments.0.set"),
    ({"set": 1.5}, "adjustments.0.set"),
    ({"add": 2_000_000_000}, "adjustments.0.add"),
    ({"set": 1, "on_hand": 2}, "adjustments.0.on_hand"),
    ({"set": 1, "sku": "A/B"}, "adjustments.0.sku"),
]


def test_an_adjustment_that_does_not_fit_is_422(subtests: pytest.Subtests) -> None:
    set_up()

    for adjustment, field in UNFIT:
        with subtests.test(str(adjustment)):
            answer = adjusted(adjustment)
            assert (answer.status, answer.fields) == (422, [field])
    assert call("GET", "/stock").body["items"] == []


def test_a_place_is_adjusted_once_at_a_time() -> None:
    set_up()

    answer = adjusted({"add": 1}, {"add": 2})

    assert (answer.status, answer.fields) == (422, ["adjustments.1"])


def test_up_to_fifty_places_are_adjusted_together() -> None:
    skus = [f"SKU {n}" for n in range(51)]
    set_up(None, *skus)

    assert adjusted(*({"sku": sku, "set": 1} for sku in skus)).fields == ["adjustments"]
    assert adjusted(*({"sku": sku, "set": 1} for sku in skus[:50])).status == 200
    assert adjusted().fields == ["adjustments"]


# ---- its ledger -----------------------------------------------------------------------------------------


def moved(units: int, minutes: int, warehouse: str = "main", quarantined: int = 0) -> None:
    """A movement some minutes after noon."""
    movement = Movement(
        sku=Sku(MUG),
        warehouse=WarehouseId(warehouse),
        event=f"test#{minutes}",
        kind=MovementKind.ADJUST,
        on_hand=units,
        committed=0,
        quarantined=quarantined,
        reference=f"r{minutes}",
        who="test",
        at=NOON + timedelta(minutes=minutes),
    )
    commit_movements([movement])


def test_the_ledger_tells_everything_that_happened_newest_first() -> None:
    set_up()
    adjusted({"set": 5, "reason": "counted"})
    order_id = one_routed(a_line(quantity=2))
    step(order_id, "complete")

    entries = call("GET", LEDGER).body["items"]

    assert [(entry["kind"], entry["on_hand"], entry["committed"]) for entry in entries] == [
        ("ship", -2, -2),
        ("commit", 0, 2),
        ("set", 5, 0),
    ]
    assert [(entry["on_hand_after"], entry["committed_after"]) for entry in entries] == [(3, 0), (5, 2), (5, 0)]
    number = call("GET", f"/orders/{order_id}").body["number"]
    assert [(entry["reference"], entry["order_number"]) for entry in entries[:2]] == [(order_id, number)] * 2
    assert entries[2]["order_number"] is None
    assert (entries[2]["reason"], entries[2]["who"]) == ("counted", "user:ada@example.com")


def test_balances_run_on_from_page_to_page_and_by_warehouse() -> None:
    set_up(TWO)
    for minutes, (units, warehouse) in enumerate(
        [(10, "main"), (7, "berlin"), (-1, "main"), (-2, "berlin"), (4, "main")]
    ):
        moved(units, minutes, warehouse)

    found = list(pages(LEDGER, limit=2))

    assert [len(page) for page in found] == [2, 2, 1]
    assert [(entry["warehouse"], entry["on_hand_after"]) for page in found for entry in page] == [
        ("main", 13),
        ("berlin", 5),
        ("main", 9),
        ("berlin", 7),
        ("main", 10),
    ]


def test_the_ledger_of_one_warehouse_leaves_the_others_out() -> None:
    set_up(TWO)
    for minutes, warehouse in enumerate(["main", "berlin", "main"]):
        moved(1, minutes, warehouse)

    found = list(pages(LEDGER, limit=1, warehouse="main"))

    assert [(entry["warehouse"], entry["on_hand_after"]) for page in found for entry in page] == [
        ("main", 2),
        ("main", 1),
    ]


def test_a_cursor_of_one_warehouse_has_no_balance_of_another() -> None:
    set_up(TWO)
    for minutes, warehouse in enumerate(["main", "berlin", "main"]):
        moved(9, minutes, warehouse, quarantined=3)

    first = call("GET", LEDGER, query={"limit": 1, "warehouse": "main"}).body

    position = position_of(first["next"], LEDGER_POSITION)
    assert position
    assert (position.balances, position.quarantined) == ({"main": (9, 0)}, {"main": 3})
    assert first["items"][0]["quarantined_after"] == 6


def test_what_happens_between_two_pages_does_not_disturb_the_second() -> None:
    set_up()
    for minutes in range(3):
        moved(1, minutes)
    first = call("GET", LEDGER, query={"limit": 2}).body
    moved(50, 9)

    second = call("GET", LEDGER, query={"limit": 2, "cursor": first["next"]}).body

    assert [(entry["on_hand"], entry["on_hand_after"]) for entry in second["items"]] == [(1, 1)]


def test_what_happens_while_a_page_is_read_does_not_disturb_it(cloud: World) -> None:
    set_up()
    moved(1, 0)
    happens = [50]

    def meanwhile(asked: Call) -> None:
        if asked.parameters.get("IndexName") == "by_time" and happens:
            moved(happens.pop(), 9)

    cloud.before = meanwhile

    assert [entry["on_hand_after"] for entry in call("GET", LEDGER).body["items"]] == [51, 1]


def test_a_ledger_of_very_many_warehouses_still_has_a_next_page() -> None:
    set_up()
    for number in range(200):
        moved(1, number, f"warehouse-{number:03d}-far-away")

    first = call("GET", LEDGER, query={"limit": 100}).body
    second = call("GET", LEDGER, query={"limit": 100, "cursor": first["next"]}).body

    assert (len(first["items"]), len(second["items"]), second["next"]) == (100, 100, None)


def test_a_sku_that_never_moved_has_an_empty_ledger() -> None:
    assert call("GET", "/stock/NO/movements").body == {"items": [], "next": None}
