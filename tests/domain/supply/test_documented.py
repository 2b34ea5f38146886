"""docs/suppliers.md: each layout there makes the file that is shown below it."""

import json
import re

import pytest

from packhorse.domain.supply.answer_layout import AnswerLayout, answer_faults
from packhorse.domain.supply.checks import layout_faults
from packhorse.domain.supply.layout import OrderLayout
from packhorse.domain.supply.rendering import render
from packhorse.domain.supply.sources import Source
from packhorse.domain.supply.supplier import SupplierSettings
from packhorse.domain.supply.transport import HttpsSettings, TransportKind
from simulation.template import ROOT
from tests.domain.supply_builders import HIDDEN, batch, sent_line, sent_order

PAGE = (ROOT / "docs" / "suppliers.md").read_text()
EXAMPLES = re.findall(r"```json\n(.+?)```\n\n```text\n(.+?)```", PAGE, re.DOTALL)
ORDER = sent_order("7k3l9a-1", sent_line("W-2210", supplier_sku="TW-10"), sent_line("W-2245", 1, id="2"))


def test_each_kind_of_layout_has_an_example() -> None:
    assert len(EXAMPLES) == 5


@pytest.mark.parametrize(
    ("layout", "file"), EXAMPLES, ids=["flat", "header and detail", "json", "xml", "cancellations"]
)
def test_a_layout_makes_the_file_that_is_shown(layout: str, file: str) -> None:
    found = OrderLayout.model_validate_json(layout)

    (made,) = render(found, batch(ORDER), HIDDEN)

    assert tuple(layout_faults(found, HIDDEN)) == ()
    assert made.content.decode(found.encoding.value).replace("\r\n", "\n") == file


def test_the_layout_of_an_answer_can_be_used() -> None:
    shown = PAGE.partition("## Answers")[2].partition("```json\n")[2].partition("```")[0]

    assert answer_faults(AnswerLayout.model_validate_json(json.dumps(json.loads(shown)))) == ()


def test_every_setting_and_every_connection_is_on_the_page() -> None:
    settings = {name for name in SupplierSettings.model_fields if name not in {"name", "active"}}

    assert {name for name in settings if f"`{name}`" not in PAGE} == set()
    assert {kind.value for kind in TransportKind if f"`{kind}`" not in PAGE} == set()


def test_the_connection_to_an_api_has_each_of_its_settings() -> None:
    shown = HttpsSettings.model_validate_json(PAGE.partition("```json https\n")[2].partition("```")[0])

    assert set(shown.model_fields_set) == set(HttpsSettings.model_fields)


def test_every_setting_of_a_file_is_on_the_page() -> None:
    assert {name for name in OrderLayout.model_fields if f"`{name}`" not in PAGE} == set()


def test_every_source_is_on_the_page() -> None:
    listed = PAGE.partition("The sources are")[2].partition("\n\n")[0]
    groups = dict(re.findall(r"`(\w+)\.\*` \(([^)]+)\)", listed))

    missing = [
        source
        for source in Source
        if source.partition(".")[2] not in re.split(r"[,\s]+", groups.get(source.partition(".")[0], ""))
    ]
    assert [source for source in missing if source not in {Source.RECORD_NUMBER, Source.SHIP_TO_ADDRESS2}] == []
