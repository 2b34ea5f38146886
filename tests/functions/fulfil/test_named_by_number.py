"""Answers that name orders by number: a row that is repeated is never about another fulfilment order of that number."""

from typing import Any

import pytest

from packhorse.aws.settings import settings
from packhorse.domain.catalogue.product import Product
from packhorse.store import catalogue
from simulation.aws.boundary import World
from simulation.builders import a_line, an_order, later
from simulation.merchant import put_stock
from tests.conftest import queued
from tests.functions.fulfil.partner import (
    ANSWERS,
    ORDERS,
    Partner,
    exchange,
    hand_over,
    handle_tracking,
    read_files,
    save,
)
from tests.functions.fulfil.partner import later as clock_ahead
from tests.functions.fulfil.partner import stored as order_of
from tests.functions.fulfil.test_refused_rows import audited
from tests.functions.operate.calls import call
from tests.functions.operate.orders import one_routed, routed

HEAD = "PO,STATUS,CARRIER,TRACKING,SKU\n"
COLUMNS: list[dict[str, Any]] = ORDERS["records"][0]["columns"]
BY_NUMBER = {
    **ORDERS,
    "records": [{"level": "line", "columns": [{"name": "PO", "source": "order.number"}, *COLUMNS[1:]]}],
}
NUMBERED = {**ANSWERS, "columns": [{"field": "order", "names": ["PO"]}, *ANSWERS["columns"][1:]]}


@pytest.fixture
def partner(account: Partner) -> Partner:
    for sku in ("A", "B"):
        catalogue.put_product(Product(sku=sku, name=sku))
        put_stock(100, sku, warehouse="acme")
    save(account, orders=BY_NUMBER, answers=[NUMBERED])
    return account


def answer(partner: Partner, *rows: str, name: str = "shp1.csv") -> None:
    partner.put(name, HEAD + "".join(f"{row}\n" for row in rows))
    read_files()


def grown(partner: Partner, cloud: World, *, sku: str, units: int) -> str:
    """An order #77 of one A that has shipped as T1, with a second fulfilment order that was sent."""
    order = one_routed(a_line("A", 1, "11"), number="#77")
    hand_over(cloud)
    exchange()
    answer(partner, "#77,SHP,DHL,T1,A")
    more = (a_line("A", units, "11"),) if sku == "A" else (a_line("A", 1, "11"), a_line(sku, units, "12"))
    routed(later(an_order(*more, channel_order_id=order_of(order).channel_order_id, number="#77")))
    hand_over(cloud)
    exchange()
    return order


def shipped(order: str) -> dict[int, list[str | None]]:
    return {each.number: [parcel.tracking for parcel in each.parcels] for each in order_of(order).fulfilments}


@pytest.mark.parametrize(("sku", "units", "row"), [("A", 2, "A"), ("B", 1, ""), ("B", 1, "A")])
def test_a_row_that_is_repeated_changes_nothing(partner: Partner, cloud: World, sku: str, units: int, row: str) -> None:
    order = grown(partner, cloud, sku=sku, units=units)

    answer(partner, f"#77,SHP,DHL,T1,{row}", "#99,SHP,DHL,T9,A", name="shp2.csv")

    assert shipped(order) == {1: ["T1"], 2: []}
    assert [each["cause"] for each in call("GET", "/exceptions").body["items"]] == ["supplier_rows_refused"]


@pytest.mark.parametrize(("sku", "units"), [("A", 2), ("B", 1)])
def test_a_new_tracking_number_is_about_the_open_one(partner: Partner, cloud: World, sku: str, units: int) -> None:
    order = grown(partner, cloud, sku=sku, units=units)

    answer(partner, f"#77,SHP,DHL,T2,{sku}", name="shp2.csv")

    assert shipped(order) == {1: ["T1"], 2: ["T2"]}


def test_a_rejection_of_what_two_have_is_refused_and_of_what_one_has_counts(partner: Partner, cloud: World) -> None:
    order = grown(partner, cloud, sku="B", units=1)

    answer(partner, "#77,REJ,,,", name="shp2.csv")
    [refused] = call("GET", "/exceptions").body["items"]
    assert f"may mean {order}-1, {order}-2: name the fulfilment order" in refused["message"]
    assert "a person dismisses" not in refused["message"]
    assert order_of(order).fulfilments[1].is_open

    answer(partner, "#77,ACK,,,B", name="shp3.csv")
    assert order_of(order).fulfilments[1].status == "accepted"


def enter(order: str, number: int, tracking: str) -> None:
    """A person enters a parcel."""
    parcels = {"parcels": [{"carrier": "DHL", "tracking": tracking}]}
    assert call("POST", f"/orders/{order}/fulfilments/{number}/ship", parcels).status == 202
    handle_tracking()


@pytest.mark.parametrize("row", ["#77,ACK,,,", "#77,SHP,DHL,,"])
def test_a_row_that_may_mean_several_is_settled_once_all_of_them_have_ended(
    partner: Partner, cloud: World, row: str
) -> None:
    first, second = (one_routed(a_line("A", 1), number="#77") for _ in range(2))
    hand_over(cloud)
    exchange()
    answer(partner, row)

    enter(first, 1, "T1")
    assert len(audited()) == 1
    enter(second, 1, "T2")

    assert audited() == []
    answer(partner, row, "#77,ACK,,,A", name="shp2.csv")
    assert audited() == []


def test_what_such_a_row_may_say_has_shipped_stays_with_the_supplier(
    partner: Partner, cloud: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    save(partner, orders=BY_NUMBER, answers=[NUMBERED], when_silent="route_again")
    found = [one_routed(a_line("A", 1), number="#77") for _ in range(2)]
    hand_over(cloud)
    exchange()
    answer(partner, "#77,SHP,DHL,,")

    for hours in (25, 50):
        clock_ahead(monkeypatch, hours)
        exchange()

    assert queued(settings.tracking_queue_url) == []
    assert [order_of(each).fulfilments[0].is_open for each in found] == [True, True]
