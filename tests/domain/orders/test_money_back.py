"""Orders whose money went back in their channel: they are held, and what never left is not sent."""

from typing import Any

import pytest

from packhorse.domain.orders.order import Flag, Status
from packhorse.domain.orders.reported import pending_units
from packhorse.domain.orders.steps import without_hold
from simulation.builders import NOON, a_line, an_order, later
from tests.domain.order_builders import (
    LAMP,
    LATER,
    a_told_parcel,
    arrived,
    hear,
    heard,
    kinds,
    sent,
    shipping,
    the_line,
)


def test_an_order_whose_money_went_back_is_held_and_given_back_until_the_channel_has_it_again() -> None:
    told = an_order(a_line(quantity=2))
    order = hear(shipping(told), later(told, refunded_at=LATER))

    assert [hold.id for hold in order.holds] == ["refunded"]
    assert [each.status for each in order.fulfilments] == ["queued"]
    assert hear(order, later(told, 2)).holds == ()


def test_an_order_that_is_first_heard_of_as_refunded_is_held() -> None:
    assert heard(an_order(refunded_at=NOON)).flags == {Flag.HELD}


def test_a_refunded_order_that_a_person_released_is_not_held_again() -> None:
    told = an_order(refunded_at=NOON)
    order = without_hold(heard(told), "refunded", LATER, "Eve")

    assert hear(order, later(told)).holds == ()


@pytest.mark.parametrize("facts", [{"shipped_at": NOON}, {"cancelled_at": NOON}])
def test_money_that_went_back_after_the_end_holds_nothing(facts: dict[str, Any]) -> None:
    assert arrived(an_order(refunded_at=NOON, **facts)).holds == ()


def test_units_that_were_refunded_as_returned_and_never_left_are_not_sent() -> None:
    told = an_order(a_line(quantity=3))
    money_back = later(told, refunded_at=LATER, lines=(a_line(quantity=3, returned=3),))
    unsent = hear(shipping(told), money_back)
    in_part = hear(sent(shipping(told), _1=2), money_back)
    listed = hear(shipping(told), money_back.replace(parcels=(a_told_parcel(_1=2),)))

    found = [(the_line(each).quantity, the_line(each).returned) for each in (unsent, in_part, listed)]

    assert found == [(0, 0), (2, 2), (2, 2)]
    assert [each.status for each in (unsent, in_part, listed)] == [Status.CANCELLED, Status.COMPLETE, Status.COMPLETE]


def test_a_message_that_repeats_what_was_refunded_takes_no_more_units_out() -> None:
    told = an_order(a_line(quantity=3), a_line(LAMP, line="2"))
    lines = (a_line(quantity=3, returned=1), a_line(LAMP, line="2"))
    money_back = later(told, refunded_at=LATER, lines=lines)

    order = hear(shipping(told), money_back)

    assert (the_line(order).quantity, hear(order, money_back, money_back)) == (2, order)


def test_units_that_left_by_the_channels_account_are_no_unsent_ones_when_they_are_refunded() -> None:
    told = an_order(a_line(quantity=1))
    removed = later(told, lines=(a_line(quantity=0),))
    parcels = (a_told_parcel(_1=1),)
    listed = removed.replace(modified_at=LATER, parcels=parcels)
    money_back = later(listed, parcels=(), refunded_at=LATER, lines=(a_line(quantity=3, returned=1),))

    order = hear(shipping(told), removed, listed, money_back)

    assert (the_line(order).quantity, the_line(order).returned, hear(order, money_back)) == (3, 1, order)


def test_money_that_went_back_takes_back_no_state_by_which_all_had_left() -> None:
    told = an_order(a_line(quantity=3), shipped_at=NOON)
    money_back = later(told, shipped_at=None, refunded_at=LATER)

    assert (arrived(told).status, kinds(hear(arrived(told), money_back))) == (Status.COMPLETE, [])
    grown = hear(arrived(told), later(told, shipped_at=None, lines=(a_line(quantity=4),)))
    assert (
        pending_units(hear(grown, later(told, 2, refunded_at=LATER, shipped_at=None, lines=(a_line(quantity=4),))))["1"]
        == 0
    )


def test_a_file_does_not_say_whether_the_money_is_there() -> None:
    told = an_order(refunded_at=NOON)

    assert hear(heard(told), later(told, refunded_at=None, lists_parcels=False)).holds != ()


def test_an_order_all_of_which_left_by_the_channels_account_is_not_held_once_its_money_is_back() -> None:
    told = an_order(a_line(quantity=1))
    order = hear(heard(told), later(told, shipped_at=NOON))  # no warehouse has it
    back = later(told, 2, refunded_at=NOON, parcels=(a_told_parcel(None, _1=1),))

    order = hear(order, back)

    assert (order.holds, hear(order, back)) == ((), order)
