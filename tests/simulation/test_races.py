"""Many buyers and few units, and the queue of those who wait: in virtual time, through the real handlers."""

from collections import Counter
from datetime import timedelta
from typing import NamedTuple

import pytest

from packhorse.usecases.routing.release import SERVE_PAGE
from simulation import deployment
from simulation.builders import NOON, a_line, an_order
from simulation.sale import EAST, MUG, PAIR, WEST, Sale, a_sale, by_age
from simulation.stated_orders import TRADE

AT_ONCE = 20
SECONDS_A_CALL = 0.4
"""A page of the queue takes half a minute then, as long as it may at the most."""


@pytest.fixture(autouse=True)
def _many_invocations_race(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(deployment, "MOST_AT_ONCE", AT_ONCE)


# ---- buyers ------------------------------------------------------------------------------------------------------


def check(sale: Sale, buyers: int) -> None:
    """The stock is sold to the last unit, and every buyer has an order that holds its goods or waits for them."""
    assert sale.errors == []
    assert sale.sold == Counter({EAST: 60, WEST: 40})
    assert sale.left == {EAST: 0, WEST: 0}
    assert len(sale.orders) == buyers
    assert sorted([*sale.served, *sale.waiting]) == sorted(sale.orders)
    assert sale.handed_over == sale.served


def test_two_hundred_buyers_of_a_hundred_units() -> None:
    with a_sale(seed=1) as sale:
        sale.stock({EAST: 60, WEST: 40})
        sale.disturb(twice=0.1, kills=20)

        sale.buy([MUG] * 150 + [PAIR] * 50, seconds=3)
        sale.until_quiet()

        assert [answer.status for answer in sale.answers] == [202] * 200
        check(sale, buyers=200)


def test_two_thousand_buyers_of_a_hundred_units() -> None:
    with a_sale(seed=2) as sale:
        sale.stock({EAST: 60, WEST: 40})
        sale.disturb(twice=0.1, kills=20)

        sale.send([an_order(a_line(PAIR if n % 5 == 0 else MUG), channel=TRADE) for n in range(2000)], seconds=10)
        sale.until_quiet()

        check(sale, buyers=2000)


# ---- those who wait ----------------------------------------------------------------------------------------------


def test_a_receipt_serves_exactly_the_oldest_in_turn() -> None:
    placed = [NOON - timedelta(minutes=37 * number % 120) for number in range(120)]
    told = [an_order(a_line(MUG), channel=TRADE, placed_at=at) for at in placed]
    with a_sale(seed=3) as sale:
        sale.send(told, seconds=5)
        sale.until_quiet()
        sale.disturb(twice=0.2, kills=10)

        sale.receive(30, EAST)
        sale.receive(20, WEST)
        sale.until_quiet()

        assert sale.errors == []
        assert sale.served_in_turn == by_age(told)[:50]
        assert sale.waiting == by_age(told)[50:]
        assert sale.handed_over == sale.served


class Release(NamedTuple):
    """What came of a receipt: who was served, who waits on, and what it took to find them."""

    waited: list[str]
    served: list[str]
    waiting: list[str]
    errors: list[object]
    invocations: int
    scans: int
    places_read: int


@pytest.fixture(scope="module")
def of_ten_thousand() -> Release:
    """Ten thousand wait for a mug each, three hundred mugs come, and services are so slow that the time runs out."""
    with a_sale(seed=4) as sale:
        waited = sale.queue_up(10_000)
        sale.slow_down(SECONDS_A_CALL)
        sale.receive(300)
        sale.until_quiet()
        invocations = sum(name.startswith("release-") for name in sale.invocations)
        scans = sale.world.calls["dynamodb", "Scan"]
        read = sale.places_read
        return Release(waited, sale.served_in_turn, sale.waiting, sale.errors, invocations, scans, read)


def test_of_ten_thousand_who_wait_exactly_the_oldest_are_served(of_ten_thousand: Release) -> None:
    release = of_ten_thousand

    assert release.served == release.waited[:300]
    assert release.waiting == release.waited[300:]
    assert release.errors == []


def test_a_long_queue_is_served_in_several_invocations_and_without_a_scan(of_ten_thousand: Release) -> None:
    assert of_ten_thousand.invocations == 2
    assert of_ten_thousand.scans == 0


def test_those_who_are_not_served_are_not_read(of_ten_thousand: Release) -> None:
    assert of_ten_thousand.places_read <= 300 + of_ten_thousand.invocations * SERVE_PAGE
