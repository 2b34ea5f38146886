"""Work orders whose orders are cancelled or edited down: a draft builds fewer, what is submitted asks a person."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from functions.allocate import route
from packhorse.domain.audits import AuditKind
from packhorse.domain.orders.channel_order import ChannelOrder
from packhorse.domain.problem import Cause
from packhorse.store import exceptions
from packhorse.store.exceptions import ExceptionState
from packhorse.usecases.supply.buy_for_orders import request_review
from packhorse.usecases.supply.review_made_for import review_made_for
from simulation.builders import NOON, a_line
from simulation.merchant import Context, advance, told
from tests.functions.operate.calls import call
from tests.functions.operate.interference import killed
from tests.functions.operate.test_audit import audited, routed
from tests.functions.operate.test_buying_per_order import buy, cancel, edit
from tests.functions.operate.working import LEG, ROOM, TABLE, TOP, do, draft, merchant, report, shelf, show

pytestmark = pytest.mark.usefixtures("cloud")


@pytest.fixture(autouse=True)
def _merchant(cloud: Any) -> None:
    merchant()


def waiting(units: int, sku: str = TABLE, minute: int = 0) -> ChannelOrder:
    return routed(a_line(sku, units), placed_at=NOON + timedelta(minutes=minute))


def planned() -> str:
    """The work order that is drafted for what waits."""
    [item] = call("POST", "/work-orders/from-short-lines").body["items"]
    return str(item["id"])


def building(units: int, sku: str = TABLE) -> tuple[ChannelOrder, str]:
    """An order, and what is being built for it."""
    order = waiting(units, sku)
    name = planned()
    assert do(name, "submit", {}).status == 200
    return order, name


def unneeded() -> list[str]:
    found, _ = exceptions.newest_exceptions(ExceptionState.OPEN, None, 10, Cause.WORK_UNNEEDED)
    return [each.message for each in found]


def test_a_draft_builds_fewer_by_itself_and_is_cancelled_once_nobody_wants_any() -> None:
    first, second = waiting(2), waiting(3, minute=1)
    name = planned()

    edit(second, 1)
    assert (show(name)["state"], show(name)["units"]) == ("new", 3)
    cancel(first)
    assert (show(name)["units"], [each["order"] for each in show(name)["made_for"]]) == (1, [second.order_id])
    cancel(second)

    assert (show(name)["state"], shelf(TABLE), unneeded()) == ("cancelled", (0, 0, 0), [])
    assert [(each["what"], each["detail"]) for each in show(name)["timeline"]] == [
        ("created", f"2 of {TABLE} for {first.number}, 3 of {TABLE} for {second.number}"),
        ("lowered", f"not needed: 2 of {TABLE} for {second.number}"),
        ("lowered", f"not needed: 2 of {TABLE} for {first.number}"),
        ("cancelled", f"not needed: 1 of {TABLE} for {second.number}"),
    ]


@pytest.mark.parametrize(("units", "left"), [(5, 3), (2, 1), (1, 1)])
def test_what_a_person_made_of_a_draft_stays(units: int, left: int) -> None:
    """Of two for an order and one of them given up, what was added for stock is built, and no more than was planned."""
    order = waiting(3)
    name = planned()
    assert call("PUT", f"/work-orders/{name}", draft(units)).status == 200

    edit(order, 1)

    assert (show(name)["state"], show(name)["units"]) == ("new", left)


def test_a_cancelled_order_asks_what_becomes_of_what_is_being_built() -> None:
    order, name = building(3)
    report(name, 1)

    cancel(order)
    cancel(order)

    assert unneeded() == [f"work order {name}: 2 of {TABLE} are not wanted any more by 1 order"]
    [found] = call("GET", "/exceptions", query={"cause": "work_unneeded"}).body["items"]
    assert found["orders"] == [{"id": order.order_id, "number": order.number}]
    assert (show(name)["unneeded"], shelf(LEG), shelf(TABLE)) == (2, (36, 8, 0), (1, 0, 2))
    kept, again = (do(name, "keep") for _ in range(2))
    assert (kept.body["unneeded"], again.body["timeline"], unneeded()) == (0, kept.body["timeline"], [])
    assert (shelf(TABLE), audited(AuditKind.STOCK).wrong) == ((1, 0, 2), 0)


@pytest.mark.parametrize(("step", "body"), [("cancel", None), ("close", None), ("report", {"report": "1", "done": 2})])
def test_it_is_moot_once_nothing_is_to_be_built(step: str, body: Any) -> None:
    order, name = building(2)
    cancel(order)
    assert len(unneeded()) == 1

    assert (do(name, step, body).status, unneeded(), shelf(TABLE)[2]) == (200, [], 0)


def test_it_is_over_once_the_order_wants_them_again() -> None:
    order, name = building(3)
    edit(order, 1)
    assert show(name)["unneeded"] == 2

    edit(order, 3)
    request_review()
    buy()

    assert (show(name)["unneeded"], unneeded()) == (0, [])


def test_only_what_is_not_needed_is_closed() -> None:
    first, second = waiting(2), waiting(1, minute=1)
    name = planned()
    do(name, "submit", {})
    cancel(first)

    assert do(name, "close", {"units": 4}).fields == ["units"]
    assert do(name, "close", {"units": 0}).fields == ["units"]
    closed = do(name, "close", {"units": 2})

    assert (closed.body["state"], closed.body["open"], closed.body["closed"]) == ("submitted", 1, 2)
    assert ([each["order"] for each in closed.body["made_for"]], unneeded()) == ([second.order_id], [])
    assert (shelf(LEG), shelf(TOP), shelf(TABLE)) == ((40, 4, 0), (10, 1, 0), (0, 0, 1))
    assert (report(name, 1).body["state"], audited(AuditKind.STOCK).wrong) == ("closed", 0)


def test_nested_ones_that_are_new_build_fewer_and_others_go_on() -> None:
    order, name = building(3, ROOM)
    [table] = [each["nested"] for each in show(name)["inputs"] if each["nested"]]

    do(name, "close", {"units": 1})
    assert (show(table)["units"], show(name)["inputs"][0]["awaited"]) == (4, 4)
    do(table, "submit", {})
    do(name, "close", {"units": 1})

    assert (show(table)["units"], show(name)["inputs"][0]["awaited"]) == (4, 2)
    report(table, 4)
    assert (shelf(TABLE), report(name, 1).body["state"]) == ((4, 2, 0), "closed")
    assert (shelf(TABLE), audited(AuditKind.STOCK).wrong) == ((2, 0, 0), 0)
    assert order.order_id == show(name)["made_for"][0]["order"]


def test_a_lost_message_is_made_up_for_by_the_audit() -> None:
    order, name = building(2)
    assert call("POST", f"/orders/{order.order_id}/cancel", {}).status < 300
    route.handler(advance(order), Context())

    request_review()
    buy()

    assert show(name)["unneeded"] == 2


def test_what_is_bought_and_what_is_built_for_a_line_are_given_up_once() -> None:
    """A table that was bought by hand for the order, and two more that are built: what is built is given up first."""
    order = waiting(3)
    call("PUT", "/suppliers/acme", {"name": "Acme Mill"})
    line = {"sku": TABLE, "ordered": 1, "unit_cost": {"amount": "2.00", "currency": "EUR"}}
    line["made_for"] = [{"order": order.order_id, "line": "1", "units": 1}]
    body = {"supplier": "acme", "warehouse": "main", "currency": "EUR", "lines": [line]}
    bought = call("POST", "/purchase-orders", body).body["id"]
    call("POST", f"/purchase-orders/{bought}/submit")
    name = planned()
    do(name, "submit", {})
    assert show(name)["units"] == 2

    edit(order, 2)
    assert (show(name)["unneeded"], purchase(bought)["unneeded"]) == (1, 0)
    edit(order, 1)
    assert (show(name)["unneeded"], purchase(bought)["unneeded"]) == (2, 0)
    cancel(order)

    assert (show(name)["unneeded"], purchase(bought)["unneeded"]) == (2, 1)


def purchase(name: str) -> dict[str, Any]:
    return dict(call("GET", f"/purchase-orders/{name}").body["lines"][0])


@pytest.mark.parametrize("is_after", [False, True])
def test_killed_at_any_call_it_is_given_up_once(is_after: bool) -> None:
    def reviewing(order: ChannelOrder) -> Callable[[], object]:
        return lambda: review_made_for([order.order_id])

    lives = 0
    while True:
        order, name = building(1)
        assert call("POST", f"/orders/{order.order_id}/cancel", {}).status < 300
        route.handler(told(order), Context())
        step = reviewing(order)
        has_died = killed(step, lives, is_after)
        step()
        assert (show(name)["unneeded"], len(unneeded())) == (1, 1)
        do(name, "cancel")
        if not has_died:
            break
        lives += 1

    assert (lives > 3, shelf(LEG), shelf(TABLE)) == (True, (40, 0, 0), (0, 0, 0))
