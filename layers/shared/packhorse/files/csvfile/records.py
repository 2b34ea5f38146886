"""The records of a CSV file, each with its row and with the byte offset at which the next one begins."""

import csv
from collections import deque
from collections.abc import Iterator
from typing import BinaryIO, NamedTuple

from packhorse.files.csvfile.encoding import Line, lines

MAX_CELL_CHARACTERS = 32_767
"""What a cell of a spreadsheet can hold; a longer one is a quote that was never closed."""
MAX_RECORD_BYTES = 1024 * 1024

csv.field_size_limit(MAX_CELL_CHARACTERS)


class Position(NamedTuple):
    """Between two records: the byte offset of the next one, and the row (counted as a spreadsheet does) before it."""

    offset: int
    row: int


class Record(NamedTuple):
    """A row of the file: its cells, or as many of them as can be read if it has a problem."""

    row: int
    cells: tuple[str, ...]
    after: Position
    problem: str | None = None


class _Source:
    """What csv.reader pulls lines from; knows which lines the record at hand is made of."""

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
        """Gives all but the first line of the record back, to be read again as records of their own."""
        first, *rest = self.taken
        self._again.extendleft(reversed(rest))
        self.taken, self.size = [first], first.size
        return first.text


def records(stream: BinaryIO, codec: str, delimiter: str, width: int, at: Position) -> Iterator[Record]:
    """Yield the records from a position on, where the stream must stand; blank ones are counted and left out.

    A quote that is never closed costs its own line only: the lines that it would swallow are read as records of their
    own.
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
            cells, problem = _leniently(source.keep_first_line(), delimiter), _explained(error)
        offset, row = offset + source.size, row + 1
        if any(cell.strip() for cell in cells):
            fitting, misfit = _fitted(cells, width)
            yield Record(row, fitting, Position(offset, row), problem or misfit)


def _fitted(cells: list[str], width: int) -> tuple[tuple[str, ...], str | None]:
    """Empty cells beyond the header are a spreadsheet's habit; any other difference is a problem."""
    while len(cells) > width and not cells[-1].strip():
        cells.pop()
    misfit = None if len(cells) == width else f"the row has {len(cells)} cells, the header has {width}"
    return tuple(cells), misfit


def _leniently(line: str, delimiter: str) -> list[str]:
    """Return as many cells of a malformed line as can be separated."""
    try:
        return next(csv.reader([line], delimiter=delimiter), [])
    except csv.Error:
        return [line[:MAX_CELL_CHARACTERS]]


def _explained(error: csv.Error) -> str:
    return f'the row cannot be read ({error}): a quote inside quotes must be doubled ("") and every quote closed'
