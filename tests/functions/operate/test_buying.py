"""What orders wait for is bought: once, in whole cases, and for the order that it was made for."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest

from functions.allocate import release, route
from packhorse.aws.settings import settings
from packhorse.domain.catalogue.product import Product
from packhorse.domain.orders.channel_order import ChannelOrder
from packhorse.domain.purchasing.supply_terms import SupplyTerms
from packhorse.domain.supply.supplier import Supplier
from packhorse.messages.release import StockArrived, send_release
from packhorse.store import catalogue, suppliers
from packhorse.usecases.routing import release as usecase
from packhorse.usecases.supply import short_lines as buying
from packhorse.usecases.supply.buy_short_lines import buy_short_lines
from simulation.builders import NOON, a_configuration, a_line, a_warehouse, an_order
from simulation.merchant import MUG, Context, put_stock, set_up, stored, told
from tests.conftest import invoked
from tests.functions.operate import purchasing, transferring
from tests.functions.operate.calls import call, encoded
from tests.functions.operate.interference import meanwhile
from tests.functions.operate.purchasing import LAMP, arrived, do, merchant, on_order, receive

pytestmark = pytest.mark.usefixtures("cloud")

EUR_2 = {"amount": "2.00", "currency": "EUR"}


@pytest.fixture(autouse=True)
def _merchant(cloud: Any) -> None:
    merchant()
    terms = {"supplier": "acme", "price": EUR_2, "case_pack": 6, "lead_days": 5}
    answer = call("PATCH", f"/products/{encoded(MUG)}", {"bought_from": [terms], "supplier_skus": {"acme": "TW-1"}})
    assert answer.status == 200, answer.body


def waiting(*quantities: int, sku: str = MUG) -> list[ChannelOrder]:
    """Orders that found nothing, each a minute younger than the one before it."""
    orders = [an_order(a_line(sku, each), placed_at=NOON + timedelta(minutes=n)) for n, each in enumerate(quantities)]
    for order in orders:
        route.handler(told(order), Context())
    return orders


def bought() -> dict[str, Any]:
    answer = call("POST", "/purchase-orders/from-short-lines")
    assert answer.status == 201, answer.body
    items = [call("GET", f"/purchase-orders/{each['id']}").body for each in answer.body["items"]]
    return {**answer.body, "items": items}


def supply(order: ChannelOrder) -> list[dict[str, Any]]:
    return list(call("GET", f"/orders/{encoded(order.order_id)}").body["supply"])


def serve() -> None:
    invoked(settings.release_function)
    send_release([StockArrived(sku=MUG, arrived_at=("main",))])
    for message in invoked(settings.release_function):
        release.handler(message, Context())


def allocated(order: ChannelOrder) -> int:
    return stored(order).lines[0].allocated


def test_what_waits_is_drafted_in_whole_cases_and_only_once() -> None:
    first, second = waiting(2, 5)

    [order] = bought()["items"]
    [line] = order["lines"]
    assert (order["state"], order["supplier"], order["warehouse"]) == ("new", "acme", "main")
    assert (order["note"], order["internal_note"]) == ("", "for orders that wait")
    assert (line["ordered"], line["unit_cost"], line["supplier_sku"]) == (12, EUR_2, "TW-1")
    said = f"2 of {MUG} for {first.number}, 5 of {MUG} for {second.number}, 5 of {MUG}"
    assert [(each["what"], each["detail"]) for each in order["timeline"]] == [("created", said)]
    assert [(each["order"], each["units"]) for each in line["made_for"]] == [(first.order_id, 2), (second.order_id, 5)]
    assert bought()["items"] == []
    do(order["id"], "submit")
    assert bought()["items"] == []

    waiting(8)
    [more] = bought()["items"]
    assert [each["units"] for each in more["lines"][0]["made_for"]] == [3]


def test_an_order_says_what_is_bought_for_its_lines_until_it_has_come() -> None:
    first, second = waiting(2, 5)
    assert supply(first) == []
    [purchase] = bought()["items"]
    due = purchase["lines"][0]["expected_on"]
    draft = {"line": "1", "sku": MUG, "warehouse": "main", "state": "new", "work_order": None, "expected_on": due}
    assert supply(first) == [{**draft, "purchase_order": purchase["id"], "units": 2}]

    do(purchase["id"], "submit")
    do(purchase["id"], "answer", {"lines": [{"line": "1", "expected_on": "2026-12-01"}]})
    receive(purchase["id"], arrived(4))
    serve()

    assert supply(first) == []
    [rest] = supply(second)
    assert (rest["state"], rest["units"], rest["expected_on"]) == ("partially_received", 3, "2026-12-01")
    call("POST", f"/purchase-orders/{purchase['id']}/close")
    assert supply(second) == []
    assert all("supply" not in each for each in call("GET", "/orders").body["items"])


def test_two_people_who_draft_at_once_draft_it_once() -> None:
    waiting(2)

    with meanwhile("TransactWriteItems", lambda: buy_short_lines("another", "user:pat")):
        assert bought()["items"] == []


def test_orders_of_several_pages_share_what_is_on_its_way(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(buying, "READ_PAGE", 1)
    waiting(2, 2, 2, 1)

    found = bought()

    assert ([line["ordered"] for line in found["items"][0]["lines"]], found["more_wait"]) == ([12], False)
    waiting(5, 1)
    again = bought()
    [line] = again["items"][0]["lines"]
    assert (line["ordered"], [each["units"] for each in line["made_for"]]) == (6, [1])


@pytest.mark.parametrize("limit", ["MAX_SHORT_ORDERS", "MAX_NEEDS"])
def test_the_answer_says_that_younger_orders_wait_behind_those_it_reads(
    monkeypatch: pytest.MonkeyPatch, limit: str
) -> None:
    monkeypatch.setattr(buying, limit, 2)
    orders = waiting(6, 6, 6)

    found, again = bought(), bought()

    [line] = found["items"][0]["lines"]
    assert [each["order"] for each in line["made_for"]] == [each.order_id for each in orders[:2]]
    assert (found["more_wait"], again["items"], again["more_wait"]) == (True, [], True)
    do(found["items"][0]["id"], "submit")
    receive(found["items"][0]["id"], arrived(12))
    serve()
    assert (bought()["items"][0]["lines"][0]["made_for"][0]["order"], bought()["more_wait"]) == (
        orders[2].order_id,
        False,
    )


def test_what_nobody_sells_is_left_out_with_the_reason() -> None:
    [order] = waiting(3, sku=LAMP)

    found = bought()

    assert found["items"] == []
    [left] = found["left_out"]
    assert (left["order"], left["sku"], left["units"]) == (order.order_id, LAMP, 3)
    assert "bought_from" in left["reason"]


@pytest.mark.parametrize(
    ("kind", "todo"),
    [
        ("fba", "get some to a warehouse of yours, and send them to Amazon as a transfer order"),
        ("dropship", "its supplier has to say that it has more"),
    ],
)
def test_what_may_ship_only_from_where_nothing_is_bought_for_is_left_out_with_the_reason(kind: str, todo: str) -> None:
    set_up(a_configuration(a_warehouse("main"), a_warehouse("theirs", kind=kind)), MUG, LAMP)
    theirs = an_order(a_line(MUG, 3, warehouse="theirs"), placed_at=NOON)
    route.handler(told(theirs), Context())

    first, again = bought(), bought()

    reason = f"its line may ship only from theirs: {todo}"
    named = {"order": theirs.order_id, "line": "1", "sku": MUG, "units": 3, "reason": reason, "work_order": ""}
    assert (first["items"], first["left_out"], again["left_out"]) == ([], [named], [named])


def test_what_is_sent_there_is_not_left_out() -> None:
    set_up(a_configuration(a_warehouse("main"), a_warehouse("amazon", kind="fba")), MUG, LAMP)
    route.handler(told(an_order(a_line(MUG, 3, warehouse="amazon"), placed_at=NOON)), Context())
    put_stock(9, MUG, warehouse="main")
    transferring.sent({"sku": MUG, "units": 2}, from_warehouse="main", to_warehouse="amazon")

    [left] = bought()["left_out"]

    assert (left["sku"], left["units"]) == (MUG, 1)


def sold_by(*names: str) -> None:
    """Has the mug sold by suppliers, of which one may have been removed since."""
    terms = [{"supplier": each, "price": EUR_2} for each in names]
    with removed_after("gone"):
        assert call("PATCH", f"/products/{encoded(MUG)}", {"bought_from": terms}).status == 200


@contextmanager
def removed_after(name: str) -> Iterator[None]:
    suppliers.apply_edit(name, lambda _: Supplier(id=name), "user:ada", NOON)
    yield
    suppliers.delete_supplier(name)


def test_a_supplier_that_does_not_exist_is_not_bought_from() -> None:
    waiting(3)

    sold_by("gone")
    left_out = bought()
    sold_by("gone", "acme")
    found = bought()

    assert (left_out["items"], found["left_out"]) == ([], [])
    assert "exists and is active: gone" in left_out["left_out"][0]["reason"]
    assert [each["supplier"] for each in found["items"]] == ["acme"]


def test_the_order_that_it_was_made_for_is_served_first_and_then_the_oldest() -> None:
    old, young, younger = waiting(4, 4, 4)
    line = {"sku": MUG, "ordered": 6, "unit_cost": EUR_2}
    line["made_for"] = [{"order": young.order_id, "line": "1", "units": 4}]
    made = call(
        "POST", "/purchase-orders", {"supplier": "acme", "warehouse": "main", "currency": "EUR", "lines": [line]}
    )
    do(made.body["id"], "submit")

    receive(made.body["id"], arrived(6))
    serve()

    assert (allocated(young), allocated(old), allocated(younger)) == (4, 2, 0)
    serve()
    assert (allocated(young), allocated(old), allocated(younger)) == (4, 2, 0)


def on_order_for(*orders: ChannelOrder, units: int) -> str:
    """A purchase order by hand that has so many units for each of the orders."""
    line = {"sku": MUG, "ordered": units * len(orders), "unit_cost": EUR_2}
    line["made_for"] = [{"order": each.order_id, "line": "1", "units": units} for each in orders]
    return on_order(line)


def test_the_orders_it_was_made_for_are_served_page_by_page_and_in_another_invocation(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(usecase, "SERVE_PAGE", 1)
    old, *young = waiting(4, 4, 4)
    receive(on_order_for(*young, units=4), arrived(8))
    invoked(settings.release_function)
    reason = StockArrived(sku=MUG, arrived_at=("main",))

    usecase.serve_in_time(reason.model_dump_json(), lambda: 0)
    assert [allocated(each) for each in (old, *young)] == [0, 4, 0]
    [rest] = [each for each in invoked(settings.release_function) if each["kind"] == "sku"]
    release.handler(rest, Context())

    assert [allocated(each) for each in (old, *young)] == [0, 4, 4]


def test_an_order_that_waits_no_longer_is_not_looked_at_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(usecase, "SERVE_PAGE", 1)
    served, young = waiting(4, 4)
    name = on_order_for(served, young, units=4)
    receive(name, arrived(4), receipt="1")
    serve()
    receive(name, arrived(4), receipt="2")

    pages = list(usecase.serve_sku(StockArrived(sku=MUG, arrived_at=("main",))))

    assert (allocated(served), allocated(young), len(pages)) == (4, 4, 1)


def test_terms_name_their_fields() -> None:
    terms = {"supplier": "acme", "price": {"amount": "-2.00", "currency": "EUR"}}

    answer = call(
        "PATCH", f"/products/{encoded(MUG)}", {"bought_from": [terms, {"supplier": "nobody", "price": EUR_2}]}
    )

    assert (answer.status, answer.fields) == (422, ["bought_from.0.price"])


@pytest.mark.parametrize("names", [["acme", "nobody"], ["acme", "acme"]])
def test_terms_are_of_suppliers_that_exist_each_once(names: list[str]) -> None:
    terms = [{"supplier": each, "price": EUR_2} for each in names]

    answer = call("PATCH", f"/products/{encoded(MUG)}", {"bought_from": terms})

    assert (answer.status, answer.fields) == (422, ["bought_from.1.supplier"])


def test_terms_of_a_supplier_that_is_gone_stay_with_a_warning_until_they_are_edited() -> None:
    sold_by("gone")

    saved = call("PATCH", f"/products/{encoded(MUG)}", {"name": "Mug, blue"})

    assert saved.body["warnings"] == ["it cannot be bought: there is no supplier gone"]


def test_a_supplier_that_products_are_bought_from_is_not_removed() -> None:
    refused = call("DELETE", "/suppliers/acme")
    call("PATCH", f"/products/{encoded(MUG)}", {"bought_from": []})

    assert (refused.status, refused.fields) == (409, ["bought_from"])
    assert MUG in refused.body["errors"][0]["message"]
    assert call("DELETE", "/suppliers/acme").status == 204


def test_terms_of_a_supplier_that_is_switched_off_are_saved_with_a_warning() -> None:
    set_up(a_configuration(a_warehouse("main")), MUG)
    suppliers.apply_edit("acme", lambda _: Supplier(id="acme", active=False), "user:ada", NOON)

    saved = call("PATCH", f"/products/{encoded(MUG)}", {"bought_from": [{"supplier": "acme", "price": EUR_2}]})

    assert saved.body["warnings"] == ["nothing is drafted for supplier acme, who is not active"]


def test_what_a_transfer_order_brings_is_not_bought() -> None:
    set_up(a_configuration(a_warehouse("main"), a_warehouse("east")), MUG)
    supplier = Supplier(id="acme")
    suppliers.apply_edit("acme", lambda _: supplier, "user:ada", NOON)
    call("PATCH", f"/products/{encoded(MUG)}", {"bought_from": [{"supplier": "acme", "price": EUR_2}]})
    waiting(5)
    put_stock(3, MUG, "east")
    draft = {"from_warehouse": "east", "to_warehouse": "main", "lines": [{"sku": MUG, "units": 3}]}
    sent = call("POST", "/transfer-orders", draft).body["id"]

    assert call("POST", f"/transfer-orders/{sent}/send", {"force": True}).status == 200

    assert [order["lines"][0]["ordered"] for order in bought()["items"]] == [2]


def test_what_comes_to_another_warehouse_that_the_line_may_ship_from_is_not_bought_again() -> None:
    set_up(a_configuration(a_warehouse("main"), a_warehouse("east")), LAMP)
    name = purchasing.made(purchasing.line(MUG, 6, case_pack=6), warehouse="east")
    do(name, "submit")
    waiting(6)

    assert bought()["items"] == []
    waiting(2)
    assert [(each["warehouse"], each["lines"][0]["ordered"]) for each in bought()["items"]] == [("main", 6)]


@pytest.mark.parametrize("there", [3, 0])
@pytest.mark.parametrize("first", ["main", "east"])
def test_units_elsewhere_that_do_not_serve_a_whole_line_do_not_hide_what_it_lacks(first: str, there: int) -> None:
    """A line that is not split is bought for where a part of it is, or is to be."""
    places = a_warehouse("main"), a_warehouse("east")
    set_up(a_configuration(*places, priorities=(first, *{"main", "east"} - {first}), catchall="main"), MUG)
    suppliers.apply_edit("acme", lambda _: Supplier(id="acme"), "user:ada", NOON)
    call("PATCH", f"/products/{encoded(MUG)}", {"bought_from": [{"supplier": "acme", "price": EUR_2}]})
    put_stock(there, MUG, "main")
    put_stock(2, MUG, "east")
    [order] = waiting(5)
    assert allocated(order) == there

    [made] = bought()["items"]
    is_for_east = first == "east" and not there
    assert (made["warehouse"], made["lines"][0]["ordered"]) == (("east", 3) if is_for_east else ("main", 5 - there))
    do(made["id"], "submit")
    assert bought()["items"] == []
    receive(made["id"], arrived(5 - there - 2 * is_for_east))
    serve()

    assert allocated(order) == 5


UNSOUND = [
    ({"price": EUR_2, "case_pack": 99_999, "minimum": 1_000_000}, "minimum"),
    ({"price": {"amount": "9999999999999.99", "currency": "EUR"}, "minimum": 2}, "price.amount"),
]


@pytest.mark.parametrize(("terms", "field"), UNSOUND)
def test_terms_on_which_no_line_can_be_made_are_refused(terms: dict[str, Any], field: str) -> None:
    answer = call("PATCH", f"/products/{encoded(MUG)}", {"bought_from": [{"supplier": "acme", **terms}]})

    assert (answer.status, answer.fields) == (422, [f"bought_from.0.{field}"])


@pytest.mark.parametrize("terms", [terms for terms, _ in UNSOUND])
def test_such_terms_from_before_leave_out_their_product_alone(terms: dict[str, Any]) -> None:
    stored_before = SupplyTerms(supplier="acme", **terms)
    catalogue.put_product(Product(sku=MUG, name="Mug", bought_from=(stored_before,)))
    call("PATCH", f"/products/{LAMP}", {"bought_from": [{"supplier": "acme", "price": EUR_2}]})
    waiting(2)
    waiting(1, sku=LAMP)

    answer = bought()

    assert [each["sku"] for order in answer["items"] for each in order["lines"]] == [LAMP]
    [left] = answer["left_out"]
    assert (left["sku"], "the terms of acme make no line" in left["reason"]) == (MUG, True)


def ordered() -> list[int]:
    """The units of each line that is drafted now."""
    return [line["ordered"] for order in bought()["items"] for line in order["lines"]]


def test_what_costs_too_much_for_one_purchase_order_makes_several() -> None:
    dear = {"supplier": "acme", "price": {"amount": "6000000000000.00", "currency": "EUR"}}
    for sku in (MUG, LAMP):
        assert call("PATCH", f"/products/{encoded(sku)}", {"bought_from": [dear]}).status == 200
    waiting(2)
    waiting(1, sku=LAMP)

    assert ordered() == [1, 1]
    assert ordered() == [1]
    assert ordered() == []
