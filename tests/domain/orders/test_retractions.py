"""Facts that a channel takes back: an order that it had as paid, or as cancelled."""

from collections.abc import Callable
from datetime import timedelta
from itertools import permutations
from typing import Any

import pytest

from packhorse.domain.orders.channel_order import ChannelOrder
from packhorse.domain.orders.exceptions import dismissed
from packhorse.domain.orders.order import Order, Status
from packhorse.domain.orders.restock import unshipped_only
from packhorse.domain.orders.steps import cancelled, paid, without_hold
from simulation.builders import NOON, a_line, an_order, later
from tests.domain.order_builders import LAMP, LATER, hear, heard, kinds, sent, shipping, story


def unpaid(told: ChannelOrder, minutes: int = 1, **facts: Any) -> ChannelOrder:
    return later(told, minutes, paid_at=None, is_unpaid=True, **facts)


def holds(order: Order) -> list[str]:
    return [hold.id for hold in order.holds]


# ---- paid


def test_an_order_that_is_not_paid_any_more_is_held_and_given_back_until_it_is_paid_again() -> None:
    told = an_order(a_line(quantity=2))

    order = hear(shipping(told), unpaid(told), unpaid(told, 2))
    again = hear(order, later(told, 3))

    assert (holds(order), [each.status for each in order.fulfilments]) == (["unpaid"], ["queued"])
    assert story(order)[-2:] == ["held", "taken_back"]
    assert (holds(again), holds(hear(again, unpaid(told, 4)))) == ([], ["unpaid"])


def test_an_order_without_its_payment_that_a_person_released_is_not_held_again() -> None:
    told = an_order()
    order = without_hold(hear(heard(told), unpaid(told)), "unpaid", LATER, "Eve")

    assert holds(hear(order, unpaid(told, 2))) == []


def test_what_a_person_marked_as_paid_is_not_taken_back_by_a_channel_that_never_said_so() -> None:
    told = an_order(paid_at=None, is_unpaid=True)
    order = paid(heard(told), LATER, LATER, "Eve")

    assert holds(hear(order, unpaid(told), unpaid(told, 2))) == []


@pytest.mark.parametrize("facts", [{"paid_at": None}, {"paid_at": None, "is_unpaid": True, "lists_parcels": False}])
def test_a_message_that_says_nothing_of_payment_takes_none_back(facts: dict[str, Any]) -> None:
    told = an_order()

    assert holds(hear(shipping(told), later(told, **facts))) == []


@pytest.mark.parametrize("facts", [{"ships_unpaid": True}, {"shipped_at": NOON}, {"cancelled_at": NOON}])
def test_an_order_that_is_over_or_goes_out_unpaid_is_not_held(facts: dict[str, Any]) -> None:
    told = an_order(**facts)

    assert holds(hear(shipping(told), unpaid(told))) == []


def test_an_order_that_went_out_unpaid_is_held_once_its_channel_has_it_as_neither_that_nor_paid() -> None:
    told = an_order(paid_at=None, ships_unpaid=True)

    order = hear(shipping(told), unpaid(told, ships_unpaid=False))

    assert (holds(order), holds(hear(order, later(told, 2)))) == (["unpaid"], [])
    assert holds(hear(order, later(told, 2, ships_unpaid=False, paid_at=LATER))) == []
    assert holds(hear(shipping(told), unpaid(told))) == []


def test_of_a_part_shipped_order_the_rest_is_held() -> None:
    told = an_order(a_line(quantity=2))

    assert holds(hear(sent(shipping(told), _1=1), unpaid(told))) == ["unpaid"]
    assert holds(hear(sent(shipping(told)), unpaid(told))) == []


def test_it_is_held_in_whatever_order_the_messages_come() -> None:
    told = an_order()
    messages = [told, unpaid(told), unpaid(told, 2)]

    found = [hear(heard(first), *others) for first, *others in permutations(messages)]

    assert [(order.status, holds(order)) for order in found] == [(Status.OPEN, ["unpaid"])] * 6


def test_of_two_messages_of_one_moment_none_takes_a_payment_back() -> None:
    told = an_order()
    other = unpaid(told, 0)

    assert [holds(hear(heard(a), b, a)) for a, b in permutations((told, other))] == [[], []]


def test_a_paid_order_that_costs_more_is_held_until_that_is_paid_in_whatever_order_the_messages_come() -> None:
    told = an_order()
    edited = later(told, paid_at=None, payment_due=True, lines=(a_line(quantity=20),))
    again = later(told, 2, lines=edited.lines)

    found = [hear(heard(first), *others) for first, *others in permutations([told, edited])]
    settled = [hear(heard(first), *others) for first, *others in permutations([told, edited, again])]

    assert [(holds(order), order.holds[0].reason) for order in found] == [
        (["unpaid"], "its channel has it as not paid in full any more; cancel it, or release it to send it")
    ] * 2
    assert [holds(order) for order in settled] == [[]] * 6


@pytest.mark.parametrize("before", [{"paid_at": None}, {"paid_at": None, "ships_unpaid": True}])
def test_money_that_is_due_holds_no_order_that_was_never_paid(before: dict[str, Any]) -> None:
    told = an_order(**before)

    assert holds(hear(shipping(told), later(told, ships_unpaid=False, payment_due=True))) == []


# ---- cancelled


def taken_back(told: ChannelOrder) -> Order:
    """An order that its channel cancelled, and has as one to be sent again."""
    return hear(shipping(told), gone(told), later(told, 2), later(told, 2))


def gone(told: ChannelOrder, minutes: int = 1) -> ChannelOrder:
    return later(told, minutes, cancelled_at=NOON + timedelta(minutes=minutes))


UNCANCELLED = ["uncancelled_in_channel"]


@pytest.mark.parametrize("facts", [{"cancelled_at": LATER}, {"refunded_at": LATER}])
def test_a_cancellation_that_is_taken_back_is_an_exception_until_it_is_over_there(facts: dict[str, Any]) -> None:
    told = an_order()
    order = taken_back(told)

    assert (order.status, kinds(order), story(order)[-1]) == (Status.CANCELLED, UNCANCELLED, "exception")
    assert kinds(hear(order, later(told, 3))) == UNCANCELLED
    over = later(told, 4, **facts)
    assert (kinds(hear(order, over)), kinds(hear(order, over, later(told, 5)))) == ([], UNCANCELLED)


def test_a_cancelled_order_that_the_channel_sends_is_an_exception_of_that_alone() -> None:
    told = an_order()

    assert kinds(hear(taken_back(told), later(told, 3, shipped_at=LATER))) == ["shipped_after_cancellation"]


def test_a_cancellation_taken_back_that_a_person_dismissed_is_none_again() -> None:
    told = an_order()
    order = taken_back(told)
    settled = dismissed(order, order.exceptions[0], LATER, "Eve")

    assert kinds(hear(settled, later(told, 3))) == []


def gone_on(told: ChannelOrder, *, left: int) -> Order:
    """An order of which that many units had left when its channel cancelled it; that takes it back, and adds some."""
    more = later(told, 2, lines=(*told.lines, a_line(LAMP, line="2")))
    return hear(sent(shipping(told), _1=left), gone(told), more, more)


def test_what_had_not_left_stays_cancelled_in_an_order_that_goes_on() -> None:
    order = gone_on(an_order(a_line(quantity=3)), left=1)

    assert (order.status, kinds(order)) == (Status.PARTIALLY_SHIPPED, ["cancelled_after_shipping", *UNCANCELLED])
    assert order.exceptions[-1].message.endswith("here 2 units stay cancelled")


def test_an_order_that_goes_on_with_all_of_it_has_nothing_that_stays_cancelled() -> None:
    order = gone_on(an_order(a_line(quantity=3)), left=3)

    assert (order.status, kinds(order)) == (Status.PARTIALLY_SHIPPED, ["cancelled_after_shipping"])


def cancelled_here(told: ChannelOrder) -> Order:
    return cancelled(shipping(told), LATER, "Eve", restock=unshipped_only).order


@pytest.mark.parametrize("over", [cancelled_here, lambda told: hear(cancelled_here(told), gone(told))])
def test_a_channel_that_does_not_have_our_cancellation_yet_takes_none_back(
    over: Callable[[ChannelOrder], Order],
) -> None:
    told = an_order()

    found = kinds(hear(over(told), later(told, 2)))

    assert found == ([] if over is cancelled_here else UNCANCELLED)


def test_an_order_that_is_to_be_paid_first_is_not_to_be_sent_again() -> None:
    told = an_order()

    order = hear(shipping(told), gone(told), unpaid(told, 2))

    assert (kinds(order), kinds(hear(order, later(told, 3)))) == ([], UNCANCELLED)


def test_a_cancelled_order_that_is_paid_has_one_exception_of_that() -> None:
    told = an_order(paid_at=None, is_unpaid=True)

    assert kinds(hear(heard(told), gone(told), later(told, 2, paid_at=LATER))) == ["paid_after_cancellation"]


def test_it_is_an_exception_in_whatever_order_the_messages_come() -> None:
    told = an_order()

    found = [hear(heard(first), *others) for first, *others in permutations([told, gone(told), later(told, 2)])]

    assert [(order.status, kinds(order)) for order in found] == [(Status.CANCELLED, UNCANCELLED)] * 6


def test_of_two_messages_of_one_moment_none_takes_a_cancellation_back() -> None:
    told = an_order()
    both = [later(told), gone(told)]

    assert [kinds(hear(shipping(told), *order, *order)) for order in permutations(both)] == [[], []]
