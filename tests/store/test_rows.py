"""Rows are written and deleted with their order, and one that shows nothing new is not written again."""

from typing import Any

import pytest

from packhorse.aws import clients
from packhorse.aws.settings import settings
from packhorse.domain.orders.change import Change
from packhorse.domain.orders.fulfilment_rows import View, rows_of
from packhorse.domain.orders.order import MAX_LISTED, MAX_WAITS, Order
from packhorse.domain.stock.goods import Goods, Shelf
from packhorse.domain.values import Sku, WarehouseId
from packhorse.store import row_search, rows
from packhorse.store.commit import MAX_ACTIONS, Write, commit_one
from packhorse.store.row_search import RowFilter
from simulation.builders import NOON, a_configuration, a_line, a_warehouse
from simulation.merchant import put_stock
from tests.domain.order_builders import (
    LAMP,
    MUG,
    a_problem,
    asked,
    handed,
    in_fulfilment,
    received,
    sent,
    shelf,
)

pytestmark = pytest.mark.usefixtures("cloud")


def stored(order: Order, before: Order | None = None) -> Order:
    return commit_one(Write(Change(order), before, "test"), NOON)


def views() -> dict[str, list[int | None]]:
    """The fulfilment orders of all rows in the table, by view."""
    everything = RowFilter(now=NOON)
    found = {view: row_search.rows_of_view(view, everything, "", 100, is_backwards=False).rows for view in View}
    return {view: [row.fulfilment for row in each.values()] for view, each in found.items() if each}


def test_a_row_comes_and_goes_with_its_order() -> None:
    order = stored(received())
    assert views() == {"to-ship": [None]}

    order = stored(handed(order), order)
    assert views() == {"to-ship": [1]}

    stored(sent(order), order)
    assert views() == {}


def test_a_hand_over_is_a_single_write() -> None:
    order = stored(handed(received()))

    assert list(rows.row_writes(order, asked(order))) == []


def test_a_row_that_moves_to_another_view_leaves_the_one_before() -> None:
    order = stored(in_fulfilment())

    writes = list(rows.row_writes(order, order.replace(ship_to=None)))

    assert [[*write] for write in writes] == [["Delete"], ["Put"]]


def test_a_stored_row_is_read_as_it_was() -> None:
    order = stored(in_fulfilment())

    found = row_search.rows_of_view(View.TO_SHIP, RowFilter(now=NOON), "", 10, is_backwards=False).rows

    assert tuple(found.values()) == rows_of(order)


def test_a_parcel_writes_the_row_of_its_own_fulfilment_order_only() -> None:
    lines, config = (a_line(MUG, 2), a_line(LAMP, 3, "2")), a_configuration(a_warehouse("east"), a_warehouse("west"))
    order = handed(received(*lines), shelf(east=9) + shelf(LAMP, west=9), config)

    [one] = rows.row_writes(order, sent(order, 1))
    [part] = rows.row_writes(order, sent(order, 2, "JD77", _2=1))

    assert one["Delete"]["Key"]["sk"]["S"].endswith("#1#east")
    assert "jd77" in part["Put"]["Item"]["searched"]["S"]


def test_the_key_of_a_row_names_its_order_and_its_warehouse() -> None:
    order = in_fulfilment()
    key = rows.key_of(rows_of(order)[0])

    assert (key.view, key.order_id, key.warehouse) == ("to-ship", order.id, "main")
    assert rows.key_of(rows_of(received())[0]).warehouse is None


def test_an_ordinary_row_takes_one_write_unit() -> None:
    order = in_fulfilment(*(a_line(f"A long and telling SKU {n:03}", 2, str(n)) for n in range(8)))
    (put,) = (write["Put"] for write in rows.row_writes(None, order))

    assert sum(len(name) + len(next(iter(value.values()))) for name, value in put["Item"].items()) < 1024


def test_rows_that_have_no_room_in_a_transaction_are_left_to_the_audit(monkeypatch: pytest.MonkeyPatch) -> None:
    skus = [f"SKU-{number:02}" for number in range(25)]
    for sku in skus:
        put_stock(10, sku)
    order = stored(full(received()))
    transact, sizes = clients.client("dynamodb").transact_write_items, []

    def counted(**request: Any) -> Any:
        sizes.append(len(request["TransactItems"]))
        return transact(**request)

    monkeypatch.setattr(clients.client("dynamodb"), "transact_write_items", counted)
    goods = Goods({Shelf(Sku(sku), WarehouseId("main")): 1 for sku in skus})
    commit_one(Write(Change(full(order, "other"), committed=goods), order, "test"), NOON)

    assert max(sizes) <= MAX_ACTIONS


def full(order: Order, name: str = "sku") -> Order:
    """The order with as many waits, exceptions and rows as it can have, all of them called differently."""
    lines = tuple(
        line.replace(id=f"{name}-{n}", sku=f"{name}-{n}", reference=f"{name}-{n}", matched=None)
        for n in range(MAX_WAITS)
        for line in order.lines[:1]
    )
    problems = tuple(a_problem(f"{name}_{n}", "wrong") for n in range(MAX_LISTED))
    (one,) = handed(received()).fulfilments
    works = tuple(
        one.replace(id=f"{order.id}-{n}", warehouse=WarehouseId(f"{name}-{n}"), lines=())
        for n in range(1, MAX_LISTED + 1)
    )
    return order.replace(lines=lines, exceptions=problems, fulfilments=works)


def test_what_a_label_does_not_need_is_not_searched() -> None:
    stored(in_fulfilment())

    items = clients.client("dynamodb").scan(TableName=settings.orders_table)["Items"]

    (searched,) = (item["searched"]["S"] for item in items if item["pk"]["S"].startswith("ROW#"))
    assert "ada lovelace" in searched
    assert "@" not in searched
