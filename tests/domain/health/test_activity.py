from datetime import timedelta

import pytest

from packhorse.domain.health.activity import (
    BY_DAY,
    BY_HOUR,
    DAY,
    HOUR,
    Span,
    days_shown,
    figures_of,
    hours_shown,
    is_late,
)
from packhorse.domain.orders.order import Status
from simulation.builders import NOON, a_line, an_order
from tests.domain.order_builders import LATER, heard, in_fulfilment, received, routed, sent, shelf

AGO = timedelta(minutes=10)


@pytest.mark.parametrize(
    ("span", "age_of_start", "measured_ago", "stands"),
    [
        (BY_HOUR, timedelta(minutes=30), timedelta(seconds=59), True),
        (BY_HOUR, timedelta(minutes=30), timedelta(seconds=60), False),
        (BY_HOUR, 9 * HOUR, 6 * HOUR, True),
        (BY_HOUR, 9 * HOUR, 7 * HOUR, False),
        (BY_DAY, 3 * DAY, timedelta(minutes=59), True),
        (BY_DAY, 3 * DAY, HOUR, False),
        (BY_DAY, 9 * DAY, timedelta(0), True),
    ],
)
def test_what_moves_is_measured_again_and_what_is_long_over_never(
    span: Span, age_of_start: timedelta, measured_ago: timedelta, stands: bool
) -> None:
    assert span.is_current(NOON - age_of_start, NOON - measured_ago, NOON) is stands


def test_the_running_hour_comes_first_and_each_has_one_a_week_before() -> None:
    hours = hours_shown(NOON + AGO)

    assert (hours[0], hours[23], hours[24]) == (NOON, NOON - 23 * HOUR, NOON - 7 * DAY)
    assert [days_shown(NOON)[0], days_shown(NOON)[13]] == [NOON - 12 * HOUR, NOON - 12 * HOUR - 13 * DAY]


def test_an_order_is_late_once_it_should_have_left_and_stays_so_if_it_left_after() -> None:
    order = heard(an_order(ship_by=NOON))

    assert [is_late(order, NOON + ago) for ago in (-AGO, AGO)] == [False, True]
    assert not is_late(order.replace(status=Status.CANCELLED), LATER)
    assert not is_late(heard(an_order()), LATER)
    assert not is_late(order.replace(paid_at=None), LATER), "it must not leave yet"


def test_what_left_is_late_if_a_parcel_left_after_it_should_have() -> None:
    left = sent(in_fulfilment(ship_by=LATER))

    assert [is_late(left.replace(ship_by=due), LATER + DAY) for due in (NOON, LATER + DAY)] == [True, False]


def test_the_figures_of_a_day_count_lines_by_the_rule_that_routed_them() -> None:
    order = routed(received(a_line(), a_line(line="2")), shelf(main=5))

    figures = figures_of(NOON, [order, heard(an_order())], NOON)

    assert (figures.orders, figures.late, sum(figures.rules.values())) == (2, 0, 2)
