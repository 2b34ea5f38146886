"""Sums of a ledger of more than one page."""

import pytest

from packhorse.aws.clients import client
from packhorse.aws.settings import settings
from packhorse.domain.stock.goods import Shelf
from packhorse.domain.values import WarehouseId
from packhorse.store import ledger
from simulation.merchant import MUG, ledger_sums, put_stock, set_up

pytestmark = pytest.mark.usefixtures("cloud")

SHELF = Shelf(MUG, WarehouseId("main"))


def test_a_ledger_is_read_to_its_end_or_not_at_all() -> None:
    """A page ends at a megabyte: each movement is made a third of one."""
    set_up()
    for number in range(4):
        put_stock(1, event=f"receipt {number}")
    dynamodb = client("dynamodb")
    for item in dynamodb.scan(TableName=settings.movements_table)["Items"]:
        dynamodb.put_item(TableName=settings.movements_table, Item={**item, "padding": {"S": "x" * 340_000}})

    assert ledger.sums_in_time(SHELF, lambda: True) is None
    assert ledger_sums().on_hand == 4
