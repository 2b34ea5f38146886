"""A long step shows that it runs, without filling a log."""

import io

import pytest
from rich.console import Console

from local import progress
from local.progress import step


def shown(console: Console) -> str:
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


@pytest.fixture
def log() -> Console:
    return Console(file=io.StringIO(), force_terminal=False)


@pytest.fixture
def terminal() -> Console:
    return Console(file=io.StringIO(), force_terminal=True, width=100, color_system=None)


def test_a_log_gets_one_line_a_step(log: Console) -> None:
    with step("deploying [all]", log) as update:
        update("1 of 2")

    assert shown(log) == "deploying [all]\n"


def test_a_terminal_shows_the_detail_and_the_elapsed_time_of_a_running_step(terminal: Console) -> None:
    with step("deploying", terminal) as update:
        update("1 of 2")

    assert "deploying 0:00:00 1 of 2" in shown(terminal)


def test_a_terminal_keeps_how_long_a_step_took(terminal: Console, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(progress, "SHORT", 0.0)

    with step("deploying", terminal):
        pass

    assert shown(terminal).endswith("deploying: 0 s\n")


def test_a_step_that_fails_keeps_no_line_on_a_terminal(terminal: Console) -> None:
    with pytest.raises(ValueError, match="no"), step("deploying", terminal):
        raise ValueError("no")

    assert not shown(terminal).endswith("deploying\n")
