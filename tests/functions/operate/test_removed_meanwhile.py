"""What a purchase order names may be removed, or of another kind, before it is submitted or the last of it comes."""

from collections.abc import Callable
from typing import Any

import pytest

from packhorse.domain.configuration.warehouse import WarehouseKind
from simulation.builders import a_configuration, a_warehouse
from simulation.merchant import MUG, put_stock, set_up
from tests.functions.operate.calls import Answer, call
from tests.functions.operate.purchasing import LAMP, arrived, do, line, made, merchant, receive, shelf

pytestmark = pytest.mark.usefixtures("cloud")


@pytest.fixture(autouse=True)
def _merchant(cloud: Any) -> None:
    merchant()
    assert call("PUT", "/warehouses/attic", {"name": "Attic", "kind": "own"}).status in (200, 201)


def removed(path: str) -> None:
    assert call("DELETE", path).status == 204, path


def without_attic() -> None:
    """The warehouse is removed in the very moment in which it is named: nothing refuses that."""
    set_up(a_configuration(a_warehouse("main")))


@pytest.mark.parametrize(
    ("remove", "fields"),
    [
        (lambda: removed(f"/products/{LAMP}"), ["lines.0.sku"]),
        (without_attic, ["warehouse"]),
        (lambda: removed("/suppliers/acme"), ["supplier"]),
    ],
)
def test_a_draft_of_what_was_removed_is_not_submitted_and_can_be_cancelled(
    remove: Callable[[], object], fields: list[str]
) -> None:
    draft = made(line(LAMP), warehouse="attic")
    remove()

    submitted: Answer = do(draft, "submit")

    assert (submitted.status, submitted.fields) == (422, fields)
    assert do(draft, "cancel").body["state"] == "cancelled"


@pytest.mark.parametrize("path", [f"/products/{LAMP}", "/warehouses/attic"])
def test_what_comes_late_for_what_was_removed_is_not_counted_anywhere(path: str) -> None:
    order = made(line(LAMP), warehouse="attic")
    do(order, "submit")
    do(order, "close", {"lines": []})
    removed(path)

    late = receive(order, arrived(4))

    assert (late.status, shelf(LAMP)) == (409, (0, 0))
    assert "any more" in late.body["detail"]


KIT = {"kind": "kit", "components": {MUG: 2}}


def test_a_draft_of_what_became_a_kit_is_not_submitted() -> None:
    draft = made(line(LAMP), warehouse="attic")
    assert call("PUT", f"/products/{LAMP}", KIT).status == 200

    submitted = do(draft, "submit")

    assert (submitted.status, submitted.fields) == (422, ["lines.0.sku"])


def test_a_product_that_is_to_come_does_not_become_a_kit() -> None:
    order = made(line(LAMP), warehouse="attic")
    do(order, "submit")

    answer = call("PUT", f"/products/{LAMP}", KIT)

    assert (answer.status, answer.fields) == (422, ["kind"])


def changed_kind(kind: str) -> Answer:
    return call("PATCH", "/warehouses/attic", {"kind": kind})


@pytest.mark.parametrize("change", ["kit", "dropship"])
def test_what_comes_late_where_none_can_be_is_not_counted_anywhere(change: str) -> None:
    order = made(line(LAMP), warehouse="attic")
    do(order, "submit")
    do(order, "close", {"lines": []})
    answer = call("PUT", f"/products/{LAMP}", KIT) if change == "kit" else changed_kind(change)
    assert answer.status == 200

    late = receive(order, arrived(4))

    assert (late.status, shelf(LAMP)) == (409, (0, 0))
    assert f"{change} now" in late.body["detail"]


@pytest.mark.parametrize("is_submitted", [False, True])
def test_a_warehouse_stays_and_keeps_its_kind_while_units_are_to_come(*, is_submitted: bool) -> None:
    """A draft counts: who waits for it would wait for ever."""
    order = made(line(LAMP), warehouse="attic")
    if is_submitted:
        do(order, "submit")

    refused = changed_kind("dropship"), call("DELETE", "/warehouses/attic")
    do(order, "close" if is_submitted else "cancel", {"lines": []} if is_submitted else {})

    assert [each.status for each in refused] == [409, 409]
    assert order in refused[0].body["detail"]
    assert is_submitted or order in refused[1].body["detail"]
    assert changed_kind("dropship").status == 200
    removed("/warehouses/attic")


@pytest.mark.parametrize("place", ["from_warehouse", "to_warehouse"])
def test_a_warehouse_keeps_its_kind_while_a_transfer_names_it(place: str) -> None:
    put_stock(5, LAMP, "main")
    ends = {"from_warehouse": "main", "to_warehouse": "main", place: "attic"}
    transfer = call("POST", "/transfer-orders", {**ends, "lines": [{"sku": LAMP, "units": 2}]})
    assert transfer.status == 201, transfer.body

    answer = changed_kind("dropship")

    assert (answer.status, transfer.body["id"] in answer.body["detail"]) == (409, True)


def test_a_warehouse_keeps_its_kind_while_a_work_order_names_it() -> None:
    assert call("PUT", "/products/PAIR", {"kind": "built", "components": {LAMP: 2}}).status == 200
    work = call("POST", "/work-orders", {"sku": "PAIR", "warehouse": "attic", "units": 1})
    assert work.status == 201, work.body

    answer = changed_kind("dropship")

    assert (answer.status, work.body["id"] in answer.body["detail"]) == (409, True)


def given_to_amazon() -> None:
    set_up(a_configuration(a_warehouse("main"), a_warehouse("attic", kind=WarehouseKind.FBA)))


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (given_to_amazon, "attic counts by Amazon's figures"),
        (lambda: changed_kind("dropship"), "warehouse attic is dropship now"),
        (lambda: removed("/warehouses/attic"), "no warehouse attic any more"),
        (lambda: removed(f"/products/{LAMP}"), f"no product {LAMP} any more"),
        (lambda: call("PUT", f"/products/{LAMP}", KIT), f"{LAMP} is a kit now"),
    ],
)
def test_what_its_supplier_refused_does_not_come_after_all_where_nothing_can(
    change: Callable[[], object], reason: str
) -> None:
    order = made(line(LAMP), warehouse="attic")
    do(order, "submit")
    do(order, "answer", {"lines": [{"line": "1", "refused": 10}]})
    change()

    taken_back = do(order, "answer", {"lines": [{"line": "1", "refused": 4}]})

    assert (taken_back.status, reason in str(taken_back.body.get("detail")), shelf(LAMP)) == (409, True, (0, 0))
    assert call("GET", f"/purchase-orders/{order}").body["state"] == "closed"
