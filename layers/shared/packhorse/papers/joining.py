"""Label files joined into one file to print: PDF pages in turn, ZPL one behind the other, pictures on pages."""

import io
from collections.abc import Iterable, Sequence

from pypdf import PdfReader, PdfWriter
from pypdf.errors import PyPdfError
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from packhorse.domain.errors import FieldError, Rejected
from packhorse.domain.labels.consignment import LabelFormat
from packhorse.domain.labels.purchase import LabelFile

LABEL = (288.0, 432.0)
"""Width and height of a label of 4 by 6 inches, in points."""


def merge_pdfs(files: Iterable[bytes]) -> bytes:
    """Return one PDF with the pages of all, in turn; raises Rejected for a file that is no PDF."""
    writer = PdfWriter()
    for place, content in enumerate(files):
        try:
            writer.append(PdfReader(io.BytesIO(content)), import_outline=False)
        except (PyPdfError, ValueError, KeyError) as error:
            raise _unreadable(place, LabelFormat.PDF) from error
    writer.metadata = None
    written = io.BytesIO()
    writer.write(written)
    return written.getvalue()


def merge_labels(files: Sequence[LabelFile]) -> LabelFile:
    """Return labels in their sequence as one file: ZPL if all are ZPL, else PDF.

    Raises Rejected where ZPL is mixed with others, since no PDF can hold it, for a file that is not what it says, and
    for none.
    """
    if not files:
        raise Rejected("there are no labels to print")
    formats = {file.format for file in files}
    if formats == {LabelFormat.ZPL}:
        return LabelFile(b"\n".join(file.content.strip() for file in files) + b"\n", LabelFormat.ZPL)
    if LabelFormat.ZPL in formats:
        errors = [
            FieldError(f"files.{place}", "is ZPL, others are not")
            for place, file in enumerate(files)
            if file.format is LabelFormat.ZPL
        ]
        raise Rejected("labels in ZPL are printed apart from others", errors)
    pages = (page_of(file.content, place) if file.format is LabelFormat.PNG else file.content
             for place, file in enumerate(files))  # fmt: skip
    return LabelFile(merge_pdfs(pages), LabelFormat.PDF)


def page_of(picture: bytes, place: int) -> bytes:
    """Return a PDF page of 4 by 6 inches that a picture fills, turned if it is wider than high."""
    try:
        image = ImageReader(io.BytesIO(picture))
        width, height = image.getSize()
    except OSError as error:
        raise _unreadable(place, LabelFormat.PNG) from error
    written = io.BytesIO()
    canvas = Canvas(written, pagesize=LABEL, invariant=1)
    is_lying = width > height
    room = tuple(reversed(LABEL)) if is_lying else LABEL
    if is_lying:
        canvas.translate(LABEL[0], 0)
        canvas.rotate(90)
    scale = min(room[0] / width, room[1] / height)
    size = width * scale, height * scale
    canvas.drawImage(image, (room[0] - size[0]) / 2, (room[1] - size[1]) / 2, *size, mask="auto")
    canvas.showPage()
    canvas.save()
    return written.getvalue()


def _unreadable(place: int, kind: LabelFormat) -> Rejected:
    return Rejected("a label cannot be read", [FieldError(f"files.{place}", f"is no {kind.upper()}")])
