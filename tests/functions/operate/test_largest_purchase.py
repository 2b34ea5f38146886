"""Every step of the largest purchase order fits one transaction, whatever it ends."""

from datetime import datetime
from typing import Any

import pytest

from packhorse.domain.catalogue.product import Product
from packhorse.domain.money import Money
from packhorse.domain.problem import Cause, Problem, Subject
from packhorse.domain.purchasing.made_for import MadeFor
from packhorse.domain.purchasing.purchase_line import PurchaseLine
from packhorse.domain.purchasing.purchase_order import MAX_LINES, MAX_RECEIVED_LINES, PurchaseOrder, PurchaseState
from packhorse.domain.purchasing.sending import PurchaseSending, SendingState
from packhorse.domain.stock.goods import Shelf
from packhorse.domain.values import Sku, WarehouseId
from packhorse.store import catalogue, exceptions, stock
from packhorse.store.exceptions import ExceptionState
from packhorse.store.purchases import PURCHASES
from packhorse.usecases.operations.end_exceptions import end_exceptions
from packhorse.usecases.supply.change_purchase import change_purchase
from simulation.builders import NOON
from tests.functions.operate.purchasing import arrived, do, merchant, receive

pytestmark = pytest.mark.usefixtures("cloud")
LINES = range(1, MAX_LINES + 1)


@pytest.fixture(autouse=True)
def _merchant(cloud: Any) -> None:
    merchant()
    for number in LINES:
        catalogue.put_product(Product(sku=Sku(f"S{number}"), name="Spoon"))


def a_line(number: int, is_open: bool) -> PurchaseLine:
    """A line of a product that its order does not want any more, at another price of the supplier's."""
    return PurchaseLine(
        id=f"{number}",
        sku=f"S{number}",
        ordered=10,
        closed=0 if is_open else 10,
        unit_cost=Money.of("2.50", "EUR"),
        offered=Money.of("2.60", "EUR"),
        expected_on=NOON.date(),
        made_for=(MadeFor(order="gone", line="1", units=5, unneeded=2),),
    )


def a_purchase(*lines: PurchaseLine) -> PurchaseOrder:
    order = PurchaseOrder(
        id="PO-1001",
        supplier="acme",
        warehouse="main",
        currency="EUR",
        reference="SPRING",
        state=PurchaseState.SUBMITTED,
        lines=lines,
        created_at=NOON,
        submitted_at=NOON,
        sending=PurchaseSending(at=NOON),
    )
    return PURCHASES.create(order, 1001, "request", NOON)


def largest(open_lines: int = MAX_LINES) -> str:
    """A purchase order with as many lines as possible, all of its exceptions open."""
    lines = [a_line(number, number <= open_lines) for number in LINES]
    order = a_purchase(*(line.replace(offered=None, made_for=()) for line in lines))
    failed = PurchaseSending(state=SendingState.NOT_SENT, reason="no such folder", at=NOON)

    def changed(each: PurchaseOrder, _: str, __: datetime) -> PurchaseOrder:
        return each.replace(lines=tuple(lines), sending=failed, late=NOON.date())

    change_purchase(order.id, changed, "supplier:acme")
    assert causes() == ["late_to_arrive", "purchase_not_sent", "purchase_price_differs", "purchase_unneeded"]
    return order.id


def causes(state: ExceptionState = ExceptionState.OPEN) -> list[str]:
    found, _ = exceptions.newest_exceptions(state, None, 200)
    return sorted(each.cause for each in found)


REFUSED = [{"line": f"{number}", "refused": 10} for number in LINES]


@pytest.mark.parametrize(
    ("step", "body", "state"),
    [
        ("close", {"lines": []}, "closed"),
        ("cancel", None, "cancelled"),
        ("answer", {"lines": REFUSED}, "closed"),
    ],
)
def test_it_is_closed_cancelled_and_answered_at_once(step: str, body: Any, state: str) -> None:
    answer = do(largest(), step, body)

    assert (answer.status, answer.body["state"], causes()) == (200, state, [])


def test_the_price_of_what_came_of_every_line_changes_at_once_with_what_units_cost() -> None:
    name = largest()
    for first in range(0, MAX_LINES, MAX_RECEIVED_LINES):
        receive(name, *(arrived(4, f"{number}") for number in LINES[first : first + MAX_RECEIVED_LINES]))
    dearer = {"unit_cost": {"amount": "2.60", "currency": "EUR"}}

    answer = do(name, "answer", {"lines": [{"line": f"{number}", "refused": 6, **dearer} for number in LINES]})

    assert (answer.status, answer.body["state"], causes()) == (200, "received", [])
    averages = {stock.of_sku(Sku(f"S{number}"))[0].average_cost for number in LINES}
    assert averages == {Money.of("2.60", "EUR")}


def test_the_largest_receipt_that_ends_it_fits() -> None:
    name = largest(open_lines=MAX_RECEIVED_LINES)

    answer = receive(name, *(arrived(12, f"{number}") for number in LINES[:MAX_RECEIVED_LINES]))

    assert (answer.status, answer.body["state"]) == (200, "closed")
    assert causes() == ["over_received"] * MAX_RECEIVED_LINES + ["purchase_price_differs"]
    assert receive(name, *(arrived(1, f"{number}") for number in LINES[: MAX_RECEIVED_LINES + 1])).status == 422


def older(line: str, sku: str) -> Problem:
    """The exception that older code opened for each line."""
    subject = Subject.of_purchase("PO-1001", line, Shelf(Sku(sku), WarehouseId("main")))
    return Problem(cause=Cause.PURCHASE_PRICE_DIFFERS, subject=subject, message=f"acme wants more for {sku}")


def test_exceptions_of_lines_by_older_code_become_one_and_end() -> None:
    name = a_purchase(a_line(1, True), a_line(2, True), a_line(3, False)).id
    for line in ("1", "2", "3"):
        exceptions.open_exception(older(line, f"S{line}"), NOON)

    end_exceptions(NOON, lambda: False)

    found, _ = exceptions.newest_exceptions(ExceptionState.OPEN, None, 20, Cause.PURCHASE_PRICE_DIFFERS)
    assert [each.concerns for each in found] == [name]
    do(name, "close", {"lines": []})
    assert causes() == []


def test_one_that_ends_before_older_exceptions_were_gathered_leaves_a_whole_record() -> None:
    order = a_purchase(a_line(1, True).replace(made_for=()))
    exceptions.open_exception(older("1", "S1"), NOON)

    do(order.id, "close", {"lines": []})
    end_exceptions(NOON, lambda: False)

    assert (causes(), causes(ExceptionState.RESOLVED)) == ([], ["purchase_price_differs"] * 2)
