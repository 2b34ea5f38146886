"""Faults at the calls of functions."""

from collections.abc import Callable

import pytest

from simulation.aws.boundary import Call, World
from simulation.deployment import Context, Deployment
from simulation.faults import Fault, Faults, Storm
from simulation.outside import Outside
from simulation.run import Case, Run
from simulation.turns import START, Turns

STORM = Storm("lambda", START.timestamp(), START.timestamp() + 3000, Fault.ANSWER_LOST)


@pytest.fixture
def turns() -> Turns:
    return Turns(1)


@pytest.fixture
def seconds_until_it_ends(turns: Turns) -> Callable[[float], float]:
    """How long a function with that timeout takes for one call, whose answer is lost in a storm."""
    deployment = Deployment(World(turns), turns)
    faults = Faults(deployment, lambda _: None)
    faults.storms.append(STORM)
    ends: list[float] = []

    def seconds(timeout: float) -> float:
        def function() -> None:
            began = turns.now
            deployment.running[turns.task] = Context("function", began + timeout, turns)
            try:
                faults.after(Call("lambda", "Invoke", {}))
            finally:
                ends.append(turns.now - began)

        with turns.installed():
            turns.spawn(function, "function")
            while turns.step():
                pass
        return ends.pop()

    return seconds


def test_a_lost_answer_in_a_storm_is_waited_for_as_long_as_the_client_waits(
    turns: Turns, seconds_until_it_ends: Callable[[float], float]
) -> None:
    assert seconds_until_it_ends(60) == pytest.approx(10)
    assert [type(error).__name__ for _, error in turns.failures] == ["ReadTimeoutError"]


def test_the_timeout_of_the_function_ends_the_wait(
    turns: Turns, seconds_until_it_ends: Callable[[float], float]
) -> None:
    assert seconds_until_it_ends(4) == pytest.approx(4)
    assert turns.failures == []


def test_processes_of_a_function_die_while_it_is_let_die() -> None:
    statuses: list[int] = []

    def caller(outside: Outside, _: str) -> None:
        outside.let_die("ApiFunction", 600)
        statuses.extend(outside.call_api("GET", "/account", tries=1).status for _ in range(20))

    Run(Case(1, points=()), acts=[("caller", caller)], end=lambda _: None).run()

    assert 200 in statuses
    assert any(status != 200 for status in statuses)


def test_only_processes_of_a_function_that_exists_are_let_die() -> None:
    with pytest.raises(KeyError):
        Run(Case(1)).outside.let_die("test-label", 600)
