"""What orders and an idle month cost, against bench/limits.json. Counts only: no figure depends on the machine."""

import doctest
from types import ModuleType
from typing import Any

import pytest

from bench import bill, idle, meter, prices, report, standing, timetable, transform
from bench.process import run


@pytest.fixture(scope="module")
def figures() -> dict[str, Any]:
    found = run("bench.cases", *bill.CASES, *idle.CASES)
    return bill.figures(found) | idle.figures(found)


def test_no_order_and_no_idle_month_costs_more_than_it_may(figures: dict[str, Any]) -> None:
    assert report.over_limit(figures) == {}


def test_every_limit_is_of_a_figure_and_no_goal_is_above_it(figures: dict[str, Any]) -> None:
    at_most, goals = report.flat(report.limits()["at_most"]), report.flat(report.limits()["goals"])

    assert at_most.keys() <= report.flat(figures).keys()
    assert [name for name, goal in goals.items() if name in at_most and at_most[name] < goal] == []


@pytest.mark.parametrize("module", [meter, prices, report, standing, timetable, transform])
def test_the_examples_of_the_bench_are_right(module: ModuleType) -> None:
    assert doctest.testmod(module).failed == 0
