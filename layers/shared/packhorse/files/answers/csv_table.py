"""Rows of CSV files: with a header of any of the agreed names, by position, or of several kinds by their first cell."""

import re
from collections.abc import Iterator, Mapping, Sequence
from io import BytesIO
from itertools import islice

from packhorse.domain.errors import FieldError
from packhorse.domain.plural import plural
from packhorse.domain.supply.answer_layout import (
    AnswerColumn,
    AnswerField,
    AnswerLayout,
    Completeness,
    RowRole,
    RowType,
)
from packhorse.domain.supply.layout import Delimiter
from packhorse.files.answers.table import Cells, FileRow, Table, Unfinished, bounded, check_required, mapped
from packhorse.files.csvfile.cells import clean, folded
from packhorse.files.csvfile.encoding import Encoding, Unreadable, detect
from packhorse.files.csvfile.layout import Layout, check_layout, read_layout
from packhorse.files.csvfile.records import Position, Record, records

DETECTED = tuple(each.value for each in Delimiter)
SAMPLE_ROWS = 20
NAMING = frozenset(
    {
        AnswerField.FULFILMENT,
        AnswerField.ORDER,
        AnswerField.PURCHASE_ORDER,
        AnswerField.SKU,
        AnswerField.SUPPLIER_SKU,
    }
)
"""Columns of which a file has one at least: by them a row names what it is about."""
_MARK = "@"
"""Before the name of a field, so that no column of a file is called like that and preferred to its other names."""

_COUNT = re.compile(r"\d{1,9}", re.ASCII)


def csv_table(content: bytes, layout: AnswerLayout) -> Table:
    """Return the rows of a CSV file; raises Unreadable, or Unfinished for one without the trailer that it must have."""
    encoding = detect(BytesIO(content), layout.encoding)
    if layout.header and not layout.row_types:
        return Table(tuple(_named_rows(content, encoding, layout)))
    read = list(bounded(_plain_records(content, encoding, layout)))
    if layout.row_types:
        return _typed_table(read, layout)
    return Table(tuple(FileRow(each.row, _placed(each, layout.columns), each.problem) for each in read))


def _named_rows(content: bytes, encoding: Encoding, layout: AnswerLayout) -> Iterator[FileRow]:
    columns = {column.field: column for column in layout.columns}
    names = {folded(name): _MARK + field for field, column in columns.items() for name in column.names}
    delimiters = (layout.delimiter.value,) if layout.delimiter else DETECTED
    found = read_layout(BytesIO(content), encoding, names, delimiters)
    _check_columns(found, names, [_MARK + column.field for column in layout.columns if column.required])
    places = {AnswerField(name.removeprefix(_MARK)): index for name, index in found.columns(names).items()}
    if not NAMING & places.keys():
        headed = ", ".join(found.header)[:200]
        raise Unreadable(
            "the first row names none of the columns", [FieldError("columns", f"the file's own are {headed}")]
        )
    stream = BytesIO(content)
    stream.seek(found.start.offset)
    for record in bounded(found.records(stream)):
        cells = {
            field: mapped(columns[field], clean(record.cells[index]))
            for field, index in places.items()
            if index < len(record.cells)
        }
        yield FileRow(record.row, cells, record.problem)


def _check_columns(found: Layout, names: Mapping[str, str], required: Sequence[str]) -> None:
    """Raise Unreadable if a column is missing or there twice, under whichever of its names."""
    try:
        check_layout(found, names, required)
    except Unreadable as error:
        faults = [FieldError(each.field.removeprefix(_MARK), each.message) for each in error.errors]
        raise Unreadable(str(error).replace(_MARK, ""), faults) from error


def _plain_records(content: bytes, encoding: Encoding, layout: AnswerLayout) -> Iterator[Record]:
    """Yield the records of a file without a header; with the delimiter that divides its first rows into most cells."""
    start = Position(encoding.mark, 0)

    def read(delimiter: str) -> Iterator[Record]:
        stream = BytesIO(content)
        stream.seek(encoding.mark)
        return records(stream, encoding.codec, delimiter, None, start)

    if layout.delimiter:
        return read(layout.delimiter.value)
    return read(max(DETECTED, key=lambda each: sum(len(row.cells) for row in islice(read(each), SAMPLE_ROWS))))


def _placed(record: Record, columns: Sequence[AnswerColumn]) -> Cells:
    found = ((column, (column.position or 1) - 1) for column in columns)
    return {
        column.field: mapped(column, clean(record.cells[index])) for column, index in found if index < len(record.cells)
    }


def _typed_table(read: Sequence[Record], layout: AnswerLayout) -> Table:
    types = {each.code.casefold(): each for each in layout.row_types}
    rows: list[FileRow] = []
    trailer: Cells | None = None
    header = _Header()
    for record in read:
        kind = types.get(clean(record.cells[0]).casefold())
        if kind is None:
            rows.extend(header.unknown(record, layout))
        elif kind.role is RowRole.TRAILER:
            trailer = _placed(record, kind.columns)
        elif kind.role is not RowRole.IGNORED:
            rows.extend(header.rows(record, kind))
    rows.extend(header.alone())
    return Table(tuple(rows), _checked_count(trailer, layout, len(read)))


class _Header:
    """The header row that counts now; one that no detail row follows is a row by itself."""

    def __init__(self) -> None:
        self.row = FileRow(0, {})
        self.is_used = True

    def rows(self, record: Record, kind: RowType) -> Iterator[FileRow]:
        own = FileRow(record.row, _placed(record, kind.columns), record.problem)
        if kind.role is RowRole.HEADER:
            yield from self.alone()
            self.row, self.is_used = check_required(own, kind.columns), False
            return
        self.is_used = True
        problem = own.problem or (
            f"its header, row {self.row.number}: {self.row.problem}" if self.row.problem else None
        )
        cells = {**self.row.cells, **{name: cell for name, cell in own.cells.items() if cell}}
        yield check_required(FileRow(own.number, cells, problem), kind.columns)

    def unknown(self, record: Record, layout: AnswerLayout) -> Iterator[FileRow]:
        """Yield a row of an unknown kind as a problem of its own, and of the header before it or the details after it.

        It may be a header, so that details after it are its own, or a detail, so that a header alone does not say all.
        """
        known = ", ".join(each.code for each in layout.row_types)
        row = FileRow(record.row, {}, f"begins with “{clean(record.cells[0])[:20]}”, which is none of {known}")
        if any(each.role is RowRole.HEADER for each in layout.row_types):
            text = f"row {row.number}, of an unknown kind, may be one of its details"
            yield from (each._replace(problem=each.problem or text) for each in self.alone())
            self.row, self.is_used = row, True
        yield row

    def alone(self) -> Iterator[FileRow]:
        if not self.is_used:
            yield self.row


def _checked_count(trailer: Cells | None, layout: AnswerLayout, read: int) -> int | None:
    """Return the count in the trailer; raises Unfinished if the file must have one that agrees."""
    if layout.complete is not Completeness.TRAILER:
        return None
    if trailer is None:
        raise Unfinished("the file has no trailer yet: it is only a part")
    text = trailer.get(AnswerField.COUNT, "")
    if not _COUNT.fullmatch(text):
        raise Unreadable(f"the trailer's count is “{text[:20]}”, no number")
    rows = read - 1
    if int(text) not in {rows, read}:  # some suppliers count the trailer itself
        raise Unfinished(f"the trailer counts {plural(int(text), 'row')}, the file has {rows}: a part of it is missing")
    return int(text)
