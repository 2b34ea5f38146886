"""Calls of an operation's rate: a burst at once, then one a share, over all processes."""

from datetime import UTC, datetime, timedelta

import pytest

from packhorse.http.rates import CallRate
from packhorse.store import call_rates
from packhorse.store.call_rates import take_call

pytestmark = pytest.mark.usefixtures("cloud")

RATE = CallRate("searchOrders", 0.5, 3)
HOLDER, OTHER = "amazon-de", "amazon-fr"
NOW = datetime(2026, 11, 2, 12, tzinfo=UTC)


@pytest.fixture(autouse=True)
def forget() -> None:
    call_rates.newest.clear()


def test_a_burst_at_once_then_one_each_share() -> None:
    assert [take_call(HOLDER, RATE, NOW) for _ in range(4)] == [0, 0, 0, 2]
    assert take_call(HOLDER, RATE, NOW + timedelta(seconds=2)) == 0
    assert take_call(HOLDER, RATE, NOW + timedelta(seconds=2.5)) == 1.5


def test_a_pause_brings_back_the_burst_and_no_more() -> None:
    for _ in range(3):
        take_call(HOLDER, RATE, NOW)
    later = NOW + timedelta(hours=1)

    assert [take_call(HOLDER, RATE, later) for _ in range(4)] == [0, 0, 0, 2]


def test_processes_share_a_rate() -> None:
    taken = []
    for _ in range(4):
        call_rates.newest.clear()  # as another process
        taken.append(take_call(HOLDER, RATE, NOW))

    assert taken == [0, 0, 0, 2]


def test_holders_and_operations_have_their_own() -> None:
    for _ in range(3):
        take_call(HOLDER, RATE, NOW)

    assert take_call(OTHER, RATE, NOW) == 0
    assert take_call(HOLDER, RATE._replace(operation="getOrder"), NOW) == 0


def test_a_mark_that_was_removed_is_made_again() -> None:
    take_call(HOLDER, RATE, NOW)
    call_rates.newest[f"rate#{HOLDER}#{RATE.operation}"] = 1
    assert take_call(HOLDER, RATE, NOW) == 0

    call_rates.newest[f"rate#{OTHER}#{RATE.operation}"] = 1
    assert take_call(OTHER, RATE, NOW) == 0
