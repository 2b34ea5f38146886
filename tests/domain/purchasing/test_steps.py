"""Submit, answer, close short, cancel: and what of each may come twice."""

from datetime import date
from typing import Any

import pytest

from packhorse.domain.errors import NotNow, Rejected
from packhorse.domain.money import MAX_MINOR, Money
from packhorse.domain.purchasing.purchase_order import PurchaseOrder, PurchaseState
from packhorse.domain.purchasing.steps import AnsweredLine, SupplierAnswer, answered, cancelled, closed_short, submitted
from tests.domain.purchasing.purchase_builders import ADA, AT, LAMP, arrived, new, on_order, received, wanted


def said(order: PurchaseOrder, line: str = "1", **more: Any) -> PurchaseOrder:
    return answered(order, SupplierAnswer(lines=(AnsweredLine(line=line, **more),)), ADA, AT)


def test_every_step_again_changes_nothing() -> None:
    order = on_order()
    closed, refused, gone = closed_short(order, (), ADA, AT), said(order, refused=3), cancelled(order, ADA, AT)

    assert submitted(order, ADA, AT, AT.date()) is order
    assert closed_short(closed, (), ADA, AT) is closed
    assert said(refused, refused=3) is refused
    assert cancelled(gone, ADA, AT) is gone


def test_refused_units_come_no_more() -> None:
    order = said(on_order(), refused=4, reason="discontinued")

    assert (order.state, order.incoming.total(), order.total.amount) == (PurchaseState.SUBMITTED, 6, "15.00")
    assert said(order, refused=0).incoming.total() == 10
    assert said(order, refused=10).state is PurchaseState.CLOSED


def test_an_answer_about_a_date_takes_no_refusal_back() -> None:
    order = said(said(on_order(), refused=4, reason="discontinued"), expected_on=date(2026, 12, 20))

    [line] = order.lines
    assert (order.incoming.total(), line.refused, line.answer) == (6, 4, "discontinued")


@pytest.mark.parametrize(
    ("first", "then", "left"),
    [
        ({"refused": 4}, {"refused": 0}, ""),
        ({"refused": 4}, {"refused": 2}, ""),
        ({"refused": 4}, {"refused": 2, "reason": "two more"}, "two more"),
        ({"refused": 4}, {"refused": 6}, "kiln"),
        ({"refused": 4}, {}, "kiln"),
        ({"expected_on": date(2026, 12, 20)}, {"expected_on": date(2026, 12, 10)}, ""),
        ({"expected_on": date(2026, 12, 20)}, {"expected_on": date(2026, 12, 20)}, "kiln"),
        ({"expected_on": date(2026, 12, 20)}, {"unit_cost": Money.of("3.00", "EUR")}, "kiln"),
    ],
)
def test_a_reason_is_over_with_what_it_was_for_unless_it_is_repeated(
    first: dict[str, Any], then: dict[str, Any], left: str
) -> None:
    order = said(said(on_order(), reason="kiln", **first), **then)

    assert order.lines[0].answer == left


def test_a_price_that_makes_the_total_too_large_is_refused() -> None:
    with pytest.raises(Rejected, match="fit") as raised:
        said(on_order(), unit_cost=Money(minor=MAX_MINOR, currency="EUR"))

    assert [error.field for error in raised.value.errors] == ["lines"]


def test_a_price_and_a_date_change() -> None:
    order = said(on_order(), unit_cost=Money.of("3.00", "EUR"), expected_on=date(2026, 12, 24))

    [line] = order.lines
    assert (line.unit_cost.amount, line.expected_on, line.acknowledged) == ("3.00", date(2026, 12, 24), True)
    assert order.timeline[-1].detail == f"{line.sku}: acknowledged, 3.00 instead of 2.50, expected on 2026-12-24"


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"line": "9"}, "lines.0.line"),
        ({"refused": 5}, "lines.0.refused"),
        ({"unit_cost": Money.of("3.00", "USD")}, "lines.0.unit_cost.currency"),
        ({"unit_cost": Money.of("-3.00", "EUR")}, "lines.0.unit_cost.amount"),
    ],
)
def test_an_answer_that_does_not_fit_names_its_field(more: dict[str, Any], field: str) -> None:
    with pytest.raises(Rejected) as raised:
        said(received(on_order(), arrived(6)), **more)

    assert [error.field for error in raised.value.errors] == [field]


@pytest.mark.parametrize("ending", ["received", "closed", "cancelled"])
def test_the_price_of_what_came_is_corrected_also_once_nothing_is_open(ending: str) -> None:
    order = {
        "received": received(on_order(), arrived(10)),
        "closed": closed_short(received(on_order(), arrived(6)), (), ADA, AT),
        "cancelled": received(cancelled(on_order(), ADA, AT), arrived(2, accept_over=True)),
    }[ending]

    after = said(order, unit_cost=Money.of("3.00", "EUR"), reason="invoice 77")

    assert (after.state, after.lines[0].unit_cost.amount, after.lines[0].answer) == (ending, "3.00", "invoice 77")
    assert said(after, unit_cost=Money.of("3.00", "EUR")) is after


@pytest.mark.parametrize("order", [closed_short(on_order(), (), ADA, AT), cancelled(on_order(), ADA, AT), new()])
def test_what_never_came_has_no_other_price_once_nothing_is_open(order: PurchaseOrder) -> None:
    with pytest.raises(NotNow):
        said(order, unit_cost=Money.of("3.00", "EUR"))


def test_one_line_is_closed_short() -> None:
    order = closed_short(on_order(wanted(), wanted(LAMP, 4)), ("2",), ADA, AT)

    assert (order.state, order.incoming.total()) == (PurchaseState.SUBMITTED, 10)
    with pytest.raises(Rejected) as raised:
        closed_short(order, ("3",), ADA, AT)
    assert [error.field for error in raised.value.errors] == ["lines"]


def test_what_has_arrived_in_part_is_closed_short_and_not_cancelled() -> None:
    with pytest.raises(NotNow, match="close it short"):
        cancelled(received(on_order(), arrived(1)), ADA, AT)


def test_a_new_one_is_cancelled_and_not_closed() -> None:
    assert cancelled(new(), ADA, AT).state is PurchaseState.CANCELLED
    with pytest.raises(NotNow, match="not submitted"):
        closed_short(new(), (), ADA, AT)
    with pytest.raises(NotNow, match="make another"):
        submitted(cancelled(new(), ADA, AT), ADA, AT, AT.date())


def test_a_refusal_is_taken_back_also_once_all_was_refused() -> None:
    closed = said(on_order(), refused=10)

    opened = said(closed, refused=3)

    assert (closed.state, opened.state, opened.lines[0].open) == (PurchaseState.CLOSED, PurchaseState.SUBMITTED, 7)
    assert opened.incoming.total() == 7


def test_one_that_was_received_but_for_what_was_refused_opens_likewise_and_takes_no_other_answer() -> None:
    over = said(received(on_order(), arrived(6)), refused=4)
    with pytest.raises(NotNow):
        said(over, reason="later")

    opened = said(over, refused=1)

    assert (over.state, opened.state) == (PurchaseState.RECEIVED, PurchaseState.PARTIALLY_RECEIVED)
    assert opened.lines[0].open == 3
