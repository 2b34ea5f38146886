"""Documents as PDF: read back, they say what they should, in every script that the fonts have."""

import io

import pytest
from pypdf import PdfReader

from packhorse.domain.documents.packing_slip import PackingSlips, SlipComponent
from packhorse.papers import draw
from packhorse.papers.fonts import MISSING, width_of, wrap
from tests.papers.bars import bars, decoded
from tests.papers.samples import KIT, LINE, PRICED, a_list, a_slip, page_heights, pages, text

NAMES = ["Łukasz Żółć", "Ελλη", "東京", "Đặng Thị Huệ", "Юлия", "한국", "Günther Groß"]


@pytest.mark.parametrize("name", NAMES)
def test_a_name_is_printed_as_it_is_written(name: str) -> None:
    printed = text(draw(a_slip(LINE.replace(name=name), ship_to=(name,), note=name)))

    assert printed.count(name) == 3
    assert MISSING not in printed


@pytest.mark.parametrize("unknown", ["🎂", "👨‍👩‍👧", "👍🏽", "שלום", "\ud83d", "❤️"])
def test_what_no_font_has_is_seen_to_be_missing_and_stops_nothing(unknown: str) -> None:
    printed = text(draw(a_slip(note=f"for you {unknown} Ada", ship_to=(unknown,))))

    assert "for you" in printed
    assert MISSING in printed or unknown == "❤️"
    assert "Ada" in printed


def test_no_price_is_printed_unless_the_line_has_one() -> None:
    plain, priced = text(draw(a_slip(LINE, KIT))), text(draw(a_slip(PRICED)))

    assert not [word for word in ("EUR", "12.50", "25.00", "Price", "Amount") if word in plain]
    assert not [word for word in ("12.50 EUR", "25.00 EUR", "Price", "Amount") if word not in priced]


def test_slips_that_are_printed_together_begin_a_page_each() -> None:
    slips = PackingSlips(slips=(a_slip(order_number="#2"), a_slip(order_number="#1")))

    printed = pages(draw(slips))

    assert [number for page in printed for number in ("#1", "#2") if number in page] == ["#2", "#1"]
    assert draw(slips) == draw(slips)


def test_a_slip_says_all_that_it_holds() -> None:
    slip = a_slip(
        KIT, gift_message="With love", note="Happy birthday", notes=("wrap it",), is_reprint=True, is_expedited=True
    )

    printed = text(draw(slip))

    wanted = [
        "#1001",
        "Mug shop",
        "SET",
        "4 × PLATE Plate",
        "With love",
        "Happy birthday",
        "wrap it",
        "Returns, Unit 7",
    ]
    wanted += ["REPRINT", "EXPEDITED", "2 units in 1 line", "Example Mugs", "Page 1 of 1", "2026-11-26"]
    assert [each for each in wanted if each not in " ".join(printed.split())] == []
    assert "REPRINT" not in text(draw(a_slip()))


@pytest.mark.parametrize("short_id", ["1W7GY3RF-2", "00000000-1", "12345678-40", "ZZZZZZZZ-9"])
def test_the_barcode_of_a_slip_is_the_short_id(short_id: str) -> None:
    pdf = draw(a_slip(short_id=short_id))

    [found] = bars(pdf)
    assert decoded(found) == short_id
    assert short_id in text(pdf)


def test_every_order_of_a_pick_list_has_its_barcode() -> None:
    pdf = draw(a_list(3))

    assert [decoded(each) for each in bars(pdf)] == ["1W7GY3RF-1", "1W7GY3RF-2", "1W7GY3RF-3"]


def test_a_barcode_is_wide_enough_to_be_scanned() -> None:
    for document, least in ((a_slip(), 0.33), (a_list(), 0.25)):
        [found] = bars(draw(document))
        narrow = min(width for _, width in found)
        assert narrow * 25.4 / 72 >= least, "millimetres of the narrowest bar"


def test_two_hundred_lines_take_pages_that_each_have_the_head_of_the_table() -> None:
    found = pages(draw(a_slip(*(LINE.replace(sku=f"SKU-{number:03}") for number in range(200)))))

    assert len(found) > 4
    assert [page for page in found if "Qty" not in page or "SKU" not in page] == []
    assert [f"Page {number} of {len(found)}" in page for number, page in enumerate(found, 1)] == [True] * len(found)
    assert [number for number in range(200) if f"SKU-{number:03}" not in "".join(found)] == []


def test_a_row_that_is_longer_than_a_page_goes_on_over_it() -> None:
    name = "of the big gift basket, with a name that is read in full on each of the lines that it takes"
    parts = [SlipComponent(sku=f"PART-{place:02}", name=name, quantity=2) for place in range(25)]
    kit = PRICED.replace(components=tuple(parts), name="A big gift basket")

    pdf = draw(a_slip(kit.replace(components=kit.components * 2), LINE))

    heights = [page_heights(page) for page in PdfReader(io.BytesIO(pdf)).pages]
    assert (len(heights), min(map(min, heights)) > 0) == (3, True)
    assert text(pdf).count("PART-24") == 2
    assert [page for page in pages(pdf) if "Qty" not in page] == []


@pytest.mark.long
def test_five_hundred_orders_are_on_one_pick_list() -> None:
    found = text(draw(a_list(500)))

    assert [place for place in range(1, 501) if f"#{1000 + place}" not in found] == []
    assert "500 orders, 1000 units" in found


def test_a_pick_list_of_one_order_has_no_totals() -> None:
    assert text(draw(a_list(1))).count("MUG") == 1
    assert text(draw(a_list(2))).count("MUG") == 3


def test_a_long_note_goes_on_over_the_page() -> None:
    found = pages(draw(a_slip(note=" ".join(f"word{number}" for number in range(900)))))

    assert len(found) > 1
    assert "word899" in found[-1]


@pytest.mark.parametrize("text_", ["x" * 200, "東京" * 60, "a " * 150, "Donaudampfschifffahrt " * 9])
def test_a_line_is_never_wider_than_its_column(text_: str) -> None:
    lines = wrap(text_, 9, 120)

    assert [line for line in lines if width_of(line, 9) > 120] == []
    assert "".join(lines).replace(" ", "") == text_.replace(" ", "")


def test_the_same_document_is_the_same_bytes() -> None:
    for document in (a_slip(KIT, PRICED, note="東京"), a_list(3)):
        assert draw(document) == draw(document)


@pytest.mark.parametrize(("paper", "width"), [("a4", 595), ("letter", 612)])
def test_the_sheet_is_that_of_the_warehouse(paper: str, width: int) -> None:
    slip = a_slip().model_validate({**a_slip().model_dump(), "paper": paper})

    [page] = PdfReader(io.BytesIO(draw(slip))).pages
    assert int(page.mediabox.width) == width


def test_fonts_are_embedded() -> None:
    [page] = PdfReader(io.BytesIO(draw(a_slip(note="東京 Łukasz")))).pages
    fonts = [font.get_object() for font in page["/Resources"]["/Font"].values()]  # type: ignore[index]

    drawn = [font for font in fonts if "/FontDescriptor" in font]
    assert len(drawn) >= 2
    assert ["/FontFile2" in font["/FontDescriptor"].get_object() for font in drawn] == [True] * len(drawn)
