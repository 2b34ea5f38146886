"""The tree: what a reader expects of a place by its name."""

import ast
from collections import defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path

from simulation.template import ROOT

PACKAGE = ROOT / "layers" / "shared" / "packhorse"
ADAPTERS = ("channels", "carriers")
"""Each folder in these has the parts of answers of an outside system, under the names that it gives them."""
LONGEST_ENTRY_POINT = 60


def own_modules(package: Path) -> Iterator[Path]:
    for path in sorted(package.rglob("*.py")):
        folders = path.relative_to(package).parts[:-1]
        if len(folders) < 2 or folders[0] not in ADAPTERS:
            yield path


def twins(package: Path) -> Mapping[str, list[str]]:
    """The modules that have a class for others to use, by its name, where there are several."""
    found = defaultdict[str, list[str]](list)
    for path in own_modules(package):
        for node in ast.parse(path.read_text()).body:
            if isinstance(node, ast.ClassDef) and node.name[0] != "_":
                found[node.name].append(path.relative_to(package).as_posix())
    return {name: modules for name, modules in found.items() if len(modules) > 1}


def test_a_class_is_the_only_one_of_its_name() -> None:
    assert twins(PACKAGE) == {}


def test_two_classes_of_one_name_are_found_outside_adapters(tmp_path: Path) -> None:
    for module in ("usecases/poll", "domain/orders/polling", "channels/shopify/polling"):
        path = tmp_path / f"{module}.py"
        path.parent.mkdir(parents=True)
        path.write_text("class Outcome: ...\n\n\nclass _Own:\n    class Meta: ...\n")

    assert twins(tmp_path) == {"Outcome": ["domain/orders/polling.py", "usecases/poll.py"]}


def test_what_the_store_gets_is_there_and_what_it_finds_may_not_be() -> None:
    functions = (
        each
        for path in (PACKAGE / "store").glob("*.py")
        for each in ast.parse(path.read_text()).body
        if isinstance(each, ast.FunctionDef) and each.returns and each.name != "get_item"  # DynamoDB's own word
    )
    answers = {each.name: ast.unparse(each.returns) for each in functions if each.returns}

    assert [name for name, answer in answers.items() if name.startswith("get_") and "None" in answer] == []


def test_the_package_and_its_use_cases_hold_folders_only() -> None:
    for floor in (PACKAGE, PACKAGE / "usecases"):
        assert [path.name for path in floor.iterdir() if path.is_file()] == ["__init__.py"]


def test_entry_points_are_short() -> None:
    long = {
        path.relative_to(ROOT): lines
        for path in (ROOT / "functions").glob("*/*.py")
        if (lines := len(path.read_text().splitlines())) > LONGEST_ENTRY_POINT
    }

    assert long == {}
