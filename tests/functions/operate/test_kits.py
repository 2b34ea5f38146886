"""Kits by the API."""

from typing import Any

import pytest

from functions.allocate import route
from functions.complete import track
from packhorse.aws.settings import settings
from packhorse.domain.orders.channel_order import ChannelOrder
from packhorse.domain.orders.order import Flag
from simulation.aws.boundary import World
from simulation.builders import a_configuration, a_line, a_warehouse, an_order, sqs_event
from simulation.merchant import Context, balance, ledger, put_stock, set_up, stored, told
from tests.conftest import queued
from tests.functions.fulfil.partner import hand_over, handle_tracking
from tests.functions.operate.calls import Answer, call

pytestmark = pytest.mark.usefixtures("cloud")


def a_kit(sku: str, **components: int) -> Answer:
    return call("PUT", f"/products/{sku}", {"kind": "kit", "components": components})


def wrong(answer: Answer) -> tuple[int, list[str]]:
    return answer.status, [error["message"] for error in answer.body["errors"]]


def available(sku: str) -> dict[str, Any]:
    return {each["warehouse"]: each["available"] for each in call("GET", "/stock", query={"sku": sku}).body["items"]}


def test_an_order_of_a_kit_takes_its_components() -> None:
    set_up(None, "CUP", "POT")
    put_stock(30, "CUP")
    put_stock(3, "POT")
    assert a_kit("SET", CUP=6, POT=1).status == 200
    assert available("SET") == {"main": 3}
    order = an_order(a_line("SET", quantity=2))

    route.handler(told(order), Context())

    assert stored(order).lines[0].allocated == 2
    assert (balance("CUP"), balance("POT")) == ((30, 12, 18), (3, 2, 1))
    assert (ledger("CUP"), ledger("POT")) == ((30, 12), (3, 2))
    assert available("SET") == {"main": 1}


def test_a_kit_is_short_of_whole_kits() -> None:
    set_up(None, "CUP")
    put_stock(13, "CUP")
    a_kit("SIX", CUP=6)
    order = an_order(a_line("SIX", quantity=5))

    route.handler(told(order), Context())

    assert (stored(order).lines[0].allocated, stored(order).lines[0].short) == (2, 3)
    assert stored(order).flags == {Flag.BACKORDERED}
    assert balance("CUP") == (13, 12, 1)


def test_a_kit_leaves_the_reserve_of_its_components_alone_when_it_is_counted() -> None:
    set_up(None, "CHAIR")
    call("PUT", "/products/CHAIR", {"reserve": 5})
    put_stock(30, "CHAIR")
    a_kit("THREE CHAIRS", CHAIR=3)

    assert available("THREE CHAIRS") == {"main": 8}


def test_a_circle_is_refused_from_both_ends() -> None:
    set_up(None, "CUP")
    a_kit("A", CUP=1)
    a_kit("B", A=1)

    assert wrong(a_kit("A", B=1)) == (422, ["a product cannot contain itself: A > B > A"])


def test_a_kit_cannot_become_too_deep_for_those_that_hold_it() -> None:
    set_up(None, "CUP")
    for kit, part in (("ONE", "CUP"), ("TWO", "CUP"), ("THREE", "TWO"), ("FOUR", "THREE")):
        assert a_kit(kit, **{part: 1}).status == 200

    assert wrong(a_kit("TWO", ONE=1)) == (422, ["kits go 3 deep at most: FOUR > THREE > TWO > ONE > CUP"])


def test_a_component_cannot_be_deleted_until_no_kit_holds_it() -> None:
    set_up(None, "CUP", "BOWL")
    a_kit("SIX", CUP=6)
    assert call("DELETE", "/products/CUP").status == 409

    a_kit("SIX", BOWL=6)
    assert call("DELETE", "/products/CUP").status == 204

    assert call("DELETE", "/products/SIX").status == 204
    assert call("DELETE", "/products/BOWL").status == 204


def test_a_kit_has_no_stock_of_its_own() -> None:
    set_up(None, "CUP", "BOX")
    put_stock(5, "BOX")
    a_kit("SIX", CUP=6)
    adjustment = {"sku": "SIX", "warehouse": "main", "set": 3}

    assert wrong(call("POST", "/stock/adjustments", {"adjustments": [adjustment]})) == (
        422,
        ["SIX is a kit: adjust its components"],
    )
    assert wrong(a_kit("BOX", CUP=1)) == (422, ["a kit has no stock of its own, and this product has some"])


def test_a_kit_to_which_units_of_before_came_back_is_edited_all_the_same() -> None:
    set_up(None, "BOX", "CUP")
    a_kit("BOX", CUP=4)
    put_stock(1, "BOX", event="a parcel of before was voided")

    assert a_kit("BOX", CUP=6).status == 200


def test_a_built_product_has_stock_of_its_own_and_its_orders_take_that() -> None:
    set_up(None, "LEG")
    put_stock(40, "LEG")
    assert call("PUT", "/products/TABLE", {"kind": "built", "components": {"LEG": 4}}).status == 200
    put_stock(2, "TABLE")
    order = an_order(a_line("TABLE", quantity=3))

    route.handler(told(order), Context())

    assert (balance("TABLE"), balance("LEG")) == ((2, 2, 0), (40, 0, 40))
    assert stored(order).lines[0].short == 1
    assert available("TABLE") == {"main": 0}


def test_what_a_built_product_is_made_of_may_become_a_kit() -> None:
    set_up(None, "LEG", "SCREW")
    call("PUT", "/products/TABLE", {"kind": "built", "components": {"LEG": 4, "SCREW": 16}})

    assert a_kit("LEG", SCREW=4).status == 200
    assert wrong(a_kit("SCREW", TABLE=1))[0] == 422


def picked(order: ChannelOrder) -> dict[str, list[list[dict[str, Any]]]]:
    """By warehouse, what its fulfilment order says to pick for each of its lines."""
    found = call("GET", f"/orders/{order.order_id}").body
    return {each["warehouse"]: [part["pick"] for part in each["lines"]] for each in found["fulfilments"]}


def test_a_fulfilment_order_lists_what_to_pick_of_a_kit() -> None:
    set_up(None, "CUP", "POT", "MUG")
    for sku in ("CUP", "POT", "MUG"):
        put_stock(30, sku)
    a_kit("SET", CUP=6, POT=1)
    order = an_order(a_line("SET", quantity=2), a_line("MUG", 3, "2"))

    route.handler(told(order), Context())

    kit, single = [{"sku": "CUP", "quantity": 12}, {"sku": "POT", "quantity": 2}], [{"sku": "MUG", "quantity": 3}]
    assert picked(order) == {"main": [kit, single]}
    lines = call("GET", f"/orders/{order.order_id}").body["lines"]
    assert [line["components"] for line in lines] == [{"CUP": 6, "POT": 1}, {}]


def test_a_warehouse_picks_for_the_kits_that_it_ships_and_no_others() -> None:
    set_up(a_configuration(a_warehouse("main"), a_warehouse("north-1"), split_lines=True), "CUP")
    put_stock(12, "CUP")
    put_stock(6, "CUP", "north-1")
    a_kit("SIX", CUP=6)
    order = an_order(a_line("SIX", quantity=3))

    route.handler(told(order), Context())

    assert picked(order) == {"main": [[{"sku": "CUP", "quantity": 12}]], "north-1": [[{"sku": "CUP", "quantity": 6}]]}


def test_kits_in_a_kit_are_picked_as_what_lies_on_the_shelf_and_built_products_as_themselves() -> None:
    set_up(None, "CUP", "LEG")
    call("PUT", "/products/TABLE", {"kind": "built", "components": {"LEG": 4}})
    put_stock(30, "CUP")
    put_stock(2, "TABLE")
    a_kit("SIX", CUP=6)
    a_kit("DINNER", SIX=2, CUP=1, TABLE=1)
    order = an_order(a_line("DINNER"))
    route.handler(told(order), Context())

    a_kit("SIX", CUP=7)  # the order keeps the kit that it bought

    assert picked(order) == {"main": [[{"sku": "CUP", "quantity": 13}, {"sku": "TABLE", "quantity": 1}]]}


def test_what_has_left_is_not_picked_again() -> None:
    set_up(None, "CUP")
    put_stock(30, "CUP")
    a_kit("SIX", CUP=6)
    order = an_order(a_line("SIX", quantity=3))
    route.handler(told(order), Context())
    assert picked(order) == {"main": [[{"sku": "CUP", "quantity": 18}]]}

    for tracking, units, left in (("JD01", 2, [{"sku": "CUP", "quantity": 6}]), ("JD02", 1, [])):
        parcel = {"carrier": "DHL", "tracking": tracking, "lines": [{"line": "1", "quantity": units}]}
        assert call("POST", f"/orders/{order.order_id}/fulfilments/1/ship", {"parcels": [parcel]}).status == 202
        track.handler(sqs_event(*queued(settings.tracking_queue_url)), Context())
        assert picked(order) == {"main": [left]}


def test_an_order_keeps_the_kit_that_it_bought() -> None:
    set_up(None, "CUP")
    put_stock(30, "CUP")
    a_kit("SET", CUP=6)
    order = an_order(a_line("SET"))
    route.handler(told(order), Context())

    a_kit("SET", CUP=1)
    assert call("POST", f"/orders/{order.order_id}/cancel").status == 200

    assert balance("CUP") == (30, 0, 30)


def left_in_part(units: int, cloud: World) -> ChannelOrder:
    """An order of five boxes of which these have left, and that waits for the others."""
    put_stock(units, "BOX")
    order = an_order(a_line("BOX", quantity=5))
    route.handler(told(order), Context())
    hand_over(cloud)
    parcel = {"carrier": "DHL", "tracking": "JD01"}
    assert call("POST", f"/orders/{order.order_id}/fulfilments/1/ship", {"parcels": [parcel]}).status == 202
    handle_tracking()
    return order


def test_a_product_becomes_no_kit_while_the_rest_of_a_line_waits_of_which_units_have_left(cloud: World) -> None:
    set_up(a_configuration(a_warehouse("main"), ship_partial_lines=True), "BOX", "CUP")
    order = left_in_part(2, cloud)
    assert (stored(order).lines[0].short, balance("BOX")) == (3, (0, 0, 0))

    refused = a_kit("BOX", CUP=4)
    assert (refused.status, order.order_id in refused.body["detail"]) == (409, True)

    cancelled = {"version": stored(order).version, "lines": [{"id": "1", "quantity": 2}]}
    assert call("PATCH", f"/orders/{order.order_id}", cancelled).status == 200
    assert a_kit("BOX", CUP=4).status == 200


def test_a_product_becomes_no_kit_while_a_kit_waits_for_its_stock() -> None:
    set_up(None, "CUP", "SHERD")
    a_kit("SIX", CUP=6)
    order = an_order(a_line("SIX"))
    route.handler(told(order), Context())

    refused = a_kit("CUP", SHERD=9)
    assert (refused.status, order.order_id in refused.body["detail"]) == (409, True)

    assert call("POST", f"/orders/{order.order_id}/cancel").status == 200
    assert a_kit("CUP", SHERD=9).status == 200


def test_an_order_that_waits_for_very_many_products_keeps_each_from_becoming_a_kit() -> None:
    parts = [f"PART-{number:02}" for number in range(30)]
    set_up(None, "OTHER", *parts)
    a_kit("A", **dict.fromkeys(parts[:15], 1))
    a_kit("B", **dict.fromkeys(parts[15:], 1))
    order = an_order(a_line("A"), a_line("B", line="2"))
    route.handler(told(order), Context())

    assert [a_kit(sku, OTHER=1).status for sku in parts] == [409] * len(parts)
