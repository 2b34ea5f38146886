"""Suppliers' files and answers name fulfilment orders by the numbers of the purchase orders that follow them."""

from typing import Any

import pytest

from packhorse.domain.catalogue.product import Product
from packhorse.store import catalogue
from simulation.aws.boundary import World
from simulation.merchant import MUG
from tests.functions.fulfil.partner import ANSWERS, ORDERS, Partner, an_order, exchange, save, stored
from tests.functions.operate.calls import call

DROP_SHIP = {"drop_ship": True}
NUMBER = {"name": "OUR_PO", "source": "fulfilment.purchase_order", "required": True}


def with_number(column: dict[str, Any]) -> dict[str, Any]:
    """The layout of orders, named by a column alone."""
    [record] = ORDERS["records"]
    return {**ORDERS, "records": [{**record, "columns": [column, *record["columns"][1:]]}]}


ANSWERED = {**ANSWERS, "columns": [{"field": "purchase_order", "names": ["PO"]}, *ANSWERS["columns"][1:]]}


@pytest.fixture
def partner(account: Partner) -> Partner:
    save(account, purchasing=DROP_SHIP, orders=with_number(NUMBER), answers=[ANSWERED])
    return account


def test_a_file_names_the_purchase_order_which_is_made_before_it_goes_out(cloud: World, partner: Partner) -> None:
    order = an_order(cloud)

    exchange()

    [made] = call("GET", "/purchase-orders").body["items"]
    [text] = partner.files().values()
    assert text.splitlines()[1].split(",")[0] == made["id"]
    assert call("GET", f"/purchase-orders/{made['id']}").body["ships"] == {"order": order, "fulfilment": 1}


def test_an_answer_by_that_number_ships_the_fulfilment_order(cloud: World, partner: Partner) -> None:
    order = an_order(cloud)
    exchange()
    [made] = call("GET", "/purchase-orders").body["items"]

    rows = (f"{made['id'].lower()},SHP,{MUG},,UPS,1Z-9,", "PO-7777,SHP,,,UPS,1Z-8,")
    partner.put("shp1.csv", "\n".join(("PO,STATUS,SKU,QTY,CARRIER,TRACKING,REASON", *rows, "")))
    for _ in range(2):
        exchange()

    assert [each.tracking for each in stored(order).fulfilments[0].parcels] == ["1Z-9"]
    [file] = call("GET", "/suppliers/acme/files").body["items"]
    [fault] = call("GET", f"/suppliers/acme/files/{file['id']}").body["errors"]
    assert (fault["row"], fault["column"]) == (3, "purchase_order")


def test_a_layout_names_it_only_where_orders_have_purchase_orders(partner: Partner) -> None:
    catalogue.put_product(Product(sku=MUG))

    answer = call("PATCH", "/suppliers/acme", {"purchasing": {"drop_ship": False}})

    assert (answer.status, [each["field"] for each in answer.body["errors"]]) == (422, ["orders.records"])
