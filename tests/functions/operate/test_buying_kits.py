"""What is bought for kits: components that make no kit where they are, or are to come, serve none."""

from typing import Any

import pytest

from functions.allocate import route
from packhorse.domain.orders.channel_order import ChannelOrder
from packhorse.domain.supply.supplier import Supplier
from packhorse.messages.release import StockArrived, send_release
from packhorse.store import suppliers
from simulation.builders import NOON, a_configuration, a_line, a_warehouse, an_order
from simulation.merchant import Context, put_stock, set_up, stored, told
from tests.functions.operate.calls import call
from tests.functions.operate.orders import causes
from tests.functions.operate.purchasing import arrived, do, draft, line, receive
from tests.functions.operate.test_buying_anew import TERMS, follow

pytestmark = pytest.mark.usefixtures("cloud")


def merchant(components: dict[str, int], **settings: Any) -> None:
    """A kit, and the products in it, which acme sells; it ships from main first, and from east."""
    places = (a_warehouse("main"), a_warehouse("east"))
    per_order = settings.pop("per_order", False)
    set_up(a_configuration(*places, priorities=("main", "east"), catchall="main", **settings), *components)
    suppliers.apply_edit("acme", lambda _: Supplier(id="acme"), "user:ada", NOON)
    for sku in components:
        bought = {"bought_from": [TERMS], "bought_per_order": per_order}
        assert call("PATCH", f"/products/{sku}", bought).status == 200
    assert call("PUT", "/products/KIT", {"kind": "kit", "components": components}).status == 200


def ordered(kits: int) -> ChannelOrder:
    order = an_order(a_line("KIT", kits), placed_at=NOON)
    route.handler(told(order), Context())
    follow()
    return order


def on_order_for_east(**units: int) -> None:
    lines = (line(sku, n) for sku, n in units.items())
    made = call("POST", "/purchase-orders", {**draft(*lines), "warehouse": "east"})
    assert do(made.body["id"], "submit").status == 200
    follow()


def drafted() -> list[tuple[str, dict[str, int]]]:
    """What is drafted for short lines now: warehouse and units."""
    answer = call("POST", "/purchase-orders/from-short-lines")
    follow()
    return [(each["warehouse"], units_of(each)) for each in answer.body["items"]]


def units_of(purchase: dict[str, Any]) -> dict[str, int]:
    return {each["sku"]: each["ordered"] for each in purchase["lines"]}


def purchases() -> list[dict[str, Any]]:
    return list(call("GET", "/purchase-orders").body["items"])


def all_comes() -> None:
    for each in purchases():
        do(each["id"], "submit")
        came = [arrived(part["ordered"], line=part["id"]) for part in each["lines"]]
        assert receive(each["id"], *came).status == 200
        send_release([StockArrived(sku=part["sku"], arrived_at=(each["warehouse"],)) for part in each["lines"]])
    follow()


def allocated(order: ChannelOrder) -> int:
    return stored(order).lines[0].allocated


@pytest.mark.parametrize("per_order", [False, True])
@pytest.mark.parametrize("split", [False, True])
@pytest.mark.parametrize(("at_main", "at_east"), [(3, 3), (5, 7)])
def test_parts_of_packs_at_two_warehouses_do_not_hide_what_packs_lack(
    per_order: bool, split: bool, at_main: int, at_east: int
) -> None:
    merchant({"CUP": 6}, split_lines=split, per_order=per_order)
    put_stock(at_main, "CUP", "main")
    put_stock(at_east, "CUP", "east")
    packs = (at_main + at_east) // 6
    order = ordered(packs)

    drafted()
    all_comes()

    assert allocated(order) == packs
    assert drafted() == []


@pytest.mark.parametrize("per_order", [False, True])
def test_units_to_come_elsewhere_that_make_no_pack_are_not_counted_for_it(per_order: bool) -> None:
    merchant({"CUP": 6}, split_lines=True, per_order=per_order)
    on_order_for_east(CUP=4)
    order = ordered(1)

    drafted()

    assert [(each["warehouse"], units_of(each)) for each in purchases()] == [("main", {"CUP": 6}), ("east", {"CUP": 4})]
    all_comes()
    assert (allocated(order), causes(order.order_id)) == (1, [])


@pytest.mark.parametrize("split", [False, True])
@pytest.mark.parametrize("per_order", [False, True])
def test_whole_kits_to_come_elsewhere_are_not_bought_again(split: bool, per_order: bool) -> None:
    merchant({"CUP": 1, "SAUCER": 1}, split_lines=split, per_order=per_order)
    on_order_for_east(CUP=9, SAUCER=9)
    order = ordered(3)

    assert drafted() == []
    assert len(purchases()) == 1
    all_comes()
    assert (allocated(order), causes(order.order_id)) == (3, [])


def test_one_product_of_a_kit_to_come_elsewhere_serves_none() -> None:
    merchant({"CUP": 1, "SAUCER": 1})
    on_order_for_east(CUP=9)
    ordered(3)

    assert drafted() == [("main", {"CUP": 3, "SAUCER": 3})]
    assert drafted() == []
