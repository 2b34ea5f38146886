"""Money of voided labels: what becomes of a refund, and when the carrier is asked."""

from datetime import timedelta
from itertools import product

import pytest

from packhorse.domain.labels.label import FulfilmentRef
from packhorse.domain.labels.purchase import Refund, RefundReport
from packhorse.domain.orders.label_refunds import (
    ASKED_AFTER,
    MOVES,
    asked_next,
    refund_of,
    refund_reached,
    refund_reported,
)
from packhorse.domain.orders.labelling import label_of, with_label
from packhorse.domain.orders.order import Order
from packhorse.domain.orders.parcel import Parcel
from packhorse.domain.orders.status import with_status
from packhorse.domain.orders.updates import with_fulfilment
from packhorse.domain.problem import Cause
from packhorse.domain.values import OrderId
from simulation.builders import a_line
from tests.domain.label_builders import begun, bought, causes, voided
from tests.domain.order_builders import LATER, in_fulfilment, story

SUBMITTED, UNDECIDED, REFUNDED, REJECTED = Refund
DAY = timedelta(days=1)
USUAL = timedelta(days=30)


def a_void() -> Order:
    return voided(bought(begun(in_fulfilment(a_line(quantity=2)), _1=2)).order).order


def reached(order: Order, refund: Refund) -> Order:
    return refund_reached(order, 1, "label-1", refund, LATER, "easypost")


def refund(order: Order) -> Refund | None:
    return label_of(order, 1, "label-1").refund


@pytest.mark.parametrize(("before", "after"), list(product(Refund, Refund)))
def test_a_refund_becomes_what_may_follow_and_money_that_came_back_stays(before: Refund, after: Refund) -> None:
    order = a_void()
    order = with_label(order, 1, label_of(order, 1, "label-1").replace(refund=before))

    moved = reached(order, after)

    assert refund(moved) is (after if after in MOVES[before] else before)
    assert (moved == order) is (after not in MOVES[before])


def test_money_that_comes_back_is_in_the_timeline_and_no_exception() -> None:
    order = reached(a_void(), REFUNDED)

    assert (refund(order), causes(order), story(order)[-1]) == (REFUNDED, [], "label_refunded")
    assert (order.timeline[-1].who, order.timeline[-1].detail) == ("easypost", "9400 1")


def test_a_refusal_is_an_exception_that_ends_when_the_money_comes_after_all() -> None:
    order = reached(a_void(), REJECTED)

    [problem] = order.exceptions
    assert (problem.cause, problem.tracking) == (Cause.LABEL_NOT_REFUNDED, ("9400 1",))
    assert problem.message == "fulfilment 1: the carrier refuses to refund the label 9400 1 of 5.00 USD"
    assert reached(order, REJECTED) == order
    assert causes(reached(order, REFUNDED)) == []


def test_no_decision_in_time_is_an_exception_once_which_a_refusal_replaces() -> None:
    late = reached(a_void(), UNDECIDED)

    assert "has not decided since 2026-" in late.exceptions[0].message
    assert reached(late, UNDECIDED) == late
    [problem] = reached(late, REJECTED).exceptions
    assert "refuses to refund" in problem.message
    assert causes(reached(late, REFUNDED)) == []


def test_a_dismissed_exception_is_not_opened_by_the_same_answer() -> None:
    order = reached(a_void(), REJECTED).replace(exceptions=())

    assert causes(reached(order, REJECTED)) == []


def test_a_parcel_that_was_sent_with_the_label_after_all_ends_the_exception() -> None:
    order = reached(a_void(), REJECTED)
    sent = order.fulfilments[0].replace(parcels=(Parcel(carrier="USPS", tracking="94001", shipped_at=LATER, lines=()),))

    assert Cause.LABEL_NOT_REFUNDED not in causes(with_status(with_fulfilment(order, sent), LATER, "Eve"))


def test_only_the_order_that_has_a_shared_label_has_the_exception() -> None:
    order = a_void()
    copy = label_of(order, 1, "label-1")
    shared = with_label(order, 1, copy.replace(holder=FulfilmentRef(order=OrderId("another"), fulfilment=1)))

    assert (refund(reached(shared, REJECTED)), causes(reached(shared, REJECTED))) == (REJECTED, [])


def test_a_report_finds_the_label_by_its_tracking_number() -> None:
    order = a_void()

    assert refund(refund_reported(order, 1, RefundReport(tracking="9400 1", refund=REFUNDED), LATER, "x")) is REFUNDED
    assert refund_reported(order, 1, RefundReport(tracking="9400 2", refund=REFUNDED), LATER, "x") == order


def test_a_label_that_is_not_voided_has_no_refund() -> None:
    order = bought(begun(in_fulfilment(a_line(quantity=2)), _1=2)).order

    assert reached(order, REFUNDED) == order
    assert asked_next(label_of(order, 1, "label-1"), LATER) is None


@pytest.mark.parametrize(
    ("answer", "days", "refund"),
    [
        (SUBMITTED, 29, SUBMITTED),
        (None, 29, SUBMITTED),
        (SUBMITTED, 30, UNDECIDED),
        (None, 99, UNDECIDED),
        (REFUNDED, 99, REFUNDED),
        (REJECTED, 1, REJECTED),
    ],
)
def test_a_refund_without_an_answer_is_undecided_after_the_usual_time(
    answer: Refund | None, days: int, refund: Refund
) -> None:
    label = label_of(a_void(), 1, "label-1")

    assert refund_of(label, answer, label.attempted_at + days * DAY, USUAL) is refund


def test_the_carrier_is_asked_at_growing_intervals_until_the_last_one() -> None:
    label = label_of(a_void(), 1, "label-1")
    times = [label.attempted_at]
    while following := asked_next(label, times[-1]):
        times.append(following)

    ages = [each - label.attempted_at for each in times[1:]]
    assert ages == list(ASKED_AFTER)
    assert USUAL < ASKED_AFTER[5] < ASKED_AFTER[-1]
    assert asked_next(label.replace(refund=REFUNDED), LATER) is None
    assert asked_next(label.replace(refund=REJECTED), LATER) is not None
