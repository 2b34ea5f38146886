"""Words that a command does not take end it with one line that says so."""

import pytest

from simulation import __main__ as simulation
from simulation.command_line import numbers


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["replay"], "replay what\\?"),
        (["replay", "typo"], "“typo” is no case"),
        (["replay", "3", "watermark-last"], "no planted bug is called “watermark-last”; watermark-first"),
        (["catch", "typo"], "no planted bug is called “typo”"),
        (["planted", "typo"], "no planted bug is called “typo”"),
        (["crash", "typo"], "no short day is called “typo”"),
        (["run", "many"], "“many” is no whole number; wanted: how many seeds"),
        (["typo"], "python -m simulation run SEEDS"),
    ],
)
def test_a_word_that_is_not_taken_ends_the_command_with_a_line(words: list[str], said: str) -> None:
    with pytest.raises(SystemExit, match=said):
        simulation.main(words)


def test_a_number_has_digits_alone() -> None:
    with pytest.raises(SystemExit, match="“-1” is no whole number"):
        numbers(["-1"], "how many")
