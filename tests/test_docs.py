"""docs/: what the pages name is there."""

import re
from pathlib import Path

import pytest

from simulation.template import ROOT, resources

DOCS = ROOT / "docs"
PACKAGE = ROOT / "layers" / "shared" / "packhorse"
PAGES = [
    *sorted(DOCS.glob("*.md")),
    *sorted(ROOT.glob("*.md")),
    ROOT / "events" / "README.md",
    ROOT / "bench" / "README.md",
]
ARCHITECTURE = (DOCS / "architecture.md").read_text()
INVOKED = re.compile(r"make invoke FUNCTION=(\S+) EVENT=([\w/.-]+)")
LINK = re.compile(r"\]\((?!https?:)([^)#\s]+)")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_link_of_a_page_leads_to_a_file(page: Path) -> None:
    assert [link for link in LINK.findall(page.read_text()) if not (page.parent / link).exists()] == []


def test_every_page_is_in_the_index() -> None:
    listed = set(LINK.findall((DOCS / "index.md").read_text()))

    assert {path.name for path in DOCS.iterdir() if path.is_file()} - {"index.md"} <= listed


def test_functions_that_pages_invoke_exist_and_their_events_are_of_them() -> None:
    found = {each for page in PAGES for each in INVOKED.findall(page.read_text())}
    functions = {each["FunctionName"]["!Sub"] for each in resources("AWS::Serverless::Function").values()}

    assert len(found) >= 2
    assert [name for name, _ in found if f"${{AWS::StackName}}-{name}" not in functions] == []
    assert [event for name, event in found if not event.startswith(f"events/{name}/")] == []
    assert [event for _, event in found if not (ROOT / event).is_file()] == []


def test_what_the_architecture_says_holds_a_promise_is_a_test() -> None:
    held = re.findall(r"`(tests/[\w/]+\.py)::(\w+)`", ARCHITECTURE)

    assert held
    assert [name for path, name in held if f"def {name}(" not in (ROOT / path).read_text()] == []


def test_what_the_architecture_places_is_there() -> None:
    table = ARCHITECTURE.partition("## Where is")[2]
    rows = [re.findall(r"`([^`]+)`", where) for where in re.findall(r"^\| .* \| (.*) \|$", table, re.MULTILINE)]
    missing = []
    for names in rows:
        folder = PACKAGE
        for name in (each for each in names if re.search(r"/|\.\w+$", each) and "*" not in each):
            found = next((base / name for base in (ROOT, PACKAGE, folder) if (base / name).exists()), None)
            missing += [name] if found is None else []
            folder = (found or folder).parent if (found or folder).is_file() else found or folder

    assert len(rows) >= 100
    assert missing == []
