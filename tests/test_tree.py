"""The tree: what a reader expects of a place by its name."""

import ast
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from simulation.template import ROOT

PACKAGE = ROOT / "layers" / "shared" / "packhorse"
ADAPTERS = ("channels", "carriers")
"""Where a module has the parts of answers of an outside system, under the names that it gives them."""
LONGEST_ENTRY_POINT = 60


def classes_of(folder: Path) -> Counter[str]:
    """How many modules of a folder have a class of that name for others to use."""
    bodies = (ast.parse(path.read_text()).body for path in folder.glob("*.py"))
    return Counter(
        node.name for body in bodies for node in body if isinstance(node, ast.ClassDef) and node.name[0] != "_"
    )


def twins(package: Path) -> Iterator[str]:
    for folder in (package, *(path for path in sorted(package.rglob("*")) if path.is_dir())):
        of = folder.relative_to(package)
        if not of.parts or of.parts[0] not in ADAPTERS:
            yield from (f"{of}: {name}" for name, times in classes_of(folder).items() if times > 1)


def test_a_folder_says_which_of_two_classes_with_one_name_is_meant() -> None:
    assert list(twins(PACKAGE)) == []


def test_two_classes_of_one_name_in_a_folder_are_found(tmp_path: Path) -> None:
    (tmp_path / "usecases").mkdir()
    for module in ("poll", "push"):
        (tmp_path / "usecases" / f"{module}.py").write_text("class Outcome: ...\n\n\nclass _Own: ...\n")

    assert list(twins(tmp_path)) == ["usecases: Outcome"]


def test_the_package_holds_folders_only() -> None:
    assert [path.name for path in PACKAGE.iterdir() if path.is_file()] == ["__init__.py"]


def test_entry_points_are_short() -> None:
    long = {
        path.relative_to(ROOT): lines
        for path in (ROOT / "functions").glob("*/*.py")
        if (lines := len(path.read_text().splitlines())) > LONGEST_ENTRY_POINT
    }

    assert long == {}
