"""Label files joined into one."""

import io

import pytest
from PIL import Image
from pypdf import PdfReader

from packhorse.domain.errors import Rejected
from packhorse.domain.labels.consignment import LabelFormat
from packhorse.domain.labels.purchase import LabelFile
from packhorse.papers import draw
from packhorse.papers.joining import merge_labels, merge_pdfs
from tests.papers.samples import a_slip, pages


def a_pdf(number: int) -> LabelFile:
    return LabelFile(draw(a_slip(order_number=f"#{number}")), LabelFormat.PDF)


def a_picture(width: int = 400, height: int = 600) -> LabelFile:
    written = io.BytesIO()
    Image.new("L", (width, height), 255).save(written, "PNG")
    return LabelFile(written.getvalue(), LabelFormat.PNG)


def test_pages_are_in_the_sequence_of_the_labels() -> None:
    merged = merge_labels([a_pdf(9), a_pdf(7), a_pdf(8)])

    assert merged.format is LabelFormat.PDF
    assert [number for page in pages(merged.content) for number in "789" if f"#{number}" in page] == ["9", "7", "8"]


def test_the_same_labels_are_the_same_bytes() -> None:
    labels = [a_pdf(1), a_picture()]

    assert merge_labels(labels) == merge_labels(labels)


def test_zpl_is_one_label_behind_the_other() -> None:
    labels = [LabelFile(content, LabelFormat.ZPL) for content in (b"^XA^FD1^XZ\n", b"\r\n^XA^FD2^XZ")]

    assert merge_labels(labels) == LabelFile(b"^XA^FD1^XZ\n^XA^FD2^XZ\n", LabelFormat.ZPL)


@pytest.mark.parametrize("size", [(400, 600), (600, 400), (300, 300), (1200, 1800)])
def test_a_picture_becomes_a_page_of_the_size_of_a_label(size: tuple[int, int]) -> None:
    [page] = PdfReader(io.BytesIO(merge_labels([a_picture(*size)]).content)).pages

    assert (float(page.mediabox.width), float(page.mediabox.height)) == (288, 432)
    assert len(page.images) == 1


def test_pictures_and_pages_are_one_file() -> None:
    merged = merge_labels([a_picture(), a_pdf(1), a_picture()])

    assert len(PdfReader(io.BytesIO(merged.content)).pages) == 3


def test_zpl_is_not_mixed_with_others() -> None:
    with pytest.raises(Rejected) as refused:
        merge_labels([a_pdf(1), LabelFile(b"^XA^XZ", LabelFormat.ZPL)])

    assert [error.field for error in refused.value.errors] == ["files.1"]


@pytest.mark.parametrize("kind", [LabelFormat.PDF, LabelFormat.PNG])
@pytest.mark.parametrize("content", [b"", b"<html>503</html>", b"%PDF-1.4\nhalf"])
def test_a_file_that_is_not_what_it_says_is_named(kind: LabelFormat, content: bytes) -> None:
    with pytest.raises(Rejected) as refused:
        merge_labels([a_pdf(1), LabelFile(content, kind)])

    assert [error.field for error in refused.value.errors] == ["files.1"]


def test_no_labels_are_no_file() -> None:
    with pytest.raises(Rejected):
        merge_labels([])


@pytest.mark.long
def test_a_hundred_labels_are_a_hundred_pages() -> None:
    assert len(PdfReader(io.BytesIO(merge_pdfs([a_pdf(1).content] * 100))).pages) == 100
