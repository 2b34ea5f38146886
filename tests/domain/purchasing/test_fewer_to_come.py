"""Units that a document was to bring for no order by name, and who counted on them."""

import pytest

from packhorse.domain.purchasing.made_for import MadeFor, Purpose
from packhorse.domain.purchasing.need import Need
from packhorse.domain.purchasing.not_bought import counting_on, fewer_to_come
from packhorse.domain.purchasing.purchase_order import PurchaseOrder
from packhorse.domain.purchasing.steps import cancelled, closed_short
from packhorse.domain.stock.goods import Goods, Shelf
from packhorse.domain.values import OrderId, Sku, WarehouseId
from tests.domain.purchasing.purchase_builders import ADA, AT, LAMP, MUG, arrived, on_order, received, wanted

AT_MAIN = Shelf(Sku(MUG), WarehouseId("main"))


def named(units: int) -> tuple[MadeFor, ...]:
    return (MadeFor(order="a", line="1", units=units),)


@pytest.mark.parametrize(
    ("after", "fewer"),
    [
        (cancelled(on_order(wanted(made_for=named(4))), ADA, AT), 6),
        (closed_short(on_order(wanted(made_for=named(4))), ["1"], ADA, AT), 6),
        (received(on_order(wanted(made_for=named(4))), arrived(4)), 0),
        (received(on_order(wanted(made_for=named(4))), arrived(0, rejected=9, reason="wet")), 6),
        (on_order(wanted(made_for=named(7))), 3),
        (on_order(wanted(made_for=named(2))), 0),
    ],
)
def test_what_no_order_is_named_for_and_does_not_come_any_more_is_fewer(after: PurchaseOrder, fewer: int) -> None:
    assert fewer_to_come(on_order(wanted(made_for=named(4))), after) == Goods({AT_MAIN: fewer} if fewer else {})


def test_only_the_shelf_that_gets_fewer_is_meant() -> None:
    before = on_order(wanted(), wanted(LAMP, 5))

    assert fewer_to_come(before, on_order(wanted(ordered=9), wanted(LAMP, 6))) == Goods({AT_MAIN: 1})


def test_an_order_counts_on_units_that_may_serve_it_and_that_it_is_not_named_for() -> None:
    elsewhere = Shelf(Sku(MUG), WarehouseId("loft"))
    needs = [
        Need(OrderId("named"), "1", AT_MAIN, 3),
        Need(OrderId("in part"), "1", AT_MAIN, 3),
        Need(OrderId("there"), "1", elsewhere, 3, (AT_MAIN.warehouse,)),
        Need(OrderId("elsewhere"), "1", elsewhere, 3),
        Need(OrderId("in part"), "2", AT_MAIN, 1),
    ]
    bought = {Purpose("named", "1", MUG): 3, Purpose("in part", "1", MUG): 2}

    assert counting_on(AT_MAIN, needs, bought) == ["in part", "there"]
