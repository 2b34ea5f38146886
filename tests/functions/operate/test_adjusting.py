"""Stock received, counted and transferred by the API, and stock as it was."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from packhorse.api.adjusting import Adjustments, Counts, Quarantine, Receipts, Transfers
from packhorse.domain.catalogue.product import Product, ProductKind
from packhorse.domain.stock.movement import Movement, MovementKind
from packhorse.domain.values import Sku, Value, WarehouseId
from packhorse.store import catalogue, stock
from packhorse.store.commit import commit_movements
from simulation.builders import NOON, a_configuration, a_line, a_warehouse
from simulation.merchant import MUG, balance, ledger, put_stock, set_up
from simulation.template import ROOT
from tests.functions.operate.calls import Answer, call, encoded
from tests.functions.operate.interference import meanwhile
from tests.functions.operate.orders import one_routed

pytestmark = pytest.mark.usefixtures("cloud")
TWO = a_configuration(a_warehouse("berlin"), a_warehouse("main"))


def received(*quantities: int, **more: Any) -> Answer:
    wanted = [{"sku": MUG, "warehouse": "main", "quantity": quantity} for quantity in quantities]
    return call("POST", "/stock/receipts", {"receipts": wanted, "reference": "delivery note 7"}, **more)


def counted(units: int, **more: Any) -> Answer:
    return call("POST", "/stock/counts", {"counts": [{"sku": MUG, "warehouse": "main", "counted": units, **more}]})


def transferred(units: int, source: str = "main", to: str = "berlin", **more: Any) -> Answer:
    wanted = {"sku": MUG, "from": source, "to": to, "quantity": units}
    return call("POST", "/stock/transfers", {"transfers": [wanted]}, **more)


def newest() -> list[tuple[str, str, int, int]]:
    """The ledger: kind, warehouse, change and the balance that it led to."""
    items = call("GET", f"/stock/{encoded(MUG)}/movements").body["items"]
    return [(each["kind"], each["warehouse"], each["on_hand"], each["on_hand_after"]) for each in items]


# ---- receipts


def test_what_arrives_is_on_hand_and_in_the_ledger() -> None:
    set_up()

    answer = received(5)

    assert [item["on_hand"] for item in answer.body["items"]] == [5]
    [entry] = call("GET", f"/stock/{encoded(MUG)}/movements").body["items"]
    assert (entry["kind"], entry["on_hand"], entry["reference"]) == ("receive", 5, "delivery note 7")


def test_the_same_sku_may_come_in_several_boxes() -> None:
    set_up()

    assert received(2, 3).status == 200

    assert balance() == (5, 0, 5)


def test_a_receipt_under_the_same_key_arrives_once() -> None:
    set_up()
    key = {"idempotency-key": "delivery-7"}

    assert received(5, headers=key) == received(5, headers=key)

    assert balance() == (5, 0, 5)


@pytest.mark.parametrize("quantity", [0, -1, 1.5, "many"])
def test_nothing_but_whole_units_arrive(quantity: Any) -> None:
    set_up()

    assert received(quantity).fields == ["receipts.0.quantity"]


# ---- counts


def test_a_count_is_what_is_on_hand_and_tells_when_it_was_even_if_the_books_were_right() -> None:
    set_up()
    put_stock(10)

    assert counted(8).body["items"][0]["available"] == 8
    assert counted(8).status == 200

    assert newest()[:2] == [("count", "main", 0, 8), ("count", "main", -2, 8)]
    assert ledger() == (8, 0)


def test_less_than_is_committed_cannot_have_been_counted() -> None:
    set_up()
    put_stock(10)
    one_routed(a_line(quantity=4))

    answer = counted(3)

    assert (answer.status, answer.fields) == (409, ["counts.0"])
    assert balance() == (10, 4, 6)


def test_a_count_of_what_has_changed_meanwhile_is_refused() -> None:
    set_up()
    put_stock(10)

    assert counted(9, expected=11).fields == ["counts.0.expected"]


def test_a_count_goes_by_available_units_when_it_is_written() -> None:
    set_up()
    put_stock(10)

    with meanwhile("TransactWriteItems", lambda: put_stock(5, event="a delivery")):
        counted(8)

    assert balance() == (8, 0, 8)


# ---- transfers


def test_a_transfer_leaves_one_warehouse_and_arrives_in_another_at_once() -> None:
    set_up(TWO)
    put_stock(10)

    answer = transferred(4)

    assert {item["warehouse"]: item["on_hand"] for item in answer.body["items"]} == {"main": 6, "berlin": 4}
    assert sorted(newest()[:2]) == [("transfer", "berlin", 4, 4), ("transfer", "main", -4, 6)]


def test_what_orders_have_cannot_be_transferred_away() -> None:
    set_up(TWO)
    put_stock(10)
    one_routed(a_line(quantity=4, warehouse="main"))

    answer = transferred(7)

    assert (answer.status, answer.fields) == (409, ["transfers.0.from"])
    assert balance() == (10, 4, 6)


def test_two_transfers_of_a_sku_see_each_others_use() -> None:
    set_up(a_configuration(a_warehouse("berlin"), a_warehouse("leeds"), a_warehouse("main")))
    put_stock(10)
    both = [{"sku": MUG, "from": "main", "to": to, "quantity": 6} for to in ("berlin", "leeds")]

    answer = call("POST", "/stock/transfers", {"transfers": both})

    assert (answer.status, answer.fields) == (409, ["transfers.1.from"])
    assert balance() == (10, 0, 10)


@pytest.mark.parametrize(
    ("wanted", "field"),
    [
        ({"from": "main", "to": "main"}, "transfers.0"),
        ({"from": "moon", "to": "main"}, "transfers.0.from"),
        ({"from": "main", "to": "moon"}, "transfers.0.to"),
        ({"from": "main", "to": "berlin", "sku": "NO"}, "transfers.0.sku"),
        ({"from": "main"}, "transfers.0.to"),
    ],
)
def test_a_transfer_that_does_not_fit_is_422(wanted: dict[str, Any], field: str) -> None:
    set_up(TWO)
    put_stock(10)

    answer = call("POST", "/stock/transfers", {"transfers": [{"sku": MUG, "quantity": 1, **wanted}]})

    assert (answer.status, answer.fields[0]) == (422, field)


def test_an_operator_receives_and_transfers_and_a_reader_does_not() -> None:
    set_up(TWO)

    assert received(5, roles=["operator"]).status == 200
    assert transferred(1, roles=["operator"]).status == 200
    assert received(5, roles=["read_only"]).status == 403


# ---- as it was


def moved(units: int, minutes: int, sku: str = MUG, warehouse: str = "main") -> None:
    movement = Movement(
        sku=Sku(sku),
        warehouse=WarehouseId(warehouse),
        event=f"{minutes}",
        kind=MovementKind.ADJUST,
        on_hand=units,
        committed=0,
        reference="test",
        who="test",
        at=NOON + timedelta(minutes=minutes),
    )
    commit_movements([movement])


def as_of(moment: datetime, sku: str = MUG) -> dict[str, int]:
    answer = call("GET", "/stock", query={"sku": sku, "at": moment.isoformat()})
    assert answer.status == 200
    return {item["warehouse"]: item["available"] for item in answer.body["items"]}


def test_stock_is_known_as_it_was_at_any_moment() -> None:
    set_up(TWO)
    moved(10, minutes=0)
    moved(-3, minutes=5)
    moved(4, minutes=7, warehouse="berlin")

    assert as_of(NOON - timedelta(seconds=1)) == {}
    assert as_of(NOON) == {"main": 10}
    assert as_of(NOON + timedelta(minutes=5)) == {"main": 7}
    assert as_of(NOON + timedelta(minutes=6)) == {"main": 7}
    assert as_of(datetime.now(UTC)) == {"berlin": 4, "main": 7}
    assert {each.warehouse: each.available for each in stock.of_sku(MUG)} == as_of(datetime.now(UTC))


def test_a_kit_is_known_as_it_could_have_been_made() -> None:
    set_up(None, "CUP")
    catalogue.put_product(Product(sku="SIX", kind=ProductKind.KIT, components={"CUP": 6}))
    moved(13, minutes=0, sku="CUP")
    moved(-2, minutes=5, sku="CUP")

    assert as_of(NOON, "SIX") == {"main": 2}
    assert as_of(NOON + timedelta(minutes=5), "SIX") == {"main": 1}


def test_a_moment_lies_in_the_past() -> None:
    set_up()
    tomorrow = (datetime.now(UTC) + timedelta(days=1)).isoformat()

    assert call("GET", "/stock", query={"sku": MUG, "at": tomorrow}).fields == ["at"]
    assert call("GET", "/stock", query={"sku": MUG, "at": "yesterday"}).fields == ["at"]


@pytest.mark.parametrize(
    ("path", "shape"),
    [
        ("adjustments", Adjustments),
        ("receipts", Receipts),
        ("counts", Counts),
        ("transfers", Transfers),
        ("quarantine", Quarantine),
    ],
)
def test_the_page_shows_a_body_that_is_taken(path: str, shape: type[Value]) -> None:
    page = (ROOT / "docs" / "stock.md").read_text()
    (shown,) = re.findall(rf"`POST /stock/{path}`.*\| `(\{{.+\}})` \|", page)

    shape.model_validate_json(shown)
