"""What is bought for many orders at once, and what is left of it where that fails."""

from datetime import timedelta

import pytest
from botocore.exceptions import ClientError

from functions.allocate import route
from packhorse.domain.supply.purchasing import PerOrder, Purchasing
from packhorse.domain.supply.supplier import Supplier
from packhorse.domain.values import OrderId
from packhorse.messages.release import ORDERS_AT_ONCE
from packhorse.store import suppliers
from packhorse.usecases.supply.buy_for_orders import buy_for_orders
from simulation.builders import NOON, a_line, an_order
from simulation.merchant import Context, set_up, told
from tests.functions.operate.calls import call
from tests.functions.operate.interference import refused_by
from tests.functions.operate.orders import causes
from tests.functions.operate.test_buying_per_order import per_order_from

pytestmark = pytest.mark.usefixtures("cloud")


def merchant(count: int, per_order: PerOrder) -> list[str]:
    """The skus of so many products, which acme sells, and that are bought per order."""
    skus = [f"SKU-{number:03}" for number in range(count)]
    set_up(None, *skus)
    supplier = Supplier(id="acme", purchasing=Purchasing(per_order=per_order))
    suppliers.apply_edit("acme", lambda _: supplier, "user:ada", NOON)
    for sku in skus:
        assert per_order_from(sku, "acme").status == 200
    return skus


def came(*orders: list[str]) -> list[OrderId]:
    """Orders that each lack one of some products, oldest first."""
    made = []
    for minute, skus in enumerate(orders):
        lines = [a_line(sku, 1, line=str(place)) for place, sku in enumerate(skus, start=1)]
        made.append(an_order(*lines, placed_at=NOON + timedelta(minutes=minute)))
    route.handler(told(*made), Context())
    return [OrderId(each.order_id) for each in made]


@pytest.mark.parametrize(
    ("per_order", "expected"),
    [(PerOrder.SUBMIT, [("submitted", 15), ("submitted", 65)]), (PerOrder.DRAFT, [("new", 80)])],
)
def test_orders_that_lack_many_products_are_bought_for_however_many_come_at_once(
    per_order: PerOrder, expected: list[tuple[str, int]]
) -> None:
    skus = merchant(80, per_order)
    orders = came(*(skus[place::ORDERS_AT_ONCE] for place in range(ORDERS_AT_ONCE)))

    buy_for_orders(orders)

    items = call("GET", "/purchase-orders").body["items"]
    assert sorted((each["state"], len(each["lines"])) for each in items) == expected
    assert sorted(line["sku"] for each in items for line in each["lines"]) == skus


def test_what_cannot_be_bought_for_one_order_does_not_hide_that_nothing_comes_for_another() -> None:
    sold, unsold = merchant(2, PerOrder.SUBMIT)
    gone = Supplier(id="gone")
    suppliers.apply_edit("gone", lambda _: gone, "user:ada", NOON)
    assert per_order_from(unsold, "gone").status == 200
    suppliers.delete_supplier("gone")
    orders = came([sold], [unsold])

    with refused_by("TransactWriteItems", "ValidationException", naming="PURCHASE#"), pytest.raises(ClientError):
        buy_for_orders(orders)

    assert call("GET", "/purchase-orders").body["items"] == []
    assert [causes(each) for each in orders] == [[], ["not_bought"]]
