"""Units that are wanted again which a fulfiller has, and was requested to keep back."""

from collections import Counter
from collections.abc import Callable
from datetime import timedelta

import pytest

from packhorse.domain.orders.allocation import with_hand_over
from packhorse.domain.orders.cancellation import CancellationState
from packhorse.domain.orders.cancelling import unwanted_units
from packhorse.domain.orders.channel_order import ChannelLine
from packhorse.domain.orders.line_edits import LineEdit, with_edited_lines
from packhorse.domain.orders.order import Order, Status
from packhorse.domain.orders.rejecting import RejectedUnits, rejected
from packhorse.domain.orders.rejection import RejectReason
from packhorse.domain.orders.restock import unshipped_only
from packhorse.domain.orders.soundness import faults
from packhorse.domain.orders.steps import with_hold
from packhorse.domain.stock.goods import Goods
from packhorse.domain.supply.cancelling import with_request_in_batch
from simulation.builders import a_line, an_order
from tests.domain.order_builders import LATER, MUG, hear, kinds, sent, the_line, where
from tests.domain.orders.test_taking_back import (
    HOLD,
    PERSON,
    agreeing,
    cancelling,
    less,
    partners,
    refusing,
    the_request,
    with_supplier,
)


def hear_of(order: Order, *lines: ChannelLine) -> Order:
    """Return the order after a later message of its channel."""
    message = an_order(*lines, modified_at=order.modified_at + timedelta(minutes=1), number="#1")
    return hear(order, message)


def by_person(order: Order, quantity: int) -> Order:
    edits = {"1": LineEdit(quantity=quantity)}
    return with_edited_lines(order, edits, LATER, PERSON, restock=unshipped_only).order


def by_channel(order: Order, quantity: int) -> Order:
    return hear_of(order, a_line(quantity=quantity))


SETS: dict[str, Callable[[Order, int], Order]] = {"channel": by_channel, "person": by_person}
each_sets = pytest.mark.parametrize("sets", SETS.values(), ids=SETS)


def in_file(order: Order) -> Order:
    """Return the order with its request in a file of the supplier."""
    return with_request_in_batch(order, 1, 9, None, LATER)


def wanted(order: Order) -> int:
    line = the_line(order)
    return line.quantity - line.cancelled - unwanted_units(order, "1")


@each_sets
def test_a_request_that_no_file_has_is_none_any_more(sets: Callable[[Order, int], Order]) -> None:
    order = sets(sets(with_supplier(), 1), 3)

    assert (order.fulfilments[0].cancellation, wanted(order), the_line(order).removed_late) == (None, 3, 0)
    assert order.timeline[-1].detail == f"acme: 2 of {MUG}"
    assert sent(order).timeline[-1].what == "completed"


@each_sets
def test_it_becomes_smaller_if_some_are_still_unwanted(sets: Callable[[Order, int], Order]) -> None:
    order = sets(sets(with_supplier(), 1), 2)

    request = the_request(order)
    assert (dict(request.units), dict(request.unwanted), wanted(order)) == ({"1": 1}, {"1": 1}, 2)


@each_sets
def test_of_a_request_in_a_file_they_are_handed_over_again_once_it_is_agreed_to(
    sets: Callable[[Order, int], Order],
) -> None:
    order = sets(in_file(sets(with_supplier(), 1)), 3)
    assert (dict(the_request(order).units), dict(the_request(order).unwanted)) == ({"1": 2}, {})

    order = agreeing(order).order

    assert (the_line(order).quantity, the_line(order).cancelled, where(order)) == (3, 0, {"acme": 3})
    again = with_hand_over(order, partners(), LATER)
    assert [dict(each.remaining) for each in again.fulfilments] == [{"1": 1}, {"1": 2}]
    assert sets(order, 3).lines == order.lines


@each_sets
def test_of_a_refused_request_they_leave_as_wanted(sets: Callable[[Order, int], Order]) -> None:
    order = refusing(in_file(sets(with_supplier(), 1)))
    assert kinds(order) == ["cancellation_refused_1"]

    order = sets(order, 3)

    assert (kinds(order), the_request(order).state) == ([], CancellationState.REFUSED)
    assert refusing(order) == order
    assert kinds(sent(order)) == []


@each_sets
def test_what_is_wanted_beyond_them_is_routed(sets: Callable[[Order, int], Order]) -> None:
    order = sets(in_file(sets(with_supplier(), 1)), 5)

    assert (wanted(order), the_line(order).unallocated) == (5, 2)
    assert wanted(agreeing(order).order) == 5


def test_what_its_channel_repeats_leaves_what_a_person_wants_again() -> None:
    order = by_person(in_file(by_channel(with_supplier(), 1)), 3)

    repeated = by_channel(order, 1)

    assert (wanted(repeated), the_line(repeated).stated_quantity) == (3, 1)


def test_what_a_person_cancelled_stays_unwanted_when_the_channel_repeats_or_adds() -> None:
    order = less(with_supplier(), keep=1).order

    assert unwanted_units(by_channel(order, 3), "1") == 2
    assert unwanted_units(by_channel(order, 4), "1") == 2


def test_an_item_that_was_put_back_into_its_line_is_wanted_again() -> None:
    order = hear_of(with_supplier(), a_line(sku="OTHER", reference="other", quantity=3))
    assert unwanted_units(order, "1") == 3

    order = by_channel(order, 3)

    assert (wanted(order), order.fulfilments[0].cancellation) == (3, None)


def test_while_it_is_held_they_stay_requested_and_are_handed_over_after_it() -> None:
    order = with_hold(by_channel(with_supplier(), 1), HOLD)

    order = by_channel(order, 3)

    assert (dict(the_request(order).units), dict(the_request(order).unwanted)) == ({"1": 3}, {})
    agreed = agreeing(order).order
    assert (the_line(agreed).cancelled, where(agreed)) == (0, {"acme": 3})


def test_what_was_agreed_to_before_is_remembered() -> None:
    order = by_channel(agreeing(in_file(by_channel(with_supplier(), 2))).order, 1)

    order = by_channel(order, 2)

    assert (the_request(order).state, the_request(order).accepted) == (CancellationState.ACCEPTED, {"1": 1})
    assert (order.fulfilments[0].remaining, [*faults(order)]) == (Counter({"1": 2}), [])


def test_a_cancelled_order_to_which_its_channel_adds_what_a_supplier_has_goes_on() -> None:
    order = by_channel(cancelling(with_supplier()).order, 0)
    assert order.cancelled_at

    order = by_channel(order, 3)

    assert (order.cancelled_at, wanted(order)) == (None, 3)


def rejecting(order: Order) -> Order:
    report = RejectedUnits(reason=RejectReason.OTHER)
    return rejected(order, 1, report, "r", Goods(), LATER, "supplier:acme", restock=unshipped_only).order


@pytest.mark.parametrize("answers", [lambda order: agreeing(order).order, rejecting], ids=["agrees", "rejects"])
def test_the_item_that_its_channel_wants_instead_is_in_the_line_once_the_supplier_gives_the_former_up(
    answers: Callable[[Order], Order],
) -> None:
    order = in_file(hear_of(with_supplier(), a_line(sku="OTHER", reference="other", quantity=2)))

    after = answers(order)

    line = the_line(after)
    assert (line.sku, line.unallocated, line.refused, kinds(after)) == ("OTHER", 2, (), [])
    assert (after.status, after.cancelled_at) == (Status.OPEN, None)
