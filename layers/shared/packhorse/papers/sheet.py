"""Pages with a cursor: text, rules, boxes, barcodes and tables, whose head is repeated on every page.

Pages are lists of what is drawn on them until all are there: the foot says how many they are.
"""

import io
from collections.abc import Callable, Sequence
from enum import Enum, auto
from functools import partial
from itertools import accumulate
from typing import Any, NamedTuple

from reportlab.graphics.barcode.code128 import Code128
from reportlab.pdfgen.canvas import Canvas

from packhorse.domain.configuration.warehouse import Paper
from packhorse.papers.fonts import printed, runs, width_of, wrap

SIZES = {Paper.A4: (595.28, 841.89), Paper.LETTER: (612.0, 792.0)}
"""Width and height in points."""
MARGIN, FOOT = 42.0, 24.0
LEADING = 1.32
BOLD = 0.028
"""Width of the outline of bold text, as a part of its size."""
CELL = 4.0
"""Space above and below the text of a table's cell, and beside it."""
HEAD_SIZE = 8.0
HEAD_HEIGHT = HEAD_SIZE * LEADING + 2 * CELL
GREY = 0.38

Drawing = Callable[[Canvas], None]


class Align(Enum):
    """Where a text stands in its column."""

    LEFT = auto()
    RIGHT = auto()


class TableColumn(NamedTuple):
    """A column of a table."""

    title: str
    width: float
    align: Align = Align.LEFT


class CellLine(NamedTuple):
    """A line of text in a cell; `indent` and `grey` mark what belongs to the line above."""

    text: str
    size: float = 9.0
    is_bold: bool = False
    is_grey: bool = False
    indent: float = 0.0


Cell = Sequence[CellLine]


def fitted(texts: Sequence[str], width: float, size: float = 9.0, *, is_grey: bool = False) -> list[CellLine]:
    """Return the texts as lines, wrapped to the width."""
    return [CellLine(words, size, is_grey=is_grey) for text in texts for words in wrap(text, size, width)]


class Sheet:
    """A document that is being drawn, from the top of its first page on; `y` is the distance from the top."""

    def __init__(self, paper: Paper, title: str, foot: str) -> None:
        self.width, self.height = SIZES[paper]
        self.left, self.right = MARGIN, self.width - MARGIN
        self._bottom = self.height - MARGIN - FOOT
        self._title, self._foot = title, foot
        self._pages: list[list[Drawing]] = [[]]
        self.y = MARGIN

    @property
    def inner(self) -> float:
        """The width between the margins."""
        return self.right - self.left

    def has_room(self, height: float) -> bool:
        """Return whether the page has that much left."""
        return self.y + height <= self._bottom

    def turn(self) -> None:
        """Begin a page."""
        self._pages.append([])
        self.y = MARGIN

    def ensure(self, height: float) -> bool:
        """Begin a page if this one has not that much left; return whether it did."""
        if self.has_room(height):
            return False
        self.turn()
        return True

    def text(self, x: float, y: float, line: CellLine, align: Align = Align.LEFT) -> None:
        """Draw a line of text whose top is at `y`, to the right of `x` or, aligned right, to its left."""
        self._pages[-1].append(partial(self._draw_text, x, y, line, align))

    def lines(self, x: float, y: float, lines: Sequence[CellLine], align: Align = Align.LEFT) -> float:
        """Draw lines of text one below the other; return where the next one would be."""
        for line in lines:
            self.text(x, y, line, align)
            y += line.size * LEADING
        return y

    def rule(self, y: float, weight: float = 0.5, grey: float = 0.7) -> None:
        """Draw a line from margin to margin."""

        def draw(canvas: Canvas) -> None:
            canvas.setStrokeGray(grey)
            canvas.setLineWidth(weight)
            canvas.line(self.left, self.height - y, self.right, self.height - y)

        self._pages[-1].append(draw)

    def box(self, x: float, y: float, width: float, height: float, fill: float | None = None) -> None:
        """Draw a rectangle with its top at `y`: an outline, or an area of grey."""

        def draw(canvas: Canvas) -> None:
            canvas.setStrokeGray(0.3)
            canvas.setLineWidth(0.8)
            if fill is not None:
                canvas.setFillGray(fill)
            canvas.rect(
                x, self.height - y - height, width, height, stroke=int(fill is None), fill=int(fill is not None)
            )

        self._pages[-1].append(draw)

    def barcode(self, right: float, y: float, value: str, height: float, bar: float) -> float:
        """Draw a Code 128 whose last bar ends at `right`; return where its first bar begins.

        Around it stays a quiet zone of ten bars, which scanners need.
        """
        code = Code128(value, barHeight=height, barWidth=bar, quiet=0)
        x = right - code.width

        def draw(canvas: Canvas) -> None:
            canvas.setFillGray(0)
            code.drawOn(canvas, x, self.height - y - height)

        self._pages[-1].append(draw)
        return float(x)

    def table(self, columns: Sequence[TableColumn], rows: Sequence[Sequence[Cell]]) -> None:
        """Draw a table with a head on each of its pages; a row is never on two pages unless it is longer than one."""
        self._head(columns)
        for row in rows:
            wrapped = [_wrapped(cell, column) for cell, column in zip(row, columns, strict=True)]
            if MARGIN + HEAD_HEIGHT + _row_height(wrapped) <= self._bottom:
                self._row(columns, wrapped)
            else:
                self._long_row(columns, wrapped)
            self.rule(self.y)

    def _long_row(self, columns: Sequence[TableColumn], cells: Sequence[Cell]) -> None:
        """Draw a row that is longer than a page, from here on."""
        while any(cells):
            part = [_first_lines(cell, self._bottom - self.y - 2 * CELL) for cell in cells]
            cells = [cell[len(taken) :] for cell, taken in zip(cells, part, strict=True)]
            if any(part):
                self._row(columns, part)
            if any(cells):
                self.turn()
                self._head(columns)

    def _row(self, columns: Sequence[TableColumn], cells: Sequence[Cell]) -> None:
        height = _row_height(cells)
        if self.ensure(height):
            self._head(columns)
        x = self.left
        for cell, column in zip(cells, columns, strict=True):
            self._cell(x, cell, column)
            x += column.width
        self.y += height

    def _head(self, columns: Sequence[TableColumn]) -> None:
        self.ensure(HEAD_HEIGHT * 2.5)
        self.box(self.left, self.y, self.inner, HEAD_HEIGHT, fill=0.92)
        x = self.left
        for column in columns:
            self._cell(x, [CellLine(column.title, HEAD_SIZE, is_bold=True)], column)
            x += column.width
        self.y += HEAD_HEIGHT

    def _cell(self, x: float, cell: Cell, column: TableColumn) -> None:
        is_right = column.align is Align.RIGHT
        y = self.y + CELL
        for line in cell:
            self.text(x + column.width - CELL if is_right else x + CELL + line.indent, y, line, column.align)
            y += line.size * LEADING

    def paragraph(self, text: str, size: float = 9.0, *, is_bold: bool = False) -> None:
        """Draw a text between the margins at the cursor, on as many pages as it needs."""
        for words in wrap(text, size, self.inner):
            self.ensure(size * LEADING)
            self.text(self.left, self.y, CellLine(words, size, is_bold))
            self.y += size * LEADING

    def pdf(self) -> bytes:
        """Return the document."""
        written = io.BytesIO()
        canvas = Canvas(written, pagesize=(self.width, self.height), invariant=1, pageCompression=1)
        canvas.setTitle(self._title)
        canvas.setCreator("Packhorse")
        for number, drawings in enumerate(self._pages, 1):
            for draw in drawings:
                draw(canvas)
            self._draw_foot(canvas, number)
            canvas.showPage()
        canvas.save()
        return written.getvalue()

    def _draw_foot(self, canvas: Canvas, number: int) -> None:
        y = self.height - MARGIN - 8
        self._draw_text(self.left, y, CellLine(self._foot, 8.0, is_grey=True), Align.LEFT, canvas)
        pages = CellLine(f"Page {number} of {len(self._pages)}", 8.0, is_grey=True)
        self._draw_text(self.right, y, pages, Align.RIGHT, canvas)

    def _draw_text(self, x: float, y: float, line: CellLine, align: Align, canvas: Canvas) -> None:
        words = printed(line.text)
        if align is Align.RIGHT:
            x -= width_of(words, line.size)
        text: Any = canvas.beginText(x, self.height - y - line.size)
        shade = GREY if line.is_grey else 0
        text.setFillGray(shade)
        if line.is_bold:
            canvas.setLineWidth(line.size * BOLD)
            canvas.setStrokeGray(shade)
        text.setTextRenderMode(2 if line.is_bold else 0)
        for run in runs(words):
            text.setFont(run.font, line.size)
            text.textOut(run.text)
        text.setTextRenderMode(0)
        canvas.drawText(text)


def _wrapped(cell: Cell, column: TableColumn) -> list[CellLine]:
    return [
        line._replace(text=words)
        for line in cell
        for words in wrap(line.text, line.size, column.width - 2 * CELL - line.indent)
    ]


def _first_lines(cell: Cell, height: float) -> Cell:
    """Return as many lines of a cell as fit in the height."""
    ends = accumulate(line.size * LEADING for line in cell)
    return [line for line, end in zip(cell, ends, strict=True) if end <= height]


def _row_height(cells: Sequence[Cell]) -> float:
    return max(map(_height, cells)) + 2 * CELL


def _height(cell: Cell) -> float:
    return sum(line.size * LEADING for line in cell)
