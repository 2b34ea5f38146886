"""A supplier ships, rejects and keeps back parts of an order: what it says of one part says nothing else of another."""

from typing import Any

import pytest

from packhorse.domain.catalogue.product import Product
from packhorse.domain.orders.order import Order
from packhorse.store import catalogue
from simulation.aws.boundary import World
from simulation.builders import a_configuration, a_line, a_warehouse
from simulation.merchant import MUG, balance, put_stock, set_up
from tests.functions.fulfil.partner import (
    ANSWERS,
    HEAD,
    ORDERS,
    Partner,
    an_order,
    answer,
    exchange,
    exchange_that_dies,
    hand_over,
    handle_tracking,
    later,
    route_rejected,
    save,
    stored,
)
from tests.functions.operate.calls import call
from tests.functions.operate.orders import causes, one_routed

WITH_REQUESTS: dict[str, Any] = {
    "answers": [{**ANSWERS, "statuses": {**ANSWERS["statuses"], "CXL": "cancelled"}}],
    "cancellations": {**ORDERS, "file_name": "CXL_{batch:4}.csv"},
}


@pytest.fixture
def partner(account: Partner) -> Partner:
    """A supplier that is requested to keep units back by files."""
    save(account, **WITH_REQUESTS)
    return account


@pytest.fixture
def order(partner: Partner, cloud: World) -> str:
    """An order of a mug and a cup that was sent."""
    catalogue.put_product(Product(sku="CUP", name="Cup"))
    put_stock(10, warehouse="acme", sku="CUP")
    sent = one_routed(a_line(quantity=1), a_line(sku="CUP", line="2", quantity=1))
    hand_over(cloud)
    exchange()
    return sent


def parts(order: Order) -> tuple[dict[str, int], dict[str, int]]:
    """The units by line that were shipped, and that were rejected, of its first fulfilment order."""
    fulfilment = order.fulfilments[0]
    return dict(fulfilment.shipped), dict(fulfilment.rejected)


@pytest.mark.parametrize("rejected", ["CUP,", "CUP,1"])
@pytest.mark.parametrize("files", [1, 2])
def test_a_rejected_line_is_no_part_of_the_rest_that_ships_in_the_same_exchange(
    rejected: str, files: int, partner: Partner, order: str
) -> None:
    rows = f"{order}-1,REJ,{rejected},,,none left", f"{order}-1,SHP,,,UPS,1Z1,"
    if files == 2:
        partner.put("shp0.csv", f"{HEAD}{rows[0]}\n")
    answer(partner, *rows[files - 1 :])

    assert parts(stored(order)) == ({"1": 1}, {"2": 1})
    assert stored(order).status == "partially_shipped"
    assert balance(warehouse="acme", sku="CUP") == (10, 0, 10)


def test_a_rejected_line_goes_elsewhere_in_the_same_change(partner: Partner, order: str) -> None:
    set_up(a_configuration(a_warehouse("acme", kind="dropship"), a_warehouse("main"), priorities=("acme", "main")))
    put_stock(5, sku="CUP")

    answer(partner, f"{order}-1,REJ,CUP,,,,none left")

    found = stored(order)
    assert [each.warehouse for each in found.lines[1].allocations] == ["main"]
    [rejection] = [entry.at for entry in found.timeline if entry.what == "rejected"]
    assert [entry.what for entry in found.timeline if entry.at == rejection][:2] == ["rejected", "routed"]


@pytest.mark.parametrize("step", ["answer_waiting", "store_report", "read_once"])
def test_a_process_that_dies_after_the_rejection_is_followed_by_one_that_ends_it_once(
    step: str, partner: Partner, order: str, cloud: World
) -> None:
    partner.put("shp1.csv", f"{HEAD}{order}-1,REJ,,,,,none left\n")
    exchange()
    exchange_that_dies(f"packhorse.usecases.suppliers.fetch_answers.{step}")
    exchange()
    route_rejected(cloud)

    assert parts(stored(order)) == ({}, {"1": 1, "2": 1})
    assert partner.files("out") == {}
    assert not any(each.status == "RUNNING" for each in cloud.states.executions.values())


def test_two_fulfilment_orders_of_one_order_that_are_rejected_share_what_another_warehouse_has(
    partner: Partner, cloud: World
) -> None:
    set_up(a_configuration(a_warehouse("acme", kind="dropship"), a_warehouse("main"), priorities=("acme", "main")))
    put_stock(1)
    order = one_routed(a_line(quantity=1), a_line(line="2", quantity=1))
    split = {"lines": [{"line": "2", "quantity": 1}]}
    assert call("POST", f"/orders/{order}/fulfilments/1/split", split).status == 200
    route_rejected(cloud)
    exchange()
    assert len(partner.rows()) == 2

    answer(partner, f"{order}-1,REJ,,,,,none", f"{order}-2,REJ,,,,,none")

    assert sorted(line.allocated for line in stored(order).lines) == [0, 1]
    assert balance() == (1, 1, 0)
    assert partner.files("out") == {}


def test_a_line_that_is_kept_back_is_no_part_of_the_rest_that_ships(partner: Partner, order: str) -> None:
    assert call("POST", f"/orders/{order}/lines/2/cancel", {"keep": 0}).status == 200
    exchange()

    answer(partner, f"{order}-1,CXL,CUP,1,,,", f"{order}-1,SHP,,,UPS,1Z1,")

    found = stored(order)
    assert (parts(found), found.status, causes(order)) == (({"1": 1}, {}), "complete", [])


@pytest.mark.parametrize("named", ["", "CUP"])
def test_an_agreement_without_a_quantity_is_to_the_request_and_leaves_the_rest(
    named: str, partner: Partner, order: str, cloud: World
) -> None:
    assert call("POST", f"/orders/{order}/lines/2/cancel", {"keep": 0}).status == 200
    exchange()

    answer(partner, f"{order}-1,CXL,{named},,,,")
    route_rejected(cloud)

    [fulfilment] = stored(order).fulfilments
    assert (dict(fulfilment.remaining), dict(fulfilment.rejected), causes(order)) == ({"1": 1}, {}, [])
    answer(partner, f"{order}-1,SHP,,,UPS,1Z1,", name="shp2.csv")
    assert stored(order).status == "complete"


def test_an_agreement_without_a_quantity_keeps_the_requested_part_of_a_line(partner: Partner, cloud: World) -> None:
    order = an_order(cloud, 3)
    exchange()
    assert call("POST", f"/orders/{order}/lines/1/cancel", {"keep": 2}).status == 200
    exchange()

    answer(partner, f"{order}-1,CXL,{MUG},,,,")

    assert dict(stored(order).fulfilments[0].remaining) == {"1": 2}


def silent_for_days(monkeypatch: pytest.MonkeyPatch, cloud: World) -> list[str]:
    """Let the supplier say nothing more for days; return the exceptions that the order had, after each."""
    found: list[str] = []
    for hours in (25, 50, 75):
        later(monkeypatch, hours)
        assert exchange()["failure"] is None
        route_rejected(cloud)
        found += [each["cause"] for each in call("GET", "/exceptions").body["items"]]
    return found


@pytest.mark.parametrize("row", ["REJ,{mug},1,,,none left", "CXL,{mug},1,,,", "CXL,,,,,"])
def test_a_supplier_that_answers_about_a_part_has_the_rest(
    row: str, partner: Partner, cloud: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    save(partner, **WITH_REQUESTS, when_silent="route_again")
    order = an_order(cloud, 3)
    exchange()
    if row.startswith("CXL"):
        assert call("POST", f"/orders/{order}/lines/1/cancel", {"keep": 2}).status == 200
        exchange()
    answer(partner, f"{order}-1,{row.format(mug=MUG)}")

    causes_of_days = silent_for_days(monkeypatch, cloud)

    [fulfilment] = stored(order).fulfilments
    assert (fulfilment.remaining.total(), "supplier_silent" in causes_of_days) == (2, False)


def test_a_part_that_a_person_says_it_keeps_back_is_an_answer_too(
    partner: Partner, cloud: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    save(partner, answers=WITH_REQUESTS["answers"], when_silent="route_again")
    order = an_order(cloud, 3)
    exchange()
    assert call("POST", f"/orders/{order}/lines/1/cancel", {"keep": 2}).status == 200
    exchange()
    where = f"/orders/{order}/fulfilments/1/answer-cancellation"
    assert call("POST", where, {"answer": "accepted"}).status == 200

    assert silent_for_days(monkeypatch, cloud) == []

    assert stored(order).fulfilments[0].remaining.total() == 2


def test_the_exception_of_silence_ends_with_an_answer_about_a_part(
    partner: Partner, cloud: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    order = an_order(cloud, 3)
    exchange()
    later(monkeypatch, 25)
    exchange()
    assert causes(order) == ["supplier_silent"]

    answer(partner, f"{order}-1,REJ,{MUG},1,,,none left")

    assert "supplier_silent" not in causes(order)


def test_a_row_that_is_refused_is_no_answer(partner: Partner, cloud: World) -> None:
    order = an_order(cloud, 3)
    exchange()

    answer(partner, f"{order}-1,REJ,NO-SKU,1,,,none left")

    assert stored(order).fulfilments[0].is_unanswered


def test_a_rejected_unit_that_ships_under_a_number_of_its_own_does_not_rename_the_first_parcel(
    partner: Partner, cloud: World
) -> None:
    order = an_order(cloud, 2)
    exchange()
    answer(partner, f"{order}-1,SHP,{MUG},1,UPS,1ZAA0001,", f"{order}-1,REJ,{MUG},1,,,none left")

    answer(partner, f"{order}-1,SHP,{MUG},1,UPS,1ZAA0002,", name="shp2.csv")

    assert [each.tracking for each in stored(order).fulfilments[0].parcels] == ["1ZAA0001"]
    [found] = [each for each in stored(order).exceptions if each.cause == "shipment_refused"]
    assert "another number of parcel 1ZAA0001" in found.message


@pytest.mark.parametrize("is_over", [True, False])
def test_a_rejected_line_that_ships_all_the_same_leaves_who_has_it_now_once(
    is_over: bool, partner: Partner, order: str, cloud: World
) -> None:
    set_up(a_configuration(a_warehouse("acme", kind="dropship"), a_warehouse("main"), priorities=("acme", "main")))
    put_stock(5, sku="CUP")
    shipped = f"{order}-1,SHP,{MUG},1,UPS,1Z1,"
    answer(partner, f"{order}-1,REJ,CUP,1,,,none left", *([shipped] if is_over else []))
    route_rejected(cloud)
    assert balance(sku="CUP") == (5, 1, 4)

    for name, again in (("shp2.csv", ""), ("shp3.csv", f"{order}-1,REJ,CUP,1,,,none left")):
        answer(partner, f"{order}-1,SHP,CUP,1,UPS,1Z2,", again, shipped, name=name)
        route_rejected(cloud)

    found = stored(order)
    assert (found.status, causes(order)) == ("complete", ["shipped_late"])
    assert sorted(str(each.tracking) for each in found.parcels) == ["1Z1", "1Z2"]
    assert (balance(sku="CUP"), balance(warehouse="acme", sku="CUP")) == ((5, 0, 5), (9, 0, 9))
    assert dict(found.fulfilments[0].refused) == {}


def test_a_rejected_line_that_another_warehouse_has_shipped_too_has_left_twice(
    partner: Partner, order: str, cloud: World
) -> None:
    set_up(a_configuration(a_warehouse("acme", kind="dropship"), a_warehouse("main"), priorities=("acme", "main")))
    put_stock(5, sku="CUP")
    answer(partner, f"{order}-1,REJ,CUP,1,,,none left", f"{order}-1,SHP,{MUG},1,UPS,1Z1,")
    route_rejected(cloud)
    parcel = {"carrier": "DHL", "tracking": "JD01"}
    assert call("POST", f"/orders/{order}/fulfilments/2/ship", {"parcels": [parcel]}).status == 202
    handle_tracking()
    assert stored(order).status == "complete"

    answer(partner, f"{order}-1,SHP,CUP,1,UPS,1Z2,", name="shp2.csv")

    [found] = stored(order).exceptions
    assert (found.cause, "left twice" in found.message) == ("shipped_late", True)
    assert [each.tracking for each in stored(order).fulfilments[0].uncounted_parcels] == ["1Z2"]


def test_a_rejection_of_what_has_left_is_an_exception(partner: Partner, order: str) -> None:
    answer(partner, f"{order}-1,SHP,CUP,1,UPS,1Z1,", f"{order}-1,REJ,CUP,,,,none left")

    [found] = call("GET", "/exceptions").body["items"]
    assert (found["cause"], "ask the supplier" in found["message"]) == ("supplier_rows_refused", True)
