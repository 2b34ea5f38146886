"""Purchase orders as PDF: read back, they say what the supplier needs, on as many pages as that takes."""

import pytest

from packhorse.papers import draw
from packhorse.papers.fonts import MISSING
from tests.papers.bars import bars, decoded
from tests.papers.samples import a_paper_line, a_purchase, pages, text

NAMES = ["Łukasz Żółć", "東京のマグカップ", "한국", "Ελλη"]


def words(pdf: bytes) -> str:
    return " ".join(text(pdf).split())


def test_it_says_all_that_it_holds() -> None:
    printed = words(draw(a_purchase(a_paper_line(), a_paper_line(2, cases=0, case_pack=1), note="ring twice")))

    wanted = ["PO-1001", "Thole Ware", "1 Kiln Lane", "PKH-77", "30 days net", "ring twice", "autumn", "2026-11-26"]
    wanted += ["TW-0001", "our sku MUG-001", "2 × 6", "2.50", "30.00", "Total 60.00 EUR", "24 units in 2 lines"]
    assert [each for each in wanted if each not in printed] == []
    assert "DRAFT" in words(draw(a_purchase(stamp="DRAFT")))


@pytest.mark.parametrize("name", NAMES)
def test_names_are_printed_as_they_are_written(name: str) -> None:
    pdf = draw(a_purchase(a_paper_line(name=name), supplier=(name,), ship_to=(name,), terms=name, note=name))

    assert text(pdf).count(name) == 5
    assert MISSING not in text(pdf)


def test_eighty_lines_are_on_several_pages_each_with_its_head_and_number() -> None:
    lines = [a_paper_line(number, name="Stoneware mug " * (number % 7)) for number in range(1, 81)]

    found = pages(draw(a_purchase(*lines)))

    assert len(found) > 3
    assert all("Expected" in page and f"of {len(found)}" in page for page in found[:-1])
    assert [number for number in range(1, 81) if not any(f"TW-{number:04}" in page for page in found)] == []
    assert "Total" in found[-1]


def test_its_barcode_is_its_number() -> None:
    [found] = bars(draw(a_purchase(number="PO-123456")))

    assert decoded(found) == "PO-123456"


def test_without_prices_none_is_printed() -> None:
    line = a_paper_line(unit_cost=None, amount=None)

    printed = words(draw(a_purchase(line, total=None)))

    assert not [each for each in ("2.50", "30.00", "Price", "Total") if each in printed]
