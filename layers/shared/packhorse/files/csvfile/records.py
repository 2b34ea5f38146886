"""The records of a CSV file, each with its row and the position of the next one."""

import csv
from collections import deque
from collections.abc import Iterator
from typing import BinaryIO, NamedTuple

from packhorse.files.csvfile.encoding import Line, lines

MAX_CELL_CHARACTERS = 32_767
"""Most characters of a spreadsheet's cell; a longer one is a quote that was never closed."""
MAX_RECORD_BYTES = 1024 * 1024

csv.field_size_limit(MAX_CELL_CHARACTERS)


class Position(NamedTuple):
    """A position between two records: the byte offset of the next one, and the row before it, counted from 1."""

    offset: int
    row: int


class Record(NamedTuple):
    """A row of the file; with a `problem` its cells are those that could be separated."""

    row: int
    cells: tuple[str, ...]
    after: Position
    problem: str | None = None


class _Source:
    """The lines that csv.reader reads; `taken` are those of the present record."""

    def __init__(self, source: Iterator[Line]) -> None:
        self._source = source
        self._again: deque[Line] = deque()
        self.taken: list[Line] = []
        self.size = 0

    def __iter__(self) -> "_Source":
        return self

    def __next__(self) -> str:
        line = self._again.popleft() if self._again else next(self._source)
        self.taken.append(line)
        self.size += line.size
        if self.size > MAX_RECORD_BYTES:
            raise csv.Error("the row is longer than a megabyte")
        return line.text

    def next_record(self) -> None:
        self.taken.clear()
        self.size = 0

    def keep_first_line(self) -> str:
        """Return the first line of the record; the others are read again as records of their own."""
        first, *rest = self.taken
        self._again.extendleft(reversed(rest))
        self.taken, self.size = [first], first.size
        return first.text


def records(stream: BinaryIO, codec: str, delimiter: str, width: int, at: Position) -> Iterator[Record]:
    """Yield the records from a position on, where the stream must stand; blank ones are counted and left out.

    A quote that is never closed spoils its own line only: the lines after it are read as records of their own.
    """
    source = _Source(lines(stream, codec))
    reader = csv.reader(source, delimiter=delimiter, strict=True, skipinitialspace=delimiter != " ")
    offset, row = at
    while True:
        source.next_record()
        try:
            cells, problem = next(reader), None
        except StopIteration:
            return
        except csv.Error as error:
            cells, problem = _separable_cells(source.keep_first_line(), delimiter), _explained(error)
        offset, row = offset + source.size, row + 1
        if any(cell.strip() for cell in cells):
            fitting, misfit = _fitted(cells, width)
            yield Record(row, fitting, Position(offset, row), problem or misfit)


def _fitted(cells: list[str], width: int) -> tuple[tuple[str, ...], str | None]:
    """Return the cells without empty ones beyond the header, and the problem if they still do not fit the header."""
    while len(cells) > width and not cells[-1].strip():
        cells.pop()
    misfit = None if len(cells) == width else f"the row has {len(cells)} cells, the header has {width}"
    return tuple(cells), misfit


def _separable_cells(line: str, delimiter: str) -> list[str]:
    """Return as many cells of a malformed line as can be separated."""
    try:
        return next(csv.reader([line], delimiter=delimiter), [])
    except csv.Error:
        return [line[:MAX_CELL_CHARACTERS]]


def _explained(error: csv.Error) -> str:
    return f'the row cannot be read ({error}): a quote inside quotes must be doubled ("") and every quote closed'
