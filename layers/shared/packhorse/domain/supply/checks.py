"""Checks of a layout when it is saved: each fault with the path of its field."""

import re
from collections import Counter
from collections.abc import Collection, Iterator, Sequence

from packhorse.domain.configuration.channel import FileEncoding
from packhorse.domain.errors import FieldError
from packhorse.domain.file_encodings import encoded
from packhorse.domain.supply.csv_text import quoting_fault
from packhorse.domain.supply.file_names import name_faults
from packhorse.domain.supply.layout import Column, FileFormat, OrderLayout, RecordType, TooLong
from packhorse.domain.supply.sent import Visible
from packhorse.domain.supply.sources import ORDER_SOURCES, TAKEN, Level, Source, is_hidden

ORDER_OF_LEVELS = tuple(Level)
_ELEMENT = re.compile(r"[A-Za-z_][A-Za-z0-9_-]*")
OUR_IDS = (Source.FULFILMENT_ID, Source.ORDER_NUMBER, Source.FULFILMENT_PURCHASE, Source.PURCHASE_NUMBER)
"""By one of these an answer names what it is about; the id of a fulfilment order is certain."""


def layout_faults(
    layout: OrderLayout, visible: Visible, sources: Collection[Source] = ORDER_SOURCES
) -> Iterator[FieldError]:
    """Yield the faults of a layout whose columns may be filled with these sources."""
    yield from _file_faults(layout)
    yield from _record_faults(layout, [each for each in OUR_IDS if each in sources])
    for index, record in enumerate(layout.records):
        yield from _name_faults(layout, record, f"records.{index}.columns")
        for place, column in enumerate(record.columns):
            field = f"records.{index}.columns.{place}"
            for name, message in (*_column_faults(record, column, visible), *_text_faults(layout, column)):
                yield FieldError(f"{field}.{name}", message)
            for name, source in (("source", column.source), ("instead", column.instead)):
                if source and source not in sources:
                    yield FieldError(f"{field}.{name}", f"files of this kind have no {source}")


def _file_faults(layout: OrderLayout) -> Iterator[FieldError]:
    for message in name_faults(layout.file_name, layout.file_per):
        yield FieldError("file_name", message)
    if layout.byte_order_mark and layout.encoding is not FileEncoding.UTF_8:
        yield FieldError("byte_order_mark", "only a file in utf-8 has one")
    if layout.format is FileFormat.JSON and (layout.encoding is not FileEncoding.UTF_8 or layout.byte_order_mark):
        yield FieldError("encoding", "JSON is utf-8 without a byte order mark")
    if layout.format is FileFormat.XML and layout.root and not _ELEMENT.fullmatch(layout.root):
        yield FieldError("root", "is not the name of an element")
    if layout.format is FileFormat.CSV and layout.header and len(layout.records) > 1:
        yield FieldError("header", "a file with several kinds of rows has no row of names: set it to false")


def _record_faults(layout: OrderLayout, ids: Sequence[Source]) -> Iterator[FieldError]:
    levels = [record.level for record in layout.records]
    if len(set(levels)) < len(levels):
        yield FieldError("records", "each level has one kind of record")
    if levels != sorted(levels, key=ORDER_OF_LEVELS.index):
        yield FieldError("records", f"stand in the order {', '.join(ORDER_OF_LEVELS)}")
    used = {column.source for column in _columns(layout)} | {column.instead for column in _columns(layout)}
    if not {Level.ORDER, Level.LINE} & set(levels):
        yield FieldError("records", "has neither orders nor lines")
    elif not used & set(ids):
        yield FieldError("records", f"has no column {' or '.join(ids)}: no answer would find its order")
    elif not any(_is_found_by(column, ids) for column in _columns(layout)):
        named = " or ".join(ids)
        yield FieldError("records", f"cuts, pads or maps each column {named}: no answer would find its order")
    if Level.LINE in levels and Source.LINE_QUANTITY not in used:
        yield FieldError("records", "has lines, and no column line.quantity")


def _is_found_by(column: Column, ids: Sequence[Source]) -> bool:
    """Return whether an answer that repeats the text of a column finds its order: it is one of our ids, unchanged."""
    written = column.written
    is_cut = written.max_length is not None and written.too_long is TooLong.CUT
    return column.source in ids and not (is_cut or written.pad_to or column.values)


def _columns(layout: OrderLayout) -> list[Column]:
    return [column for record in layout.records for column in record.columns]


def _name_faults(layout: OrderLayout, record: RecordType, field: str) -> Iterator[FieldError]:
    names = [column.name for column in record.columns]
    counted = Counter(name.casefold() for name in names)
    is_tree = layout.format is not FileFormat.CSV
    if is_tree and record.name and not _ELEMENT.fullmatch(record.name):
        yield FieldError(field.removesuffix("columns") + "name", "is not a name for a list or an element")
    for place, name in enumerate(names):
        if counted[name.casefold()] > 1:
            yield FieldError(f"{field}.{place}.name", f"“{name}” is the name of two columns")
        if is_tree and not all(map(_ELEMENT.fullmatch, name.split("."))):
            yield FieldError(f"{field}.{place}.name", "is not a name of letters, digits, dashes, and dots for nesting")
        if is_tree and any(other.startswith(f"{name}.") for other in names):
            yield FieldError(f"{field}.{place}.name", "is the name of a column, and of an object that has others")


def _column_faults(record: RecordType, column: Column, visible: Visible) -> Iterator[tuple[str, str]]:
    if (column.source is None) == (column.constant is None):
        yield "source", "give either source or constant"
    if column.instead and not column.source:
        yield "instead", "goes with source only"
    for name, source in (("source", column.source), ("instead", column.instead)):
        if source and _level(TAKEN[source].level) > _level(record.level):
            yield name, f"a record for each {record.level} has no {source}"
        elif source and is_hidden(source, visible) and column.required:
            yield name, f"is required, and the supplier may not see {TAKEN[source].needs}"
    if column.values and not column.source:
        yield "values", "goes with source only"
    yield from _length_faults(column)


def _length_faults(column: Column) -> Iterator[tuple[str, str]]:
    written = column.written
    if written.max_length is not None and written.pad_to > written.max_length:
        yield "written.pad_to", "is more than max_length"
    if (constant := column.constant) is not None and len(constant) > (written.max_length or len(constant)):
        yield "constant", f"has more than {written.max_length} characters"


def _level(level: Level) -> int:
    """Return how much a record of this level has to take facts from."""
    return {Level.START: 0, Level.END: 0, Level.ORDER: 1, Level.LINE: 2}[level]


def _text_faults(layout: OrderLayout, column: Column) -> Iterator[tuple[str, str]]:
    """Yield which fixed texts of a column the file cannot carry."""
    texts = {"name": column.name, "constant": column.constant or "", "default": column.default}
    for key, text in (*texts.items(), *(("values", text) for text in column.values.values())):
        if fault := _unencodable(text, layout.encoding):
            yield key, fault
        if layout.format is FileFormat.CSV and (layout.header or key != "name"):
            fault = "has a line break" if set(text) & set("\r\n") else quoting_fault(text, layout)
            if fault:
                yield key, fault


def _unencodable(text: str, encoding: FileEncoding) -> str | None:
    try:
        encoded(text, encoding)
    except ValueError as error:
        return str(error)
    return None
