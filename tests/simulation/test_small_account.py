"""An account of ten concurrent executions, as new ones are, and of three: it works, slowly, and nothing is given up."""

from collections import Counter

import pytest

from simulation import deployment
from simulation.account import Account, small_account
from simulation.builders import a_line, an_order
from simulation.run import Case, Run
from simulation.sale import EAST, MUG, WEST, a_sale
from simulation.stated_orders import TRADE

LEAST_A_MAPPING = 2
"""Batches of a queue at once: Lambda takes no smaller maximum."""
SECONDS_A_CALL = 0.05
MINUTE, HOUR = 60.0, 3600.0
SEEDS = range(24)


def test_small_accounts_end_random_days_as_others_do() -> None:
    """A dead letter that was not tried eight times would be a violation, too."""
    throttles = 0
    for seed in SEEDS:
        run = Run(Case(seed))
        run.deployment.account = small_account(seed, run.turns.now, run.outside.seconds, chance=1, fewest=3)

        assert run.run().violation is None, seed
        throttles += run.deployment.account.throttles
    assert throttles > 100


@pytest.mark.parametrize(("most", "minutes"), [(10, 10), (3, 20)])
def test_two_hundred_buyers_at_once_are_served_by_a_small_account(
    most: int, minutes: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(deployment, "MOST_AT_ONCE", LEAST_A_MAPPING)
    with a_sale(seed=1) as sale:
        sale.stock({EAST: 60, WEST: 40})
        sale.slow_down(SECONDS_A_CALL)
        account = sale.run.deployment.account = Account(most)
        began = sale.run.turns.now

        sale.buy([MUG] * 200, seconds=10)
        sale.until_quiet()

        assert account.throttles > 10
        assert [answer.status for answer in sale.answers] == [202] * 200
        assert (sale.errors, sale.sold, len(sale.waiting)) == ([], Counter({EAST: 60, WEST: 40}), 100)
        assert sale.handed_over == sale.served
        assert sale.run.turns.now - began < minutes * MINUTE


def test_others_of_the_account_that_take_all_for_an_hour_hold_orders_up_and_no_more() -> None:
    with a_sale(seed=2) as sale:
        sale.stock({EAST: 60, WEST: 40})
        began = sale.run.turns.now
        sale.run.deployment.account = Account(10, began, began + HOUR)

        sale.send([an_order(a_line(MUG), channel=TRADE) for _ in range(20)], seconds=2)
        sale.until_quiet()

        assert (sale.errors, sum(sale.sold.values())) == ([], 20)
        assert HOUR < sale.run.turns.now - began < HOUR + 20 * MINUTE
        assert max(sale.run.deployment.tries.values()) == 1, "a throttled delivery is no try"
