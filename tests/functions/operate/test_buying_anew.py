"""What is bought or built again for an order: the document that does not bring it does not take it away."""

from datetime import timedelta
from typing import Any

import pytest

from functions.allocate import release, route
from packhorse.aws.settings import settings
from packhorse.domain.configuration.account import Backorders
from packhorse.domain.supply.purchasing import Purchasing
from packhorse.domain.supply.supplier import Supplier
from packhorse.domain.values import OrderId
from packhorse.messages.release import StockArrived, send_release
from packhorse.store import suppliers
from packhorse.usecases.supply.buy_for_orders import buy_for_orders, request_review
from simulation.aws.boundary import World
from simulation.builders import NOON, a_configuration, a_line, a_warehouse, an_order, sqs_event
from simulation.merchant import MUG, Context, put_stock, set_up, told
from tests.conftest import invoked, queued
from tests.functions.fulfil.partner import hand_over
from tests.functions.operate import working
from tests.functions.operate.calls import call, encoded
from tests.functions.operate.orders import causes, get, step
from tests.functions.operate.purchasing import arrived, do, draft, line, receive

pytestmark = pytest.mark.usefixtures("cloud")

TERMS = {"supplier": "acme", "price": {"amount": "2.00", "currency": "EUR"}}


def merchant(kind: str = "own", supplier: Supplier | None = None, **product: Any) -> None:
    """Mugs are bought from acme; they ship from main first, and from another warehouse."""
    places = (a_warehouse("main"), a_warehouse("east", kind=kind))
    set_up(a_configuration(*places, priorities=("main", "east"), catchall="main"), MUG)
    suppliers.apply_edit("acme", lambda _: supplier or Supplier(id="acme"), "user:ada", NOON)
    assert call("PATCH", f"/products/{encoded(MUG)}", {"bought_from": [TERMS], **product}).status == 200


def follow() -> None:
    """Handle what follows, to its end."""
    while messages := [*queued(settings.orders_queue_url)]:
        for message in messages:
            route.handler(sqs_event(message), Context())
    while payloads := invoked(settings.release_function):
        for payload in payloads:
            release.handler(payload, Context())
        follow()


def taken(units: int, minute: int = 0) -> str:
    order = an_order(a_line(quantity=units), placed_at=NOON + timedelta(minutes=minute))
    route.handler(told(order), Context())
    follow()
    return order.order_id


def drafted() -> list[tuple[str, int]]:
    """What is drafted for short lines now: warehouse and units."""
    answer = call("POST", "/purchase-orders/from-short-lines")
    assert answer.status == 201, answer.body
    follow()
    return [(each["warehouse"], each["lines"][0]["ordered"]) for each in answer.body["items"]]


def on_order(*, per_order: bool) -> str:
    """The purchase order of what waits, submitted."""
    if not per_order:
        drafted()
    [first] = call("GET", "/purchase-orders").body["items"]
    assert do(first["id"], "submit").status == 200
    follow()
    return str(first["id"])


def purchases() -> list[tuple[str, str, int]]:
    items = call("GET", "/purchase-orders").body["items"]
    return [(each["state"], each["warehouse"], each["lines"][0]["ordered"]) for each in items]


def unneeded() -> list[str]:
    """The purchase orders with units that no order needs."""
    found = call("GET", "/exceptions").body["items"]
    return [each["concerns"] for each in found if each["cause"] == "purchase_unneeded"]


@pytest.mark.parametrize("per_order", [True, False])
@pytest.mark.parametrize("loss", ["refused", "broken"])
def test_what_does_not_come_of_a_line_is_bought_anew(per_order: bool, loss: str) -> None:
    merchant(bought_per_order=per_order)
    taken(10)
    name = on_order(per_order=per_order)
    if loss == "refused":
        assert do(name, "answer", {"lines": [{"line": "1", "refused": 4}]}).status == 200
    else:
        assert receive(name, arrived(0, rejected=4, reason="broken")).status == 200
    follow()

    assert drafted() == [("main", 4)]
    assert drafted() == []
    assert purchases()[0] == ("new", "main", 4)
    assert unneeded() == []


def test_what_is_not_to_come_is_unneeded_first() -> None:
    """Of ten, four are refused; then the order wants five: one of the six that come is too many, and none with six."""
    merchant()
    order = taken(10)
    name = on_order(per_order=False)
    assert do(name, "answer", {"lines": [{"line": "1", "refused": 4}]}).status == 200

    def wants(units: int) -> int:
        body = {"version": get(order)["version"], "lines": [{"id": "1", "quantity": units}]}
        assert call("PATCH", f"/orders/{order}", body).status == 200
        follow()
        request_review()
        follow()
        return int(call("GET", f"/purchase-orders/{name}").body["lines"][0]["unneeded"])

    assert (wants(6), wants(5), wants(2)) == (0, 1, 4)


@pytest.mark.parametrize("per_order", [True, False])
def test_what_is_bought_where_a_moved_line_waits_stays_and_the_rest_is_unneeded(per_order: bool) -> None:
    merchant(bought_per_order=per_order)
    order = taken(5)
    first = on_order(per_order=per_order)
    assert call("POST", f"/orders/{order}/lines/1/move", {"warehouse": "east"}).status < 300
    follow()

    assert drafted() == [("east", 5)]
    assert drafted() == []
    assert purchases()[0] == ("new", "east", 5)
    assert unneeded() == [first]


def test_a_draft_that_its_order_does_not_need_any_more_counts_for_no_other() -> None:
    merchant()
    first = taken(5)
    assert drafted() == [("main", 5)]
    assert call("POST", f"/orders/{first}/lines/1/move", {"warehouse": "east"}).status < 300
    follow()
    taken(6, 1)

    assert drafted() == [("east", 5), ("main", 6)]
    assert drafted() == []
    assert purchases() == [("new", "main", 6), ("new", "east", 5), ("cancelled", "main", 5)]


def test_what_a_draft_has_beyond_an_order_that_wants_fewer_counts_for_no_other() -> None:
    """It has not been reviewed yet. The rest of the case that is left counts."""
    merchant(bought_from=[{**TERMS, "case_pack": 4}])
    first = taken(7)
    assert drafted() == [("main", 8)]
    body = {"version": get(first)["version"], "lines": [{"id": "1", "quantity": 3}]}
    assert call("PATCH", f"/orders/{first}", body).status == 200
    route.handler(told(an_order(a_line(quantity=5))), Context())

    assert drafted() == [("main", 4)]
    assert drafted() == []
    request_review()
    follow()
    assert purchases() == [("new", "main", 4), ("new", "main", 4)]
    assert drafted() == []


def test_a_work_order_that_is_a_draft_counts_for_no_other_order_than_its_own() -> None:
    working.merchant()
    first, second = (an_order(a_line(working.TABLE, units)) for units in (5, 6))
    route.handler(told(first), Context())
    [before] = call("POST", "/work-orders/from-short-lines").body["items"]
    assert step(first.order_id, "cancel", {}).status < 300
    invoked(settings.release_function)
    route.handler(told(second), Context())

    [after] = call("POST", "/work-orders/from-short-lines").body["items"]

    assert (before["units"], after["units"]) == (5, 6)


def test_what_a_supplier_ships_to_one_buyer_does_not_come_for_another() -> None:
    direct = Supplier(id="acme", warehouses=("east",), purchasing=Purchasing(drop_ship=True))
    merchant("dropship", direct, bought_per_order=True)
    put_stock(5, warehouse="east")
    taken(5)
    waiting = taken(5, 1)
    [mine] = [each for each in call("GET", "/purchase-orders").body["items"] if not each["ships"]]
    assert call("POST", f"/purchase-orders/{mine['id']}/cancel").status == 200
    follow()

    assert causes(waiting) == ["not_bought"]
    assert drafted() == [("main", 5)]


def is_counted(units: int) -> None:
    """Units that are counted serve who waits."""
    counted = {"adjustments": [{"sku": MUG, "warehouse": "main", "add": units}]}
    assert call("POST", "/stock/adjustments", counted).status == 200
    send_release([StockArrived(sku=MUG, arrived_at=("main",))])
    follow()


def test_a_draft_by_hand_orders_less_by_itself_when_its_order_gets_other_units() -> None:
    merchant()
    taken(5)
    assert drafted() == [("main", 5)]

    is_counted(3)
    assert purchases() == [("new", "main", 2)]
    is_counted(2)

    assert purchases() == [("cancelled", "main", 2)]


def test_what_was_submitted_by_hand_is_unneeded_when_its_order_gets_other_units() -> None:
    merchant()
    taken(5)
    name = on_order(per_order=False)

    is_counted(5)

    assert unneeded() == [name]


def test_a_work_order_that_is_a_draft_is_cancelled_when_its_order_gets_other_units() -> None:
    working.merchant()
    route.handler(told(an_order(a_line(working.TABLE, 5))), Context())
    [first] = call("POST", "/work-orders/from-short-lines").body["items"]

    put_stock(5, sku=working.TABLE)
    send_release([StockArrived(sku=working.TABLE, arrived_at=("main",))])
    follow()

    assert working.show(first["id"])["state"] == "cancelled"


def for_a_cancelled_order(units: int) -> str:
    """A purchase order that was submitted for an order which was cancelled then."""
    order = taken(units)
    name = on_order(per_order=False)
    assert step(order, "cancel", {}).status < 300
    follow()
    assert unneeded() == [name]
    return name


def waited_for(name: str) -> list[tuple[str, int, int]]:
    """The orders that a purchase order is made for, with what they need and what they do not."""
    [found] = call("GET", f"/purchase-orders/{name}").body["lines"]
    return [(each["order"], each["units"], each["unneeded"]) for each in found["made_for"]]


def test_what_is_counted_for_an_order_that_waits_is_its_own_by_name() -> None:
    merchant()
    name = for_a_cancelled_order(7)
    order = taken(5, 1)

    assert drafted() == []

    assert waited_for(name)[1:] == [(order, 5, 0)]
    [found] = call("GET", f"/purchase-orders/{name}").body["lines"]
    assert (found["unneeded"], unneeded()) == (2, [name])
    [entry] = [
        each for each in call("GET", f"/purchase-orders/{name}").body["timeline"] if each["what"] == "taken over"
    ]
    assert entry["detail"] == f"5 of {MUG} for {get(order)['number']}"
    younger = taken(2, 2)
    assert drafted() == []
    assert ([each for each, _, _ in waited_for(name)], unneeded()) == ([order, younger], [])


@pytest.mark.parametrize("backorders", Backorders)
def test_an_order_that_waits_already_takes_over_at_once_what_another_gives_up(backorders: Backorders) -> None:
    merchant()
    assert call("PATCH", "/account", {"backorders": backorders}).status == 200
    first = taken(5)
    name = on_order(per_order=False)
    waiting = taken(3, 1)

    assert step(first, "cancel", {}).status < 300
    follow()

    assert waited_for(name) == [(first, 2, 2), (waiting, 3, 0)]


def submitted_for(order: str) -> str:
    """The purchase order that was made for an order, and submitted by itself."""
    [found] = call("GET", "/purchase-orders", query={"order": order}).body["items"]
    return str(found["id"])


@pytest.mark.parametrize("backorders", Backorders)
def test_an_order_whose_own_purchase_order_was_closed_takes_over_what_another_gives_up(backorders: Backorders) -> None:
    merchant(supplier=Supplier(id="acme", purchasing=Purchasing(per_order="submit")), bought_per_order=True)
    assert call("PATCH", "/account", {"backorders": backorders}).status == 200
    first, second, third = (taken(3, minute) for minute in range(3))
    name = submitted_for(first)
    for order in (second, third):
        assert do(submitted_for(order), "close", {"lines": []}).status == 200
    follow()
    assert (causes(second), causes(third)) == (["not_bought"], ["not_bought"])

    assert step(first, "cancel", {}).status < 300
    follow()

    assert (waited_for(name), unneeded()) == ([(second, 3, 0)], [])
    assert (causes(second), causes(third)) == ([], ["not_bought"])
    timeline = call("GET", f"/purchase-orders/{name}").body["timeline"]
    request_review()
    follow()
    assert call("GET", f"/purchase-orders/{name}").body["timeline"] == timeline


@pytest.mark.parametrize("end", ["close", "cancel"])
def test_an_order_whose_purchase_order_ends_takes_over_with_the_audit_what_nobody_needs(end: str) -> None:
    merchant(supplier=Supplier(id="acme", purchasing=Purchasing(per_order="submit")), bought_per_order=True)
    first, second = taken(3), taken(4, 1)
    name = submitted_for(first)
    assert step(first, "cancel", {}).status < 300
    follow()
    assert do(submitted_for(second), end, {"lines": []} if end == "close" else {}).status == 200
    follow()

    request_review()
    follow()

    assert (waited_for(name), unneeded(), causes(second)) == ([(second, 3, 0)], [], ["not_bought"])
    assert drafted() == [("main", 1)]
    assert causes(second) == []


def test_the_audit_has_an_order_that_came_since_take_over_what_nobody_needs() -> None:
    merchant()
    name = for_a_cancelled_order(5)
    order = taken(5, 1)
    assert unneeded() == [name]

    for _ in range(3):
        request_review()
        follow()

    assert (waited_for(name), unneeded()) == ([(order, 5, 0)], [])


def test_what_was_taken_over_is_given_up_and_taken_over_again() -> None:
    merchant()
    name = for_a_cancelled_order(5)
    second = taken(5, 1)
    drafted()

    assert step(second, "cancel", {}).status < 300
    follow()
    assert unneeded() == [name]
    third = taken(5, 2)

    assert (drafted(), waited_for(name), unneeded()) == ([], [(third, 5, 0)], [])


def test_units_named_for_an_order_that_waits_elsewhere_by_now_hide_no_one_who_waits() -> None:
    merchant()
    first = taken(2)
    name = on_order(per_order=False)
    moved = taken(3, 1)
    assert drafted() == [("main", 3)]
    assert step(moved, "lines/1/move", {"warehouse": "east"}).status == 200
    follow()
    waiting = taken(2, 2)

    assert step(first, "cancel", {}).status < 300
    follow()

    assert (waited_for(name), get(moved)["supply"]) == ([(waiting, 2, 0)], [])


def test_an_order_that_waits_elsewhere_takes_nothing_over() -> None:
    merchant()
    name = for_a_cancelled_order(5)
    elsewhere = an_order(a_line(quantity=5, warehouse="east"))
    route.handler(told(elsewhere), Context())
    follow()

    assert (drafted(), unneeded()) == ([("east", 5)], [name])


def test_a_work_order_is_taken_over_by_the_order_that_waits() -> None:
    working.merchant()
    first, second = (an_order(a_line(working.TABLE, units)) for units in (5, 3))
    route.handler(told(first), Context())
    [found] = call("POST", "/work-orders/from-short-lines").body["items"]
    assert working.do(found["id"], "submit", {}).status == 200
    assert step(first.order_id, "cancel", {}).status < 300
    follow()
    assert [each["cause"] for each in call("GET", "/exceptions").body["items"]] == ["work_unneeded"]
    route.handler(told(second), Context())

    assert call("POST", "/work-orders/from-short-lines").body["items"] == []
    follow()

    assert working.show(found["id"])["unneeded"] == 2
    assert [each["order"] for each in working.show(found["id"])["made_for"]] == [first.order_id, second.order_id]


def test_nothing_is_looked_up_for_orders_that_get_all_at_once_or_nothing_more() -> None:
    """Most orders never wait: documents are not read for them, nor for those that go on waiting."""
    merchant()
    put_stock(5)

    for each in (an_order(a_line(quantity=5)), an_order(a_line(quantity=5))):
        route.handler(told(each), Context())
        route.handler(told(each), Context())

    assert [each for each in invoked(settings.release_function) if each["kind"] == "buy"] == []


@pytest.mark.long
def test_what_more_orders_wait_for_than_a_line_names_is_bought_once() -> None:
    merchant(bought_from=[])
    orders = [an_order(a_line(quantity=1), placed_at=NOON + timedelta(minutes=number)) for number in range(210)]
    for place in range(0, len(orders), 10):
        route.handler(told(*orders[place : place + 10]), Context())
    follow()
    merchant(bought_per_order=True)

    assert drafted() == [("main", 200), ("main", 10)]
    buy_for_orders([order.order_id for order in orders[190:]])
    follow()

    assert [units for _, _, units in purchases()] == [10, 200]


def test_what_is_not_built_of_a_work_order_is_built_by_another() -> None:
    working.merchant()
    order = an_order(a_line(working.TABLE, 5))
    route.handler(told(order), Context())
    [first] = call("POST", "/work-orders/from-short-lines").body["items"]
    assert working.do(first["id"], "submit", {}).status == 200
    assert working.do(first["id"], "close", {"units": 2}).status == 200
    follow()

    [second] = call("POST", "/work-orders/from-short-lines").body["items"]
    request_review()
    follow()

    assert second["units"] == 2
    assert working.show(second["id"])["state"] == "new"


def test_units_that_come_for_another_order_do_not_hide_that_none_come_for_this_one() -> None:
    merchant(bought_per_order=True)
    first = taken(5)
    name = on_order(per_order=True)
    taken(5, 1)
    assert do(name, "cancel").status == 200
    follow()
    assert causes(first) == ["not_bought"]

    taken(5, 2)
    buy_for_orders([OrderId(first)])

    assert causes(first) == ["not_bought"]


def test_free_units_on_their_way_to_another_warehouse_that_may_ship_the_line_are_for_it() -> None:
    merchant(bought_per_order=True)
    elsewhere = call("POST", "/purchase-orders", draft(line(MUG, 5), warehouse="east")).body["id"]
    assert do(elsewhere, "submit").status == 200

    order = taken(5)

    [found] = call("GET", "/purchase-orders").body["items"]
    [part] = call("GET", f"/purchase-orders/{found['id']}").body["lines"][0]["made_for"]
    assert (found["id"], part["order"], part["units"]) == (elsewhere, order, 5)


@pytest.mark.parametrize("reason", ["damaged", "none_left"])
def test_what_the_only_warehouse_rejects_is_said_and_bought_again(cloud: World, reason: str) -> None:
    merchant()
    set_up(a_configuration(a_warehouse("main")), MUG)
    call("PATCH", f"/products/{encoded(MUG)}", {"bought_from": [TERMS]})
    put_stock(5)
    order = taken(5)
    hand_over(cloud)
    assert step(order, "fulfilments/1/reject", {"reason": reason, "note": "a leak in the roof"}).status == 200
    follow()

    assert causes(order) == ["short_line"]
    assert "main: a leak in the roof" in get(order)["exceptions"][0]["message"]
    assert drafted() == [("main", 5)]

    [purchase] = call("GET", "/purchase-orders").body["items"]
    assert do(purchase["id"], "submit").status == 200
    assert receive(purchase["id"], arrived(5)).status == 200
    send_release([StockArrived(sku=MUG, arrived_at=("main",))])
    follow()
    assert causes(order) == []
    assert get(order)["lines"][0]["short"] == 0


@pytest.mark.parametrize("per_order", [True, False])
def test_nothing_is_bought_by_itself_from_a_supplier_that_is_switched_off(per_order: bool) -> None:
    merchant(supplier=Supplier(id="acme", active=False))
    taken(5)
    if not per_order:
        assert drafted() == []
    birch = {**TERMS, "supplier": "birch"}
    suppliers.apply_edit("birch", lambda _: Supplier(id="birch"), "user:ada", NOON)
    body = {"bought_from": [TERMS, birch], "bought_per_order": per_order}
    assert call("PATCH", f"/products/{encoded(MUG)}", body).status == 200

    second = taken(5, 1)
    if not per_order:
        assert drafted() == [("main", 10)]

    found = call("GET", "/purchase-orders").body["items"]
    assert [each["supplier"] for each in found] == ["birch"]
    assert causes(second) == []


@pytest.mark.parametrize("units", [5, 6])
def test_what_a_person_orders_for_an_order_no_more_stays_ordered_when_another_one_leaves_it(units: int) -> None:
    merchant(bought_per_order=True)
    taken(5)
    [made] = call("GET", "/purchase-orders").body["items"]
    assert call("PUT", f"/purchase-orders/{made['id']}", draft(line(MUG, units))).status == 200
    follow()

    assert step(taken(units, 1), "cancel", {}).status < 300
    follow()

    assert purchases() == [("new", "main", units)]


def test_what_a_person_keeps_for_stock_is_not_unneeded_again_when_another_order_leaves_it() -> None:
    merchant(bought_per_order=True)
    first = taken(5)
    name = on_order(per_order=True)
    assert step(first, "cancel", {}).status < 300
    follow()
    assert unneeded() == [name]
    assert do(name, "keep").status == 200

    assert step(taken(5, 1), "cancel", {}).status < 300
    follow()

    assert (unneeded(), purchases()) == ([], [("submitted", "main", 5)])
