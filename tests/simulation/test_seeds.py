"""Simulated days, as many as a check has time for; a violation is told with the command that replays it."""

import json
import subprocess
import sys

import pytest

from simulation.planted import BUGS
from simulation.template import ROOT

SEEDS = 100


def simulation(*words: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "simulation", *words]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)  # noqa: S603 - ourselves


def test_nothing_is_ever_lost_doubled_or_oversold() -> None:
    done = simulation("run", str(SEEDS))

    assert done.returncode == 0, done.stdout + done.stderr
    assert json.loads(done.stdout)["violations"] == 0


def test_the_same_case_is_the_same_every_time() -> None:
    first, second = (simulation("replay", "11").stdout for _ in range(2))

    assert first == second
    assert first.count("\n") > 100


@pytest.mark.parametrize("bug", ["transaction-split", "group-sum-lost", "token-not-kept"])
def test_a_planted_bug_is_caught(bug: str) -> None:
    done = simulation("planted", bug)

    assert done.returncode == 0, done.stdout + done.stderr


def test_a_case_is_replayed_with_a_planted_bug() -> None:
    done = simulation("replay", "0", "transaction-split")

    assert done.returncode == 1
    assert ">>> VIOLATION at " in done.stdout


def test_every_planted_bug_has_its_place() -> None:
    """Found in the source just once, or the simulation would run without it."""
    for bug in BUGS:
        path = bug.module.replace(".", "/")
        source = ROOT / (f"layers/shared/{path}.py" if path.startswith("packhorse") else f"{path}.py")
        assert source.read_text().count(bug.written) == 1, bug.name
