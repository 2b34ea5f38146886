"""Tasks in virtual time."""

import os
import time
import uuid
from datetime import UTC, datetime
from functools import partial

import pytest

from simulation.turns import START, Killed, Turns


def told(seed: int) -> list[tuple[str, float]]:
    """What three tasks say, and when."""
    turns, log = Turns(seed), []

    def work(name: str) -> None:
        for _ in range(3):
            time.sleep(turns.random.choice((0, 0.5, 1)))
            log.append((name, time.time() - START.timestamp()))

    with turns.installed():
        for name in ("one", "two", "three"):
            turns.spawn(partial(work, name), name)
        while turns.step():
            pass
    return log


def test_the_same_seed_is_the_same_run_and_another_is_another() -> None:
    assert told(1) == told(1)
    assert told(1) != told(2)


def test_time_passes_only_where_somebody_waits() -> None:
    turns, seen = Turns(1), []

    def work() -> None:
        seen.append(datetime.now(UTC))
        time.sleep(3600)
        seen.append(datetime.now(UTC))

    with turns.installed():
        turns.spawn(work, "work", after=60)
        while turns.step():
            pass

    assert [(moment - START).total_seconds() for moment in seen] == [60, 3660]


def test_a_task_that_is_killed_goes_no_further() -> None:
    turns, seen = Turns(1), []

    def work() -> None:
        try:
            seen.append("begins")
            time.sleep(10)
            seen.append("goes on")
        except Exception:
            seen.append("is caught")

    with turns.installed():
        turns.spawn(work, "work")
        turns.step()
        turns.kill("work")
        assert not turns.step()

    assert seen == ["begins"]
    assert turns.failures == []


def test_a_task_that_breaks_is_told() -> None:
    turns = Turns(1)

    def work() -> None:
        raise ZeroDivisionError

    with turns.installed():
        turns.spawn(work, "work")
        turns.step()

    assert [(name, type(error)) for name, error in turns.failures] == [("work", ZeroDivisionError)]
    with pytest.raises(Killed):
        raise Killed


def test_chance_comes_from_the_seed_and_is_given_back() -> None:
    ids = []
    for _ in range(2):
        with Turns(7).installed():
            ids.append(uuid.uuid4())

    assert ids[0] == ids[1]
    assert uuid.uuid4() != uuid.uuid4()
    assert os.urandom(4) != os.urandom(4)


def test_a_clock_that_is_wrong_is_so_for_its_task_alone_and_right_again_inside() -> None:
    turns = Turns(1)
    seen = []

    def wrong() -> None:
        with turns.skewed(600.0):
            seen.append(time.time() - turns.now)
            with turns.skewed(0.0):
                seen.append(time.time() - turns.now)
            turns.sleep(2)
            seen.append(time.time() - turns.now)
        seen.append(time.time() - turns.now)

    def right() -> None:
        seen.append(time.time() - turns.now)

    with turns.installed():
        turns.spawn(wrong, "wrong")
        turns.spawn(right, "right", after=1)
        while turns.step():
            pass

    assert seen == pytest.approx([600, 0, 0, 600, 0])
