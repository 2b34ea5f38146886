"""Orders that count on units without being named for them, once these do not come or are for another order."""

from collections.abc import Callable
from typing import Any

import pytest

from functions.allocate import release
from packhorse.aws.settings import settings
from packhorse.messages.release import ORDERS_AT_ONCE, OthersToCome
from packhorse.usecases.routing.review_waiting import review_waiting
from packhorse.usecases.supply.buy_for_orders import buy_for_orders
from simulation.aws.boundary import Call, World
from simulation.merchant import MUG, Context, put_stock
from tests.conftest import invoked
from tests.functions.operate.calls import call
from tests.functions.operate.purchasing import arrived, do, draft, line, made, merchant, receive
from tests.functions.operate.test_buying_per_order import (
    bought,
    buy,
    not_bought,
    parts_for,
    per_order,
    purchases,
    taken,
)

pytestmark = pytest.mark.usefixtures("cloud")

LACKS = f"line 1 lacks what is bought per order and not to come: 3 of {MUG}: PO-1001 does not bring them"


@pytest.fixture(autouse=True)
def _merchant(cloud: Any) -> None:
    merchant()
    assert per_order(MUG).status == 200


def for_stock(name: str, units: int) -> None:
    """A person makes a draft one for stock: it names no order any more."""
    assert call("PUT", f"/purchase-orders/{name}", draft(line(MUG, units))).status == 200
    buy()


def submitted_and(step: str, body: dict[str, Any]) -> None:
    do("PO-1001", "submit")
    do("PO-1001", step, body)


@pytest.mark.parametrize(
    "ends",
    [
        lambda: do("PO-1001", "cancel"),
        lambda: submitted_and("cancel", {}),
        lambda: submitted_and("close", {}),
        lambda: submitted_and("answer", {"lines": [{"line": "1", "refused": 6, "reason": "discontinued"}]}),
        lambda: submitted_and("receive", {"receipt": "DN-7", "lines": [arrived(0, rejected=6, reason="broken")]}),
    ],
)
def test_what_an_order_counted_on_unnamed_and_does_not_come_is_an_exception(ends: Callable[[], Any]) -> None:
    order = taken((MUG, 3))
    for_stock("PO-1001", 6)
    assert not_bought(order) == []

    ends()
    buy()

    assert not_bought(order) == [LACKS]


def test_what_a_person_takes_out_of_a_draft_is_missed_by_the_order_that_counted_on_it() -> None:
    order = taken((MUG, 3))
    do("PO-1001", "cancel")
    by_hand = made(line(MUG, 3))
    buy()
    assert not_bought(order) == []

    for_stock(by_hand, 1)

    assert not_bought(order) == [LACKS.replace("3 of", "2 of")]


def test_units_that_a_newer_order_is_named_for_are_missed_by_the_older_one() -> None:
    older = taken((MUG, 3))
    for_stock("PO-1001", 3)
    assert not_bought(older) == []

    newer = taken((MUG, 3), minute=1)

    assert [part["units"] for part in parts_for(newer, purchases()[0])] == [3]
    assert (not_bought(older), not_bought(newer)) == ([LACKS], [])


def test_what_comes_for_no_order_by_name_is_for_the_oldest_that_counts_on_it() -> None:
    orders = [taken((MUG, 3), minute=minute) for minute in range(4)]
    made(line(MUG, 6))
    do("PO-1001", "cancel")
    buy()
    assert [len(not_bought(order)) for order in orders] == [0, 0, 1, 1]

    for order in reversed(orders):
        buy_for_orders([order.order_id])

    assert [len(not_bought(order)) for order in orders] == [0, 0, 1, 1]


def test_all_that_wait_are_looked_at_page_by_page() -> None:
    orders = [taken((MUG, 1), minute=minute) for minute in range(ORDERS_AT_ONCE + 2)]
    for_stock("PO-1001", len(orders))

    do("PO-1001", "cancel")
    buy()

    assert [len(not_bought(order)) for order in orders] == [1] * len(orders)
    assert len(list(review_waiting(OthersToCome(sku=MUG, warehouse="main")))) == 2


def test_what_is_lost_on_its_way_is_bought_for_the_order_that_counted_on_it() -> None:
    assert call("PUT", "/warehouses/loft", {"name": "Loft"}).status == 200
    put_stock(3, MUG, "loft")
    lines = [{"sku": MUG, "units": 3}]
    transfer = call("POST", "/transfer-orders", {"from_warehouse": "loft", "to_warehouse": "main", "lines": lines}).body
    assert call("POST", f"/transfer-orders/{transfer['id']}/send", {}).status == 200
    order = taken((MUG, 3))
    assert (bought(), not_bought(order)) == ([], [])

    assert call("POST", f"/transfer-orders/{transfer['id']}/close", {}).status == 200
    buy()

    assert (bought(), not_bought(order)) == ([("new", {MUG: 3})], [])


def given_up() -> Any:
    """An order whose purchase order a person cancelled: nothing is to come for it."""
    order = taken((MUG, 3))
    do("PO-1001", "cancel")
    buy()
    assert not_bought(order) == [LACKS]
    return order


def test_what_is_sent_from_another_warehouse_ends_the_exception_when_it_leaves() -> None:
    order = given_up()
    assert call("PUT", "/warehouses/loft", {"name": "Loft"}).status == 200
    put_stock(3, MUG, "loft")
    lines = [{"sku": MUG, "units": 3}]
    transfer = call("POST", "/transfer-orders", {"from_warehouse": "loft", "to_warehouse": "main", "lines": lines}).body
    buy()
    assert not_bought(order) == [LACKS]

    assert call("POST", f"/transfer-orders/{transfer['id']}/send", {}).status == 200
    buy()

    assert not_bought(order) == []


def test_what_a_person_drafts_for_stock_ends_the_exception_also_by_an_edit() -> None:
    order = given_up()
    by_hand = made(line(MUG, 1))
    buy()
    assert not_bought(order) == [LACKS.replace("3 of", "2 of")]

    assert call("PUT", f"/purchase-orders/{by_hand}", draft(line(MUG, 3))).status == 200
    buy()

    assert not_bought(order) == []


def test_where_all_that_wait_are_named_no_other_order_is_read(cloud: World) -> None:
    named = taken((MUG, 3))
    calls: list[Call] = []
    cloud.before = calls.append

    assert list(review_waiting(OthersToCome(sku=MUG, warehouse="main"))) == []

    [read] = [call for call in calls if settings.orders_table in str(call.parameters)]
    assert str(read.parameters).count("ORDER") == 1
    assert named.order_id in str(read.parameters)


def test_nothing_is_looked_at_for_a_product_that_is_not_bought_per_order() -> None:
    per_order(MUG, wanted=False)
    buy()
    taken((MUG, 3))
    name = made(line(MUG, 6))

    do(name, "cancel")

    assert invoked(settings.release_function) == []


def test_a_message_that_comes_twice_changes_nothing() -> None:
    order = taken((MUG, 3))
    for_stock("PO-1001", 6)
    do("PO-1001", "cancel")

    messages = invoked(settings.release_function)
    for message in (*messages, *messages):
        release.handler(message, Context())

    assert (not_bought(order), bought()) == ([LACKS], [("cancelled", {MUG: 6})])


def test_units_that_come_are_not_missed() -> None:
    order = taken((MUG, 3))
    for_stock("PO-1001", 6)
    do("PO-1001", "submit")

    receive("PO-1001", arrived(6))
    buy()

    assert not_bought(order) == []
