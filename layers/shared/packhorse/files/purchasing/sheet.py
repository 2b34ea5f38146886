"""Files of purchase orders and receipts: their rows by the document that they are of, in the order of the file."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import NamedTuple

from packhorse.domain.purchasing.receipts import spelled
from packhorse.files.cells import as_compared
from packhorse.files.csvfile.cells import clean, folded
from packhorse.files.csvfile.encoding import ByteSource, Encoding, Unreadable
from packhorse.files.csvfile.layout import Layout, check_layout, read_layout
from packhorse.files.csvfile.records import Record
from packhorse.files.csvfile.similar import similar_columns
from packhorse.files.purchasing.cells import (
    OTHER_NAMES,
    PURCHASE_COLUMNS,
    RECEIPT_COLUMNS,
    REQUIRED_OF_PURCHASES,
    REQUIRED_OF_RECEIPTS,
)
from packhorse.files.rows import Row, might_be_a_line

MAX_ROWS = 5000
"""Rows of a file, which are held together: those of a document may be apart."""
REASONS = "Problem"
"""Name of the column of reasons for rejected rows: `reason` and `rejected` are columns of receipts."""


Key = tuple[str, ...]


class Columns(NamedTuple):
    """The columns of a kind of files: all that are read, those that it must have, and those that name a document."""

    all: tuple[str, ...]
    required: tuple[str, ...]
    key: tuple[str, ...]

    @property
    def by_name(self) -> Mapping[str, str]:
        """Each column by its folded name."""
        return {folded(name): name for name in self.all}

    @property
    def similar(self) -> Mapping[str, str]:
        """Each column by the folded names that others have for it, and by its own."""
        others = {folded(theirs): name for theirs, name in OTHER_NAMES.items() if name in self.all}
        return {**others, **self.by_name}


PURCHASES = Columns(PURCHASE_COLUMNS, REQUIRED_OF_PURCHASES, ("supplier", "reference"))
RECEIPTS = Columns(RECEIPT_COLUMNS, REQUIRED_OF_RECEIPTS, ("purchase_order", "receipt"))


class Group(NamedTuple):
    """The rows of a document, each with its record.

    `unsure` is a row of the file that does not say which document it is of, and may be of this one; 0 without one.
    `namesakes` are the owners of other documents that have its number, each with a row.
    """

    rows: tuple[Row, ...]
    records: Mapping[int, Record]
    unsure: int = 0
    namesakes: Mapping[str, int] = MappingProxyType({})


def layout(stream: ByteSource, encoding: Encoding, columns: Columns) -> Layout:
    """Return the layout of the file; raises Unreadable where a required column is missing or doubled."""
    found = read_layout(stream, encoding, columns.by_name)
    check_layout(found, columns.by_name, columns.required, similar_columns(found.header, columns.similar))
    if columns is RECEIPTS and not {"line", "sku"} & set(found.columns(columns.by_name)):
        raise Unreadable("the first row lacks a column: give line or sku")
    return found


def groups(records: Iterable[Record], sheet: Layout, columns: Columns) -> list[Group]:
    """Return the rows by document, in the order of their first rows; raises Unreadable for too many."""
    read: list[tuple[Row, Record]] = []
    places = sheet.columns(columns.by_name)
    # In a row that does not fit the header, only columns before all others are where they should be.
    keys_come_first = sorted(places[name] for name in columns.key) == list(range(len(columns.key)))
    for count, record in enumerate(records, 1):
        if count > MAX_ROWS:
            raise Unreadable(f"the file has more than {MAX_ROWS:,} rows: split it")
        given = places if keys_come_first or not record.problem else _without(places, columns.key)
        cells = {name: clean(record.cells[index]) for name, index in given.items() if index < len(record.cells)}
        read.append((Row(record.row, cells, record.problem), record))
    found: dict[Key, list[tuple[Row, Record]]] = {}
    for key, pair in zip(_keys([row for row, _ in read], columns), read, strict=True):
        found.setdefault(key, []).append(pair)
    return list(_groups(found))


def _without(places: Mapping[str, int], names: Collection[str]) -> Mapping[str, int]:
    return {name: index for name, index in places.items() if name not in names}


def _groups(found: Mapping[Key, Sequence[tuple[Row, Record]]]) -> Iterator[Group]:
    """Yield the documents, each with the row that may be of it and does not say so, and with those of its number."""
    unsure: dict[Key, int] = {}
    owners: dict[str, dict[str, int]] = {}
    for key, pairs in found.items():
        row, record = pairs[0]
        if not is_named(key):
            if might_be_a_line(record):
                unsure.setdefault(key[:2], row.number)
        else:
            owners.setdefault(key[1], {})[key[0]] = row.number
    for key, pairs in found.items():
        group = Group(tuple(row for row, _ in pairs), {row.number: record for row, record in pairs})
        if is_named(key):
            owner, number = key
            may_be_of = (unsure[each] for each in ((owner, ""), ("", number), ("", "")) if each in unsure)
            namesakes = {name: row for name, row in owners[number].items() if name != owner}
            group = group._replace(unsure=next(may_be_of, 0), namesakes=namesakes)
        yield group


def is_named(key: Key) -> bool:
    """Return whether the key is that of a document; any other is that of a row which does not say which it is of."""
    return len(key) == len(("owner", "number"))


def _keys(rows: Sequence[Row], columns: Columns) -> Iterator[Key]:
    """Yield the key of each row's document: its owner and its number; a row without a number is a document of its own.

    A row without a supplier belongs to the purchase order of that number above it in the file, else to the first below.
    """
    keys = [tuple(spelled(as_compared(row.cells.get(name, ""))) for name in columns.key) for row in rows]
    first = {number: (owner, number) for owner, number in reversed(keys) if owner and number}
    last: dict[str, Key] = {}
    for row, (owner, number) in zip(rows, keys, strict=True):
        if columns is PURCHASES and number:
            key = (owner, number) if owner else last.get(number) or first.get(number) or ("", number)
            last[number] = key
            yield key
        else:
            yield (owner, number) if owner and number else (owner, number, f"{row.number}")
