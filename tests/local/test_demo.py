"""The demo's tables show what the stack says, with nothing left to guess."""

from typing import Any

from rich.console import Console
from rich.table import Table

from local.demo.drop_ship import differences as drop_ship_differences
from local.demo.drop_ship import drop_ship_table
from local.demo.tables import Offer, expected_offers, orders_table, stock_table
from local.scenario import EXAMPLES
from local.seed_supplier import SUPPLIER


def shown(table: Table) -> str:
    console = Console(width=200)
    with console.capture() as capture:
        console.print(table)
    return capture.get()


def balance(on_hand: int, *, committed: int = 0, quarantined: int = 0) -> dict[str, int]:
    available = on_hand - committed - quarantined
    return {"on_hand": on_hand, "committed": committed, "quarantined": quarantined, "available": available}


def order_of(**changes: Any) -> dict[str, Any]:
    return {
        "id": "o1",
        "number": "#1",
        "status": "complete",
        "flags": [],
        "exceptions": [],
        "fulfilments": [],
    } | changes


def test_every_unit_of_a_shelf_is_in_a_column() -> None:
    before, after = {("PLATE-L", "reno"): balance(500)}, {("PLATE-L", "reno"): balance(506, quarantined=1)}

    [row] = [line for line in shown(stock_table(before, after)).splitlines() if "PLATE-L" in line]

    assert [cell.strip() for cell in row.strip("│ ").split("│")] == ["PLATE-L", "reno", "500", "506", "0", "1", "505"]


def test_a_shelf_on_which_nothing_moved_is_shown_for_what_is_quarantined_there() -> None:
    kept = {("PLATE-L", "reno"): balance(500, quarantined=1), ("BOWL-S", "reno"): balance(500)}

    table = shown(stock_table(kept, kept))

    assert "PLATE-L" in table
    assert "BOWL-S" not in table


def test_of_a_kit_the_shops_can_sell_what_the_components_of_each_warehouse_make() -> None:
    parts = {("MUG-WHITE", "leeds"): 495, ("PLATE-S", "leeds"): 500, ("MUG-WHITE", "reno"): 11, ("PLATE-S", "reno"): 4}

    offer = expected_offers({shelf: balance(units) for shelf, units in parts.items()})["GIFT-SET"]

    assert offer == Offer(shopify=239, shop=200, woo=None, ebay=249, amazon=None)


def test_an_exception_is_named_and_its_advice_is_below() -> None:
    example = EXAMPLES[0]
    refund = {"cause": "not_refunded", "action": "Refund the buyer there."}
    order = order_of(status="cancelled", flags=["exception"], exceptions=[refund, refund], lines=[])
    line = {"sku": "MUG", "quantity": 1, "allocations": [], "short": 0, "routing": {"rule": "geo"}}

    table = shown(orders_table([example], {example.id: order | {"lines": [line]}}))

    assert "cancelled (exception: not_refunded)" in table
    assert table.count("not_refunded: Refund the buyer there.") == 1


def test_the_purchase_order_of_what_a_supplier_ships_is_as_its_fulfilment_order() -> None:
    purchase = {
        "id": "PO-1000",
        "ships": {"order": "o1", "fulfilment": 1},
        "state": "received",
        "total": {"amount": "58.00", "currency": "USD"},
        "lines": [{"ordered": 1, "received": 1, "sku": "RUG-WOOL"}],
    }
    rejected = {"number": 1, "warehouse": SUPPLIER, "status": "rejected"}
    orders = {"1": order_of(fulfilments=[rejected])}

    assert "58.00 USD" in shown(drop_ship_table([purchase], orders))
    assert [*drop_ship_differences([purchase], orders)] == ["purchase order PO-1000 is received, not closed"]
    assert [*drop_ship_differences([purchase | {"state": "closed"}], orders)] == []
