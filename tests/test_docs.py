"""docs/: what the pages name is there."""

import json
import re
from itertools import cycle
from pathlib import Path

import pytest

from packhorse.domain.configuration.channel import ChannelSettings
from packhorse.messages.origins import ALL_QUEUES, FUNCTIONS
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
ANCHOR = re.compile(r"\]\((?!https?:)([^)#\s]*)#([^)\s]+)\)")
BLOCK = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)
MAKE = re.compile(r"(?:`|^ {4}|\$\()make ([a-z-]+)", re.MULTILINE)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_link_of_a_page_leads_to_a_file(page: Path) -> None:
    assert [link for link in LINK.findall(page.read_text()) if not (page.parent / link).exists()] == []


def anchors(page: Path) -> set[str]:
    """The anchors of a page's headings, as GitHub makes them."""
    headings = re.findall(r"^#+ (.+)$", BLOCK.sub("", page.read_text()), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_link_into_a_page_leads_to_a_heading(page: Path) -> None:
    links = [(page.parent / name if name else page, anchor) for name, anchor in ANCHOR.findall(page.read_text())]

    assert [(target.name, anchor) for target, anchor in links if anchor not in anchors(target)] == []


def test_what_pages_have_made_is_a_target() -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    found = {(page.name, name) for page in PAGES for name in MAKE.findall(page.read_text())}

    assert len(found) >= 20
    assert [each for each in sorted(found) if each[1] not in targets] == []


def test_every_rule_of_the_simulation_is_in_its_page() -> None:
    page = (DOCS / "simulation.md").read_text()

    assert [path.name for path in (ROOT / "simulation").glob("*_rules.py") if f"`{path.name}`" not in page] == []


def test_what_orders_cost_is_what_the_bench_found() -> None:
    bill = json.loads((ROOT / "bench" / "results.json").read_text())["bill_usd_per_1000_orders"]
    cents = [round(100 * usd) for name, usd in bill.items() if name.startswith(("one_", "two_", "synced_"))]

    assert f"A thousand orders cost {min(cents)} to {max(cents)} cents" in (DOCS / "deploy.md").read_text()


def test_every_origin_of_a_dead_letter_is_documented_with_how_its_exceptions_end() -> None:
    recognised, _, ending = (
        (DOCS / "exceptions.md").read_text().partition("## Dead letters")[2].partition("by the origin")
    )
    origins = {*ALL_QUEUES, *FUNCTIONS}

    assert {name for name in origins if f"`{name}`" not in recognised} == set()
    assert {name for name in origins if f"`{name}`" not in ending} == set()


def test_every_setting_of_a_channel_is_in_its_table_with_its_default() -> None:
    table = (DOCS / "channels.md").read_text().partition("## Settings\n")[2].partition("\n## ")[0]
    shown: dict[str, str] = {}
    for names, values in re.findall(r"^\| ([^|]+) \| ([^|]+) \|", table, re.MULTILINE)[1:]:
        found = re.findall(r"`(\w+)`", names)
        shown |= dict(zip(found, cycle(values.replace("`", "").split(", ")), strict=False))
    words = {"None": "none", "()": "none", "{}": "none", "": "empty", "PydanticUndefined": "required"}
    defaults = {name: str(field.default) for name, field in ChannelSettings.model_fields.items()}
    stored = {name: words.get(default, default.lower()) for name, default in defaults.items()}

    assert shown == stored | {"ignore_before": "the day of its first save"}


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
