"""A planted bug is sought only on days that can show it, which is known once a day is set up."""

from importlib.util import find_spec
from pathlib import Path

import pytest

from simulation import cast
from simulation.bugs.bug import Bug
from simulation.bugs.days import Days, any_day, with_carrier, with_shopify, with_supplier
from simulation.planted import BUGS, Catch
from simulation.run import Case, Run

SEEDS = range(12)


def days_among_the_seeds(on: Days) -> set[int]:
    return {seed for seed in SEEDS if Run(Case(seed)).is_on(on)}


def cast_of(seed: int) -> tuple[str, ...]:
    return Run(Case(seed, points=())).run().cast


@pytest.mark.parametrize("on", [with_carrier, with_supplier, with_shopify])
def test_some_days_can_show_a_bug_and_others_cannot(on: Days) -> None:
    assert 0 < len(days_among_the_seeds(on)) < len(SEEDS)


def test_no_day_has_a_carrier_and_a_supplier() -> None:
    assert not days_among_the_seeds(with_carrier) & days_among_the_seeds(with_supplier)


def test_a_day_that_was_looked_at_is_not_run() -> None:
    run = Run(Case(3))

    assert run.is_on(any_day)
    assert (run.cast, run.faults.calls) == ([], 0)


def test_of_days_with_an_act_those_are_run_that_have_it() -> None:
    found = {seed for seed in SEEDS if Run(Case(seed)).is_on(any_day, ("a_colleague",))}

    assert found == {seed for seed in SEEDS if any(name.startswith("colleague-") for name in cast_of(seed))}
    assert 0 < len(found) < len(SEEDS)


def test_the_acts_that_bugs_name_take_part_in_days() -> None:
    assert [name for bug in BUGS for name in bug.acts if not hasattr(cast, name)] == []


@pytest.mark.parametrize("bug", BUGS, ids=lambda bug: bug.name)
def test_a_bug_replaces_a_text_that_its_module_has_once(bug: Bug) -> None:
    found = find_spec(bug.module)

    assert found is not None
    assert found.origin is not None
    assert Path(found.origin).read_text().count(bug.written) == 1


def test_every_bug_has_a_name_of_its_own() -> None:
    assert len({bug.name for bug in BUGS}) == len(BUGS)


def test_a_catch_says_after_how_many_days() -> None:
    assert str(Catch(7, "twice", 3)) == "caught by seed 7, after 3 days"
    assert str(Catch(None, "", 300)) == "not caught by 300 days"
