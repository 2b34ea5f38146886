"""The number of a line in files of orders is one all its life, and an answer's `line` is that number."""

from typing import Any

import pytest

from packhorse.domain.catalogue.product import Product
from packhorse.store import catalogue
from simulation.aws.boundary import World
from simulation.builders import a_configuration, a_line, a_warehouse, an_order, later
from simulation.merchant import put_stock, set_up
from tests.functions.fulfil.partner import (
    ANSWERS,
    Partner,
    exchange,
    hand_over,
    read_files,
    run_requested,
    save,
    stored,
)
from tests.functions.operate.calls import call
from tests.functions.operate.orders import one_routed, routed

SKUS = ("A", "B", "C")
HEAD = "PO,STATUS,LINE,QTY,CARRIER,TRACKING\n"
BY_LINE = {
    **ANSWERS,
    "statuses": {**ANSWERS["statuses"], "CXL": "cancelled"},
    "columns": [*ANSWERS["columns"], {"field": "line", "names": ["LINE"]}],
}


def layout(name: str, source: str = "line.number") -> dict[str, Any]:
    """Files of rows such as `7k3l9a-1,2,B,1`."""
    columns = {"PO": "fulfilment.id", "LINE": source, "SKU": "line.sku", "QTY": "line.quantity"}
    rows = {"level": "line", "columns": [{"name": name, "source": source} for name, source in columns.items()]}
    return {"file_name": name, "line_end": "lf", "records": [rows]}


ORDERS = layout("ORD_{batch:4}.csv")


@pytest.fixture
def partner(account: Partner) -> Partner:
    """A supplier that gets the numbers of lines, behind a warehouse of our own that ships first."""
    warehouses = a_warehouse("acme", kind="dropship"), a_warehouse("own1")
    set_up(a_configuration(*warehouses, priorities=("own1", "acme")))
    for sku in SKUS:
        catalogue.put_product(Product(sku=sku, name=sku))
        put_stock(100, sku, warehouse="acme")
    save(account, orders=ORDERS, answers=[BY_LINE], cancellations=layout("CXL_{batch:4}.csv"))
    return account


def of_three(cloud: World, *ids: str) -> str:
    """An order of one unit each of A, B and C."""
    order = one_routed(*(a_line(sku, 1, name) for sku, name in zip(SKUS, ids, strict=True)))
    hand_over(cloud)
    return order


def answer(partner: Partner, *rows: str, name: str = "shp1.csv", head: str = HEAD) -> None:
    partner.put(name, head + "".join(f"{row}\n" for row in rows))
    read_files()


def reduced(order: str, sku: str) -> None:
    """Have the channel cancel the line of a sku."""
    before = stored(order)
    lines = (a_line(each.sku, 0 if each.sku == sku else 1, each.id) for each in before.lines)
    routed(later(an_order(*lines, channel_order_id=before.channel_order_id, number=before.number)))


def shipped(order: str) -> list[tuple[str | None, list[str]]]:
    """The tracking numbers of its parcels, and the skus in each."""
    after = stored(order)
    skus = {each.id: each.sku for each in after.lines}
    parcels = (parcel for each in after.fulfilments for parcel in each.parcels)
    return [(parcel.tracking, [skus[part.line] for part in parcel.lines]) for parcel in parcels]


def test_lines_that_ship_elsewhere_have_no_number(partner: Partner, cloud: World) -> None:
    put_stock(1, "A", warehouse="own1")
    order = of_three(cloud, "1", "2", "3")
    exchange()
    [po] = [each.id for each in stored(order).fulfilments if each.warehouse == "acme"]
    assert sorted(partner.rows()) == [f"{po},1,B,1", f"{po},2,C,1"]

    answer(partner, f"{po},SHP,1,1,DHL,T1")
    answer(partner, f"{po},SHP,2,1,DHL,T2", name="shp2.csv")

    assert shipped(order) == [("T1", ["B"]), ("T2", ["C"])]


def test_a_line_that_is_cancelled_keeps_its_number_in_all_files(partner: Partner, cloud: World) -> None:
    order = of_three(cloud, "11", "12", "13")
    exchange()
    reduced(order, "B")
    exchange()
    assert partner.files()["CXL_0002.csv"].splitlines()[1:] == [f"{order}-1,2,B,1"]

    answer(partner, f"{order}-1,CXL,2,1,,")
    answer(partner, f"{order}-1,SHP,3,1,DHL,T1", name="shp2.csv")

    assert shipped(order) == [("T1", ["C"])]
    assert list(stored(order).fulfilments[0].remaining) == ["11"]


def test_a_line_that_is_rejected_before_any_file_has_no_number(partner: Partner, cloud: World) -> None:
    save(partner, orders=ORDERS, answers=[BY_LINE], forward="on_command")
    order = of_three(cloud, "11", "12", "13")
    rejected = {"lines": [{"line": "11", "quantity": 1}], "reason": "none_left"}
    assert call("POST", f"/orders/{order}/fulfilments/1/reject", rejected).status == 200
    assert exchange(send=True)["failure"] is None
    assert partner.rows() == [f"{order}-1,1,B,1", f"{order}-1,2,C,1"]

    answer(partner, f"{order}-1,SHP,2,1,DHL,T1")

    assert shipped(order) == [("T1", ["C"])]


def test_orders_that_are_sent_again_have_the_same_numbers(partner: Partner, cloud: World) -> None:
    order = of_three(cloud, "11", "12", "13")
    exchange()
    answer(partner, f"{order}-1,SHP,1,1,DHL,T1")

    assert call("POST", "/suppliers/acme/batches/1/resend").status == 202
    run_requested()

    assert partner.files()["ORD_0002.csv"].splitlines()[1:] == [f"{order}-1,2,B,1", f"{order}-1,3,C,1"]
    answer(partner, f"{order}-1,SHP,3,1,DHL,T3", name="shp2.csv")
    assert shipped(order) == [("T1", ["A"]), ("T3", ["C"])]


def test_a_row_whose_line_and_sku_are_of_two_lines_is_refused(partner: Partner, cloud: World) -> None:
    order = of_three(cloud, "11", "12", "13")
    exchange()

    answer(partner, f"{order}-1,SHP,1,1,DHL,T1,C", head="PO,STATUS,LINE,QTY,CARRIER,TRACKING,SKU\n")

    assert shipped(order) == []
    [refused] = call("GET", "/exceptions").body["items"]
    assert (refused["cause"], "line “1” is A, and the row names “C”, too" in refused["message"]) == (
        "shipment_refused",
        True,
    )


def test_where_files_have_the_ids_of_lines_so_have_answers(partner: Partner, cloud: World) -> None:
    save(partner, orders=layout("ORD_{batch:4}.csv", "line.id"), answers=[BY_LINE])
    put_stock(1, "A", warehouse="own1")
    order = of_three(cloud, "1", "2", "3")
    exchange()
    [po] = [each.id for each in stored(order).fulfilments if each.warehouse == "acme"]
    assert sorted(partner.rows()) == [f"{po},2,B,1", f"{po},3,C,1"]

    answer(partner, f"{po},SHP,2,1,DHL,T1")

    assert shipped(order) == [("T1", ["B"])]
