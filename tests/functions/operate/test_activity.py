"""GET /activity: measured a bounded part at a time, kept, and measured again while it moves."""

from datetime import UTC, datetime, timedelta

import pytest

from packhorse.aws.settings import settings
from packhorse.domain.health.activity import DAY, DAYS, HOUR, HOURS
from packhorse.store import activity, expressions
from packhorse.store.expressions import equals
from packhorse.store.reading import pages
from packhorse.usecases.operations.read_activity import MOST_DAYS, Activity, read_activity
from simulation.aws.boundary import World
from simulation.merchant import put_stock, set_up
from tests.functions.operate.calls import call
from tests.functions.operate.orders import one_routed, step

NOW = datetime(2026, 11, 18, 9, 30, tzinfo=UTC)


@pytest.fixture
def shop(cloud: World) -> World:
    """Orders of this hour, of the one before, of a week ago, and of yesterday; one of these is late, one cancelled."""
    set_up()
    put_stock(50)
    one_routed(number="A1", placed_at=NOW)
    one_routed(number="A2", placed_at=NOW - HOUR)
    step(one_routed(number="A3", placed_at=NOW - HOUR), "cancel", {})
    one_routed(number="A4", placed_at=NOW - 7 * DAY)
    one_routed(number="A5", placed_at=NOW - DAY, ship_by=NOW - HOUR)
    one_routed(number="A6", placed_at=NOW - DAY, ship_by=NOW + HOUR)
    return cloud


def whole(now: datetime = NOW) -> Activity:
    """All of it, after as many answers as that takes."""
    for _ in range(DAYS):
        found = read_activity(now)
    return found


def test_orders_count_by_when_they_were_placed_beside_those_of_a_week_before(shop: World) -> None:
    found = whole()

    assert [each.orders for each in found.hours][:3] == [1, 2, 0]
    assert [each.orders for each in found.usual][:2] == [1, 0]
    assert (len(found.hours), len(found.usual), len(found.days)) == (HOURS, HOURS, DAYS)


def test_of_a_day_those_count_that_leave_late_and_their_lines_by_rule(shop: World) -> None:
    yesterday = whole().days[1]

    assert (yesterday.orders, yesterday.late, sum(yesterday.rules.values())) == (2, 1, 2)


def test_one_answer_measures_a_bounded_part_and_what_is_over_once(shop: World) -> None:
    assert len(read_activity(NOW).days) == MOST_DAYS
    whole()
    one_routed(number="B1", placed_at=NOW - HOUR)
    one_routed(number="B2", placed_at=NOW - 9 * HOUR)

    assert [each.orders for each in whole().hours][1] == 2
    later = whole(NOW + timedelta(minutes=2)).hours
    assert (later[1].orders, later[9].orders) == (3, 0)
    assert [each.measured_at == NOW for each in whole(NOW + 4 * HOUR).hours[13:]] == [True] * 11


def test_what_is_measured_is_forgotten_after_a_while(shop: World) -> None:
    read_activity(NOW)
    kept = list(pages("query", **expressions.query(settings.work_table, equals("pk", activity.HOUR))))

    assert kept
    assert all(int(item["expiration"]["N"]) > NOW.timestamp() for item in kept)


def test_the_api_answers_with_it(shop: World) -> None:
    answer = call("GET", "/activity")

    assert (answer.status, answer.body.keys()) == (200, {"hours", "usual", "days"})
