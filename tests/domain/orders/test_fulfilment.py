"""Fulfilment orders put before their warehouse, and ended."""

from typing import Literal, get_args

import pytest
from pydantic import ValidationError

from packhorse.domain.errors import NotFound
from packhorse.domain.orders.fulfilment import WaitOutcome, finished, requested
from packhorse.domain.orders.fulfilment_order import FulfilmentStatus
from packhorse.domain.orders.order import Flag, Order, Status
from packhorse.domain.orders.restock import unshipped_only
from packhorse.domain.orders.soundness import with_new_attempt
from packhorse.domain.orders.steps import cancelled
from simulation.builders import a_configuration, a_line, a_warehouse
from tests.domain.order_builders import (
    LAMP,
    LATER,
    MUG,
    asked,
    handed,
    in_fulfilment,
    kinds,
    received,
    sent,
    shelf,
    story,
)

End = Literal["shipped", "cancelled", "rejected", "overdue"]


def ended(order: Order, outcome: End, fulfilment: int = 1) -> Order:
    return finished(order, 1, [WaitOutcome(fulfilment=fulfilment, outcome=outcome)], LATER)


def test_work_is_put_before_its_warehouse_with_what_its_execution_waits_for() -> None:
    order = requested(handed(received()), 1, "token-1", LATER)

    (work,) = order.fulfilments
    assert (work.status, work.token) == (FulfilmentStatus.REQUESTED, "token-1")
    assert (order.status, order.timeline[-1].what, order.timeline[-1].detail) == (
        Status.IN_FULFILMENT,
        "handed_over",
        "main",
    )


def test_work_is_handed_over_once_however_often_it_is_asked_for() -> None:
    order = requested(in_fulfilment(), 1, "token-1", LATER)

    assert story(order).count("handed_over") == 1


def test_an_execution_that_asks_anew_is_the_one_that_gets_the_answer() -> None:
    order = requested(in_fulfilment(), 1, "a-newer-token", LATER)

    assert order.fulfilments[0].token == "a-newer-token"


@pytest.mark.parametrize("status", [FulfilmentStatus.SHIPPED, FulfilmentStatus.CANCELLED])
def test_work_that_has_ended_does_not_begin_again(status: FulfilmentStatus) -> None:
    order = handed(received())
    order = (
        sent(order)
        if status is FulfilmentStatus.SHIPPED
        else cancelled(order, LATER, "Eve", restock=unshipped_only).order
    )

    after = requested(order, 1, "token-1", LATER)

    assert (after.fulfilments[0].status, after.fulfilments[0].token) == (status, "token-1")
    assert (after.status, story(after)) == (order.status, story(order))


def test_the_work_of_the_other_warehouse_stays_as_it_is() -> None:
    ours = a_configuration(a_warehouse("east"), a_warehouse("main"))
    goods = shelf(MUG, east=1) + shelf(LAMP, main=1)
    order = handed(received(a_line(line="1"), a_line(LAMP, line="2")), goods, ours)

    after = requested(order, 2, "token-2", LATER)

    assert after.fulfilments[0] == order.fulfilments[0]
    assert after.fulfilments[1].status is FulfilmentStatus.REQUESTED


def test_work_that_is_not_there_cannot_be_asked_for_or_ended() -> None:
    with pytest.raises(NotFound):
        requested(in_fulfilment(), 2, "token-2", LATER)
    with pytest.raises(NotFound):
        ended(in_fulfilment(), "shipped", fulfilment=2)


def test_work_that_nobody_ended_in_time_is_an_exception_that_names_its_warehouse() -> None:
    order = ended(in_fulfilment(), "overdue")

    assert order.flags == {Flag.EXCEPTION}
    assert order.exceptions[0].message == "fulfilment 1: main has not shipped it in time"
    assert ended(order, "overdue") == order


def test_work_that_another_attempt_waits_for_is_not_overdue_by_the_one_before() -> None:
    again = with_new_attempt(handed(received(a_line())), 1, LATER)

    assert (again.fulfilments[0].attempt, ended(again, "overdue")) == (2, again)


def test_work_that_was_late_and_has_ended_is_no_exception() -> None:
    order = sent(in_fulfilment())

    assert ended(order, "overdue") == order


def test_each_late_work_is_an_exception_of_its_own() -> None:
    ours = a_configuration(a_warehouse("east"), a_warehouse("main"))
    goods = shelf(MUG, east=1) + shelf(LAMP, main=1)
    order = asked(handed(received(a_line(line="1"), a_line(LAMP, line="2")), goods, ours))

    late = finished(order, 1, [WaitOutcome(fulfilment=n, outcome="overdue") for n in (1, 2)], LATER)

    assert kinds(late) == ["overdue_1", "overdue_2"]
    assert kinds(sent(late, number=1)) == ["overdue_2"]


@pytest.mark.parametrize("outcome", sorted(set(get_args(End)) - {"overdue"}))
def test_every_other_end_is_known_already(outcome: End) -> None:
    order = in_fulfilment()

    assert ended(order, outcome) == order


def test_an_end_that_is_none_is_refused() -> None:
    with pytest.raises(ValidationError):
        WaitOutcome.model_validate({"fulfilment": 1, "outcome": "eaten"})
