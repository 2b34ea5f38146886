"""Histories of orders in the domain alone: some in each run of the tests, as many as wanted by `make walk`."""

from random import Random

import pytest
from hypothesis import settings

from packhorse.domain.orders.change import Change
from tests.domain.orders.walk.history import Step, run, shrunk, steps_of
from tests.domain.orders.walk.people_acts import hold, release
from tests.domain.orders.walk.world import SHELVES, Story

BLOCKS = 8
STEPS = 40


@pytest.mark.parametrize("block", range(BLOCKS))
def test_no_history_breaks_a_rule(block: int) -> None:
    count = settings().max_examples
    for seed in range(block * count, (block + 1) * count):
        failure = run(seed, steps_of(seed, STEPS))
        assert failure is None, str(shrunk(failure))


def lose_a_unit(story: Story, _: Random) -> None:
    story.world.on_hand[SHELVES[0]] -= 1000
    story.commit(Change(story.order))


def test_a_history_that_breaks_a_rule_is_shrunk_to_the_acts_that_do() -> None:
    others = [Step(act, seed) for seed in range(20) for act in (hold, release)]
    failure = run(7, [*others[:15], Step(lose_a_unit, 1), *others[15:]])
    assert failure

    fewest = shrunk(failure)

    assert [step.act for step in fewest.steps] == [lose_a_unit]
    assert str(fewest).startswith("history 7: AssertionError: a_shelf_has_what_is_committed: ")
    assert "lose_a_unit (0)" in str(fewest)
