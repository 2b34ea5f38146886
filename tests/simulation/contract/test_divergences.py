"""The table of divergences is about tests that are there."""

import ast
from collections import Counter
from pathlib import Path

import pytest

from simulation.contract.divergences import DIVERGENCES


def names() -> Counter[str]:
    trees = [ast.parse(file.read_text()) for file in Path(__file__).parent.glob("test_*.py")]
    return Counter(node.name for tree in trees for node in tree.body if isinstance(node, ast.FunctionDef))


@pytest.mark.parametrize("backend", DIVERGENCES)
def test_every_divergence_is_of_one_test_and_listed_once(backend: str) -> None:
    named = [divergence.test for divergence in DIVERGENCES[backend]]

    assert [(name, names()[name]) for name in named if names()[name] != 1] == []
    assert len(named) == len(set(named))


def test_our_own_diverges_nowhere() -> None:
    assert DIVERGENCES["stand-in"] == ()
