"""The records of a CSV file, each with its row and the position of the next one."""

import csv
from collections import deque
from collections.abc import Iterator, Sequence
from functools import partial
from typing import NamedTuple

from packhorse.files.csvfile.encoding import ByteSource, FileLine, Unreadable, lines

MAX_CELL_CHARACTERS = 32_767
"""Most characters of a spreadsheet's cell; a longer one is a quote that was never closed."""
MAX_RECORD_BYTES = 1024 * 1024
MAX_BLANK_ROWS = 1_200_000
"""Blank rows in a row; a sheet that was formatted to its last row has 1 048 576."""

csv.field_size_limit(MAX_CELL_CHARACTERS)


class Position(NamedTuple):
    """A position between two records: the byte offset of the next one, and the row before it, counted from 1.

    Up to the byte offset `single_until` each line is a record: a quote above it that was never closed goes so far.
    """

    offset: int
    row: int
    single_until: int = 0


class Record(NamedTuple):
    """A row of the file; with a `problem` its cells are those that could be separated."""

    row: int
    cells: tuple[str, ...]
    after: Position
    problem: str | None = None

    @property
    def filled(self) -> int:
        """How many cells are not blank."""
        return sum(1 for cell in self.cells if cell.strip())


class _Lines:
    """The lines that csv.reader reads; `taken` are those of the present record."""

    def __init__(self, source: Iterator[FileLine]) -> None:
        self._source = source
        self._again: deque[FileLine] = deque()
        self.taken: list[FileLine] = []
        self.size = 0

    def __iter__(self) -> "_Lines":
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

    def next_line(self) -> str:
        """Return the next line, as the only one of its record."""
        self.next_record()
        return next(self)

    def keep_first_line(self) -> tuple[str, int]:
        """Return the first line of the record, and the size of its lines before the last one.

        All others are read again as records of their own.
        """
        first, *rest = self.taken
        swallowed = self.size - self.taken[-1].size
        self._again.extendleft(reversed(rest))
        self.taken, self.size = [first], first.size
        return first.text, swallowed


def records(stream: ByteSource, codec: str, delimiter: str, width: int | None, at: Position) -> Iterator[Record]:
    """Yield the records from a position on, where the stream must stand; blank ones are counted and left out.

    A row of more than `width` cells is a problem, and so is one of fewer that may be cut off; None: rows may differ.
    A quote that is never closed spoils its own line only: the lines after it are read as records of their own.
    Between tabs it spoils none that has its cells all the same.
    None but the last of them may open a quote that reaches further, so no byte is parsed more than a few times.
    """
    position, blank = at, 0
    for record in _all_records(_Lines(lines(stream, codec)), delimiter, width, at):
        position = record.after
        if any(cell.strip() for cell in record.cells):
            blank = 0
            yield record
        elif (blank := blank + 1) > MAX_BLANK_ROWS:
            raise Unreadable(f"there are more than {MAX_BLANK_ROWS} blank rows above row {position.row}: delete them")


def _all_records(source: _Lines, delimiter: str, width: int | None, at: Position) -> Iterator[Record]:
    read = partial(csv.reader, delimiter=delimiter, strict=True, skipinitialspace=delimiter != " ")
    reader = read(source)
    offset, row, single_until = at
    while True:
        source.next_record()
        try:
            alone = offset < single_until
            cells, problem = next(read([source.next_line()]) if alone else reader), None
        except StopIteration:
            return
        except csv.Error as error:
            problem = _explained(error)
        if problem or _are_rows(source.taken, delimiter, width):
            first, swallowed = source.keep_first_line()
            single_until = max(single_until, offset + swallowed)
            cells = _unquoted_cells(first, delimiter, width)
            cells, problem = (cells, None) if cells else (_separable_cells(first, delimiter), problem)
        offset, row = offset + source.size, row + 1
        fitting, misfit = _fitted(cells if problem else _padded(cells, source.taken, width), width)
        after = Position(offset, row, single_until if offset < single_until else 0)
        yield Record(row, fitting, after, problem or misfit)


def _fitted(cells: list[str], width: int | None) -> tuple[tuple[str, ...], str | None]:
    """Return the cells without empty ones beyond the header, and the problem if they still do not fit the header."""
    if width is None:
        return tuple(cells), None
    while len(cells) > width and not cells[-1].strip():
        cells.pop()
    misfit = None if len(cells) == width else f"the row has {len(cells)} cells, the header has {width}"
    return tuple(cells), misfit


def _padded(cells: list[str], taken: Sequence[FileLine], width: int | None) -> list[str]:
    """Return the cells of a row that Excel saved short: it leaves out delimiters after the last filled cell of a block.

    A line without an end may be cut off, and a quote that spans lines may hold other rows: neither is padded.
    """
    is_whole = len(taken) == 1 and taken[0].text.endswith(("\n", "\r"))
    return [*cells, *[""] * (width - len(cells))] if width and is_whole else cells


def _are_rows(taken: Sequence[FileLine], delimiter: str, width: int | None) -> bool:
    """Return whether each line that a quote joined to one record is a row by itself."""
    return len(taken) > 1 and all(_unquoted_cells(line.text, delimiter, width) for line in taken)


def _unquoted_cells(line: str, delimiter: str, width: int | None) -> list[str]:
    """Return the cells of a line as marketplaces write them between tabs, where a quote is a character; else none."""
    if delimiter != "\t" or not width:
        return []
    cells = line.rstrip("\r\n").split(delimiter)
    return cells if _fitted(cells, width)[1] is None else []


def _separable_cells(line: str, delimiter: str) -> list[str]:
    """Return as many cells of a malformed line as can be separated."""
    try:
        return next(csv.reader([line], delimiter=delimiter), [])
    except csv.Error:
        return [line[:MAX_CELL_CHARACTERS]]


def _explained(error: csv.Error) -> str:
    return f'the row cannot be read ({error}): a quote inside quotes must be doubled ("") and every quote closed'
