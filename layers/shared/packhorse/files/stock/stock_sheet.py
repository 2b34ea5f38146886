"""The rows of a CSV file of stock, in batches that fit in memory."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import NamedTuple

from packhorse.domain.errors import FieldError
from packhorse.domain.values import iso
from packhorse.files.csvfile.cells import clean, folded
from packhorse.files.csvfile.encoding import ByteSource, Encoding, Unreadable
from packhorse.files.csvfile.layout import Layout, find_layout
from packhorse.files.csvfile.records import Position, Record
from packhorse.files.rows import Row
from packhorse.files.stock.stock_rows import REQUIRED_STOCK_COLUMNS, STOCK_COLUMNS

STOCK_COLUMNS_BY_NAME = {folded(name): name for name in STOCK_COLUMNS}
REASONS = "Rejected"
"""Name of the column of reasons for rejected rows; `reason` is the merchant's own: why the stock changes."""

AS_OF = "set_as_of"
"""Column of the moment at which a number that is set was right; no export has one of that name."""

STOCK_BATCH_ROWS = 98
"""Rows that two transactions take, and one batch of reads."""
STOCK_BATCH_CHARACTERS = 4_000_000


def layout(stream: ByteSource, encoding: Encoding) -> Layout:
    """Return the layout of the file; raises Unreadable where a required column is missing or doubled."""
    found = find_layout(stream, encoding, STOCK_COLUMNS_BY_NAME, REQUIRED_STOCK_COLUMNS)
    if not {"set", "add"} & set(found.columns(STOCK_COLUMNS_BY_NAME)):
        wrong = FieldError("set", "the column is missing, and so is add: give one")
        raise Unreadable("the first row lacks a column", [wrong])
    return found


class StockBatch(NamedTuple):
    """Records, and the position of the next batch."""

    records: tuple[Record, ...]
    after: Position


def stock_batches(records: Iterable[Record]) -> Iterator[StockBatch]:
    """Yield the records in batches; where a batch ends depends on its first record only, so a retry repeats it."""
    held: list[Record] = []
    characters = 0
    for record in records:
        held.append(record)
        characters += sum(map(len, record.cells))
        if len(held) == STOCK_BATCH_ROWS or characters >= STOCK_BATCH_CHARACTERS:
            yield StockBatch(tuple(held), record.after)
            held, characters = [], 0
    if held:
        yield StockBatch(tuple(held), held[-1].after)


def row_of(record: Record, sheet: Layout) -> Row:
    """Return the record's cells by column, without columns that it does not have."""
    found = ((name, index) for name, index in sheet.columns(STOCK_COLUMNS_BY_NAME).items() if index < len(record.cells))
    return Row(record.row, {name: clean(record.cells[index]) for name, index in found}, record.problem)


def dated_sheet(sheet: Layout) -> Layout:
    """Return the layout of rejected rows: numbers that are set have a moment, from which on they count."""
    has = sheet.columns(STOCK_COLUMNS_BY_NAME)
    return sheet if AS_OF in has or "set" not in has else sheet._replace(header=(*sheet.header, AS_OF))


def dated_row(record: Record, sheet: Layout, moment: datetime | None) -> Record:
    """Return a rejected row in the columns of `dated_sheet`; it keeps the moment that it has."""
    dated = dated_sheet(sheet)
    at, width = dated.columns(STOCK_COLUMNS_BY_NAME).get(AS_OF), len(sheet.header)
    if at is None:
        return record
    cells = [*record.cells[:width], *[""] * (len(dated.header) - min(width, len(record.cells))), *record.cells[width:]]
    cells[at] = cells[at] if cells[at].strip() or not moment else iso(moment)
    return record._replace(cells=tuple(cells))
