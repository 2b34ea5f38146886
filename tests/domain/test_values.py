"""Copies of values: every name of a field is checked."""

import ast
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from importlib import import_module
from pathlib import Path

import pytest

from packhorse.domain.money import Money
from packhorse.domain.values import Value, in_utc
from simulation.builders import NOON, a_line, an_order
from simulation.template import ROOT

FOLDERS = ("layers/shared/packhorse", "functions", "local", "simulation", "bench", "tests")
UNCHECKED = ("model_copy", "model_construct")
COPIES = re.compile("|".join(["replace", *UNCHECKED]))
DATETIME = frozenset("year month day hour minute second microsecond tzinfo fold".split())
"""What a moment is replaced by has names, too."""


def test_a_copy_has_the_new_field_and_the_others_as_they_were() -> None:
    line = a_line(quantity=2)

    more = line.replace(quantity=3)

    assert (line.quantity, more.quantity) == (2, 3)
    assert more == type(line)(**{**dict(line), "quantity": 3})
    assert more.model_dump_json() == line.model_dump_json().replace('"quantity":2', '"quantity":3')


def test_a_copy_is_frozen_too_and_knows_what_was_set() -> None:
    copy = Money(minor=1, currency="EUR").replace(minor=2)

    with pytest.raises(ValueError, match="frozen"):
        copy.minor = 3  # type: ignore[misc]
    assert copy.model_fields_set == {"minor", "currency"}


def test_a_misspelt_field_is_refused() -> None:
    with pytest.raises(TypeError, match="ChannelOrder has no field quantiy"):
        an_order().replace(note="", quantiy=3)  # type: ignore[call-arg]  # the fault


@pytest.mark.parametrize("year", [1, 999, 1000, 9999])
def test_a_moment_that_could_not_be_read_is_not_written(year: int) -> None:
    order = an_order().replace(placed_at=datetime(year, 1, 1, tzinfo=UTC))

    with pytest.raises(ValueError, match="between the years 1001 and 9998"):
        order.model_dump_json()
    with pytest.raises(ValueError, match="between the years 1001 and 9998"):
        in_utc(order.placed_at)


@pytest.mark.parametrize(
    "moment", [datetime(1001, 1, 1, tzinfo=UTC), NOON, datetime(9999, 1, 1, tzinfo=UTC) - timedelta.resolution]
)
def test_a_moment_that_is_written_is_read_as_it_was(moment: datetime) -> None:
    order = an_order().replace(placed_at=moment)

    assert type(order).model_validate_json(order.model_dump_json()) == order


def fields() -> set[str]:
    """The names of fields that any of our values has."""
    for path in (ROOT / FOLDERS[0]).rglob("*.py"):
        import_module(
            ".".join(path.relative_to(ROOT / "layers/shared").with_suffix("").parts).removesuffix(".__init__")
        )
    return {name for kind in kinds_of(Value) for name in kind.model_fields}


def kinds_of(kind: type[Value]) -> Iterator[type[Value]]:
    """A kind of value, and those that are made from it."""
    yield kind
    for each in kind.__subclasses__():
        yield from kinds_of(each)


def copies(path: Path) -> Iterator[tuple[ast.Call, str]]:
    """The calls of methods that copy a value, whose names they give."""
    text = path.read_text()
    if not COPIES.search(text):
        return
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and COPIES.fullmatch(node.func.attr):
            yield node, node.func.attr


@pytest.fixture(scope="module")
def calls() -> list[tuple[Path, ast.Call, str]]:
    paths = [path for folder in FOLDERS for path in (ROOT / folder).rglob("*.py")]
    return [(path, call, method) for path in paths for call, method in copies(path)]


@pytest.mark.long
def test_every_field_that_a_copy_names_in_the_source_exists(calls: list[tuple[Path, ast.Call, str]]) -> None:
    known = fields() | DATETIME
    wrong = [
        f"{path}:{call.lineno}: {word.arg}"
        for path, call, method in calls
        for word in call.keywords
        if method == "replace" and word.arg and word.arg not in known and word.arg != "quantiy"
    ]

    assert wrong == []


@pytest.mark.long
def test_nobody_copies_past_the_check(calls: list[tuple[Path, ast.Call, str]]) -> None:
    unchecked = [f"{path}:{call.lineno}" for path, call, method in calls if method in UNCHECKED]

    assert unchecked == []
