"""What a supplier ships to buyers has purchase orders that follow its fulfilment orders, and moves no stock by them."""

from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import pytest
import time_machine

from functions.allocate import release, route
from functions.complete import track
from functions.ingest import upload
from packhorse.aws.settings import settings
from packhorse.domain.supply.purchasing import Purchasing
from packhorse.domain.supply.supplier import Supplier
from packhorse.domain.values import OrderId, Sku
from packhorse.files.put_file import File
from packhorse.files.upload import Upload
from packhorse.store import stock, suppliers
from packhorse.usecases.supply.buy_for_orders import buy_for_orders
from packhorse.usecases.supply.follow_drop_ships import follow_drop_ships
from simulation.builders import NOON, a_configuration, a_line, a_warehouse, sqs_event
from simulation.merchant import MUG, Context, put_stock, set_up
from tests.conftest import invoked, queued
from tests.files.upload_builders import NOW, dropped, report_of
from tests.functions.operate.calls import call, encoded
from tests.functions.operate.interference import killed, meanwhile
from tests.functions.operate.orders import one_routed
from tests.functions.operate.purchasing import LAMP, do, shelf

pytestmark = pytest.mark.usefixtures("cloud")


@pytest.fixture(autouse=True)
def _merchant(cloud: Any) -> None:
    set_up(a_configuration(a_warehouse("acme", kind="dropship"), priorities=("acme",)), MUG, LAMP)
    partner(drop_ship=True)
    terms = {"supplier": "acme", "price": {"amount": "2.00", "currency": "EUR"}, "case_pack": 6}
    call("PATCH", f"/products/{encoded(MUG)}", {"bought_from": [terms], "supplier_skus": {"acme": "TW-1"}})
    for sku in (MUG, LAMP):
        put_stock(100, sku, warehouse="acme")


def partner(*, drop_ship: bool, warehouses: tuple[str, ...] = ("acme",)) -> None:
    supplier = Supplier(id="acme", warehouses=warehouses, purchasing=Purchasing(drop_ship=drop_ship))
    suppliers.apply_edit("acme", lambda _: supplier, "user:ada", NOON)


def run() -> None:
    """Runs what was sent and invoked."""
    for message in queued(settings.tracking_queue_url):
        track.handler(sqs_event(message), Context())
    for message in queued(settings.orders_queue_url):
        route.handler(sqs_event(message), Context())
    for payload in invoked(settings.release_function):
        release.handler(payload, Context())


def taken(*lines: Any, **more: Any) -> str:
    order = one_routed(*(lines or (a_line(quantity=2),)), **more)
    run()
    return order


def ship(order: str, units: int) -> None:
    parcel = {"carrier": "UPS", "tracking": f"1Z{units}", "lines": [{"line": "1", "quantity": units}]}
    answer = call("POST", f"/orders/{order}/fulfilments/1/ship", {"parcels": [parcel], "override": True})
    assert answer.status == 202, answer.body
    run()


def purchases() -> list[dict[str, Any]]:
    items = call("GET", "/purchase-orders").body["items"]
    return [call("GET", f"/purchase-orders/{each['id']}").body for each in reversed(items)]


def test_a_fulfilment_order_of_the_supplier_has_its_purchase_order() -> None:
    order = taken(a_line(quantity=2), a_line(LAMP, 1, line="2"))
    run()

    [purchase] = purchases()
    assert (purchase["state"], purchase["ships"]) == ("submitted", {"order": order, "fulfilment": 1})
    assert [(each["sku"], each["ordered"], each["unit_cost"]["amount"]) for each in purchase["lines"]] == [
        (MUG, 2, "2.00"),
        (LAMP, 1, "0.00"),
    ]
    assert (purchase["total"]["amount"], purchase["lines"][0]["supplier_sku"]) == ("4.00", "TW-1")
    assert purchase["timeline"][0]["detail"] == f"without a price in EUR: {LAMP}"
    assert shelf() == (100, 0)


def sold_for(amount: str, sku: str = LAMP, currency: str = "EUR") -> None:
    terms = [{"supplier": "acme", "price": {"amount": amount, "currency": currency}}]
    assert call("PATCH", f"/products/{encoded(sku)}", {"bought_from": terms}).status == 200


def prices() -> list[str]:
    [purchase] = purchases()
    return [each["unit_cost"]["amount"] for each in purchase["lines"]]


def enter_price(amount: str, line: str = "2", currency: str = "EUR", **more: Any) -> int:
    said = {"line": line, "unit_cost": {"amount": amount, "currency": currency}, **more}
    return do("PO-1001", "answer", {"lines": [said]}).status


def test_a_price_that_the_terms_name_later_is_that_of_what_nothing_was_received_of() -> None:
    order = taken(a_line(quantity=2), a_line(LAMP, 1, line="2"))

    sold_for("7.00")
    sold_for("2.20", MUG)
    buy_for_orders([OrderId(order)])
    buy_for_orders([OrderId(order)])

    [purchase] = purchases()
    assert (prices(), purchase["total"]["amount"]) == (["2.00", "7.00"], "11.00")
    assert [each["detail"] for each in purchase["timeline"] if each["what"] == "priced"] == [f"7.00 for {LAMP}"]


def test_what_was_received_without_a_price_keeps_none() -> None:
    order = taken(a_line(LAMP, 3))
    ship(order, 1)

    sold_for("7.00")
    buy_for_orders([OrderId(order)])

    assert (prices(), enter_price("7.00", line="1")) == (["0.00"], 409)
    ship(order, 2)
    assert prices() == ["0.00"]


def test_one_without_any_price_is_in_the_currency_of_the_first_that_is_named() -> None:
    order = taken(a_line(LAMP, 3))

    sold_for("7.00", currency="USD")
    buy_for_orders([OrderId(order)])

    [purchase] = purchases()
    assert (purchase["currency"], purchase["total"]) == ("USD", {"amount": "21.00", "currency": "USD"})


def test_a_person_enters_a_price_and_nothing_else() -> None:
    order = taken(a_line(quantity=2), a_line(LAMP, 1, line="2"))

    refused = [enter_price("7.00", **more) for more in ({"refused": 1}, {"expected_on": "2026-12-24"})]
    entered, wrong = enter_price("6.50"), enter_price("6.50", currency="USD")

    assert (refused, entered, wrong, prices()) == ([409, 409], 200, 422, ["2.00", "6.50"])
    assert enter_price("0.00") == 200
    sold_for("7.00")
    buy_for_orders([OrderId(order)])
    assert prices() == ["2.00", "0.00"]
    call("POST", f"/orders/{order}/cancel", {})
    run()
    assert enter_price("5.00") == 409


def test_it_is_received_by_what_ships_and_moves_no_stock_of_its_own() -> None:
    order = taken(a_line(quantity=3))

    ship(order, 1)
    [part] = purchases()
    assert (part["state"], part["lines"][0]["received"], shelf()) == ("partially_received", 1, (99, 0))
    ship(order, 2)
    [whole] = purchases()

    assert (whole["state"], whole["lines"][0]["received"], shelf()) == ("received", 3, (97, 0))
    assert [each.average_cost for each in stock.of_sku(Sku(MUG))] == [None]


def test_it_is_cancelled_with_its_order() -> None:
    order = taken()

    call("POST", f"/orders/{order}/cancel", {})
    run()

    [purchase] = purchases()
    assert (purchase["state"], purchase["lines"][0]["open"], purchase["lines"][0]["closed"]) == ("cancelled", 0, 2)


def reject(order: str, units: int, line: str = "1") -> None:
    body = {"lines": [{"line": line, "quantity": units}], "reason": "none_left", "override": True}
    answer = call("POST", f"/orders/{order}/fulfilments/1/reject", body)
    assert answer.status < 300, answer.body
    run()


def units_of(purchase: dict[str, Any]) -> list[tuple[int, int, int]]:
    """What is ordered, received and refused of each line."""
    return [(each["ordered"], each["received"], each["refused"]) for each in purchase["lines"]]


def test_what_the_supplier_rejects_is_refused() -> None:
    order = taken()

    reject(order, 2)

    [purchase] = purchases()
    assert (purchase["state"], purchase["lines"][0]["refused"]) == ("closed", 2)


def test_a_part_that_the_supplier_rejects_is_refused_and_still_ordered() -> None:
    order = taken(a_line(quantity=4), a_line(LAMP, 2, line="2"))

    reject(order, 1)
    [part] = purchases()
    reject(order, 2, line="2")
    ship(order, 1)
    [shipped] = purchases()
    reject(order, 2)
    buy_for_orders([OrderId(order)])
    [whole] = purchases()

    assert (part["state"], units_of(part), part["total"]["amount"]) == ("submitted", [(4, 0, 1), (2, 0, 0)], "6.00")
    assert (shipped["state"], units_of(shipped)) == ("partially_received", [(4, 1, 1), (2, 0, 2)])
    assert (whole["state"], units_of(whole), whole["total"]["amount"]) == ("received", [(4, 1, 3), (2, 0, 2)], "2.00")
    assert [each["detail"] for each in whole["timeline"][-4:]] == [
        f"0 of 4 {MUG} shipped, 1 of {MUG} refused",
        f"0 of 2 {LAMP} shipped, 2 of {LAMP} refused",
        f"1 of 4 {MUG} shipped",
        f"1 of 4 {MUG} shipped, 2 of {MUG} refused",
    ]


def test_what_is_taken_back_beside_what_was_rejected_is_not_ordered_any_more() -> None:
    order = taken(a_line(quantity=4))
    reject(order, 1)
    ship(order, 1)

    call("POST", f"/orders/{order}/cancel", {})
    run()

    [purchase] = purchases()
    assert (purchase["state"], units_of(purchase)) == ("received", [(2, 1, 1)])


def one_shipped_before_its_message() -> str:
    """An order whose parcel is known before anything that the hand-over sent is handled; that is lost."""
    order = one_routed(a_line(quantity=2))
    for message in queued(settings.orders_queue_url):
        route.handler(sqs_event(message), Context())
    assert invoked(settings.release_function)
    parcel = {"carrier": "UPS", "tracking": "1Z", "lines": [{"line": "1", "quantity": 2}]}
    answer = call("POST", f"/orders/{order}/fulfilments/1/ship", {"parcels": [parcel], "override": True})
    assert answer.status == 202, answer.body
    return order


def test_what_ships_before_it_is_made_has_one_that_is_received_at_once() -> None:
    order = one_shipped_before_its_message()
    assert purchases() == []

    run()
    buy_for_orders([OrderId(order)])

    [purchase] = purchases()
    assert (purchase["state"], purchase["total"]["amount"], shelf()) == ("received", "4.00", (98, 0))
    assert [each["what"] for each in purchase["timeline"]] == ["created", "followed"]


def test_what_shipped_long_before_the_setting_has_none() -> None:
    partner(drop_ship=False)
    order = taken()
    ship(order, 2)
    partner(drop_ship=True)

    with time_machine.travel(datetime.now(UTC) + timedelta(days=8), tick=False):
        buy_for_orders([OrderId(order)])

    assert purchases() == []


def test_what_is_taken_back_is_not_ordered_any_more() -> None:
    order = taken(a_line(quantity=3))
    ship(order, 1)

    call("POST", f"/orders/{order}/cancel", {})
    run()

    [purchase] = purchases()
    line = purchase["lines"][0]
    assert (purchase["state"], line["ordered"], line["received"], line["refused"]) == ("received", 1, 1, 0)


def test_people_change_the_fulfilment_order_and_not_its_purchase_order() -> None:
    taken()

    for step, body in (
        ("cancel", None),
        ("close", {}),
        ("receive", {"receipt": "1", "lines": [{"line": "1", "accepted": 1}]}),
    ):
        answer = do("PO-1001", step, body)
        assert (answer.status, "follows fulfilment 1" in answer.body["detail"]) == (409, True)


def two_suppliers(*, drop_ship: bool = True) -> None:
    """Has both sell the mug, at a price of its own."""
    terms = [
        {"supplier": name, "price": {"amount": price, "currency": "EUR"}}
        for name, price in (("acme", "2.00"), ("birch", "3.00"))
    ]
    birch = Supplier(id="birch", purchasing=Purchasing(drop_ship=drop_ship))
    suppliers.apply_edit("birch", lambda _: birch, "user:ada", NOON)
    assert call("PATCH", f"/products/{encoded(MUG)}", {"bought_from": terms}).status == 200


def _as(changed: Supplier, _: Supplier | None) -> Supplier:
    return changed


def move_warehouse(former: str, new: str) -> None:
    for name, warehouses in ((former, ()), (new, ("acme",))):
        changed = suppliers.get_supplier(name).replace(warehouses=warehouses)
        suppliers.apply_edit(name, partial(_as, changed), "user:ada", NOON)


def states() -> list[tuple[str, str, str]]:
    return [(each["supplier"], each["state"], each["total"]["amount"]) for each in purchases()]


def test_it_is_of_the_supplier_that_ships_where_the_warehouse_gets_another() -> None:
    two_suppliers()
    order = taken()
    move_warehouse("acme", "birch")

    ship(order, 2)

    assert states() == [("acme", "cancelled", "4.00"), ("birch", "received", "6.00")]
    assert purchases()[0]["timeline"][-1]["detail"] == "birch ships its fulfilment order"


def test_a_warehouse_that_comes_back_has_its_supplier_ship_again() -> None:
    two_suppliers()
    order = taken()
    for former, new in (("acme", "birch"), ("birch", "acme")):
        move_warehouse(former, new)
        buy_for_orders([OrderId(order)])
        buy_for_orders([OrderId(order)])

    assert [(name, state) for name, state, _ in states()] == [
        ("acme", "cancelled"),
        ("birch", "cancelled"),
        ("acme", "submitted"),
    ]


def test_one_that_is_cancelled_is_not_made_anew_by_whoever_read_its_order_before() -> None:
    order = taken()
    buy_for_orders([OrderId(order)])

    def cancel() -> None:
        assert call("POST", f"/orders/{order}/cancel").status == 200
        buy_for_orders([OrderId(order)])

    with meanwhile("Query", cancel):
        follow_drop_ships([OrderId(order)])

    assert [each["state"] for each in purchases()] == ["cancelled"]


def cancelled_as_moved(order: str) -> None:
    """Moves its warehouse to a supplier without the setting, and back."""
    two_suppliers(drop_ship=False)
    move_warehouse("acme", "birch")
    buy_for_orders([OrderId(order)])
    move_warehouse("birch", "acme")


def test_a_warehouse_that_comes_back_from_a_supplier_without_the_setting_has_its_supplier_ship_again() -> None:
    order = taken(a_line(quantity=3))
    cancelled_as_moved(order)

    ship(order, 1)
    buy_for_orders([OrderId(order)])

    first, second = purchases()
    assert (first["supplier"], first["state"], first["lines"][0]["received"]) == ("acme", "cancelled", 0)
    assert (second["supplier"], second["state"], second["lines"][0]["received"]) == ("acme", "partially_received", 1)


@pytest.mark.parametrize("warehouses", [("acme",), ()])
def test_one_that_was_cancelled_as_moved_stays_so_and_keeps_no_other_from_following(
    warehouses: tuple[str, ...],
) -> None:
    order, other = taken(a_line(quantity=3)), taken(a_line(quantity=1), channel_order_id="1002")
    cancelled_as_moved(order)
    partner(drop_ship=False, warehouses=warehouses)

    ship(order, 1)
    ship(other, 1)
    buy_for_orders([OrderId(order), OrderId(other)])

    assert states() == [("acme", "cancelled", "6.00"), ("acme", "received", "2.00")]


def test_what_the_former_supplier_began_to_ship_stays_its_own() -> None:
    two_suppliers()
    order = taken(a_line(quantity=3))
    ship(order, 1)
    move_warehouse("acme", "birch")

    ship(order, 2)

    assert states() == [("acme", "received", "6.00")]


def test_a_supplier_without_the_setting_has_none_where_it_gets_the_warehouse() -> None:
    two_suppliers(drop_ship=False)
    order = taken()
    move_warehouse("acme", "birch")

    ship(order, 2)

    assert [(name, state) for name, state, _ in states()] == [("acme", "cancelled")]


def test_without_the_setting_there_are_none() -> None:
    partner(drop_ship=False)

    taken()

    assert purchases() == []


@pytest.mark.parametrize("is_after", [False, True])
def test_killed_at_any_call_there_is_one(is_after: bool) -> None:
    lives = 0
    while True:
        order = one_routed(a_line(quantity=1), channel_order_id=str(lives))
        has_died = killed(partial(buy_for_orders, [OrderId(order)]), lives, is_after)
        buy_for_orders([OrderId(order)])
        if not has_died:
            break
        lives += 1

    assert lives > 5
    assert len(purchases()) == lives + 1


@pytest.mark.parametrize("is_after", [False, True])
def test_killed_at_any_call_a_moved_warehouse_has_one_of_its_new_supplier(is_after: bool) -> None:
    two_suppliers()
    order = taken()
    owners, lives, has_died = ["acme", "birch"], 0, True
    while has_died:
        move_warehouse(*owners)
        has_died = killed(partial(buy_for_orders, [OrderId(order)]), lives, is_after)
        buy_for_orders([OrderId(order)])
        live = [name for name, state, _ in states() if state != "cancelled"]
        assert (live, len(states())) == ([owners[1]], lives + 2)
        owners.reverse()
        lives += 1

    assert lives > 10


def test_our_own_file_of_what_a_supplier_ships_orders_nothing_again() -> None:
    taken()
    run()
    [purchase] = purchases()
    text = call("GET", "/purchase-orders/csv").body["text"]

    upload.handler({"Records": [record := dropped(text.encode(), "purchases/ours.csv")]}, Context())

    report = report_of(Upload.of(File.of(record), NOW))
    assert report["purchases"] == {"accepted": 0, "duplicate": 1, "rejected": 0}, report["errors"]
    assert [each["id"] for each in purchases()] == [purchase["id"]]
