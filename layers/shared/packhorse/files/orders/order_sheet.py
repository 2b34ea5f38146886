"""The orders of a CSV file one after the other, each read or refused, and in batches that fit in memory."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import NamedTuple

from packhorse.domain.orders.channel_order import ChannelOrder
from packhorse.files.csvfile.cells import clean, folded
from packhorse.files.csvfile.layout import Layout
from packhorse.files.csvfile.records import Position, Record
from packhorse.files.orders.order_rows import ALIASES, ORDER_COLUMNS, Drop, order_from
from packhorse.files.rows import Row, RowError, joined

ORDER_COLUMNS_BY_NAME = {folded(name): name for name in ORDER_COLUMNS} | {
    folded(alias): name for alias, name in ALIASES.items()
}
MIN_CELLS = 3
"""A row with fewer filled cells (a total, a remark) cannot be a line of an order."""

MAX_ORDER_BYTES = 900_000
"""Bytes that a message can carry; only an order of many lines can have so many."""
MANY_LINES = 100

BATCH_ORDERS = 200
ORDER_BATCH_ROWS = 2_000
ORDER_BATCH_CHARACTERS = 4_000_000


class RowsOutcome(NamedTuple):
    """What became of some rows: an order, or errors and the rows with the reason for each, or nothing yet."""

    after: Position
    records: Sequence[Record] = ()
    order: ChannelOrder | None = None
    errors: tuple[RowError, ...] = ()
    reasons: tuple[str, ...] = ()
    rejected: int = 0


class Sheet:
    """How the records of a file are rows of orders."""

    def __init__(self, layout: Layout, drop: Drop) -> None:
        self._columns = layout.columns(ORDER_COLUMNS_BY_NAME)
        self._keys = ("OrderNumber",) if drop.channel else ("Channel", "OrderNumber")
        # Only what stands left of everything else is where it should be in a row that does not fit the header.
        places = sorted(self._columns.get(name, len(layout.header)) for name in self._keys)
        self._keys_come_first = places == list(range(len(places)))
        self.drop = drop

    def cell(self, record: Record, column: str) -> str:
        """Return the record's cell in a column, on one line; empty if it has no such column."""
        index = self._columns.get(column)
        return "" if index is None or index >= len(record.cells) else " ".join(clean(record.cells[index]).split())

    def key(self, record: Record) -> str | None:
        """Return the same key for all rows of an order; None if the row does not name its order."""
        if record.problem and not self._keys_come_first:
            return None
        parts = [self.cell(record, name) for name in self._keys]
        return "\n".join([*(part.casefold() for part in parts[:-1]), parts[-1]]) if all(parts) else None

    @property
    def has_own_ids(self) -> bool:
        """Whether orders have another id than their number."""
        return "StorefrontOrderId" in self._columns

    def own_id(self, record: Record) -> str:
        """Return the id that the channel gives the order beside its number."""
        return self.cell(record, "StorefrontOrderId")

    def read(self, records: Sequence[Record], after: Position) -> RowsOutcome:
        """Return the order of all its records, or the errors in them."""
        found = order_from([self._row(record) for record in records], self.drop)
        if isinstance(found, ChannelOrder):
            if len(records) < MANY_LINES or len(found.model_dump_json().encode()) <= MAX_ORDER_BYTES:
                return RowsOutcome(after, records, order=found)
            found = (RowError(records[0].row, found.number, None, "the order is too large: its lines say too much"),)
        own: dict[int | None, str] = {row: joined(errors) for row, errors in groupby(found, lambda error: error.row)}
        others = f"rejected because of row {found[0].row}"
        return RowsOutcome(after, records, None, found, tuple(own.get(record.row, others) for record in records), 1)

    def _row(self, record: Record) -> Row:
        if record.problem:
            return Row(record.row, {"OrderNumber": self.cell(record, "OrderNumber")}, record.problem)
        given = ((name, record.cells[index]) for name, index in self._columns.items())
        return Row(record.row, {name: clean(cell) for name, cell in given if cell})

    def refused(self, record: Record, message: str, column: str | None = None) -> RowsOutcome:
        """Return a record that is rejected, whatever else it holds."""
        error = RowError(record.row, self.cell(record, "OrderNumber") or None, column, message)
        return RowsOutcome(record.after, (record,), None, (error,), (record.problem or joined([error]),), 1)

    def stray(self, record: Record) -> RowsOutcome:
        """Return a record that names no order; no order is counted for it."""
        missing = next((name for name in reversed(self._keys) if not self.cell(record, name)), None)
        told = self.refused(record, record.problem) if record.problem else self.refused(record, "is missing", missing)
        return told._replace(rejected=0)


def might_be_a_line(record: Record) -> bool:
    """Return whether the record has enough cells to be a line of an order."""
    return sum(1 for cell in record.cells if cell.strip()) >= MIN_CELLS


@dataclass
class OrderBatch:
    """Outcomes together, up to where they reach in the file."""

    after: Position
    orders: list[ChannelOrder] = field(default_factory=list)
    errors: list[RowError] = field(default_factory=list)
    failed: list[tuple[Record, str]] = field(default_factory=list)
    rejected: int = 0
    rows: int = 0
    characters: int = 0

    def add(self, outcome: RowsOutcome) -> None:
        """Takes one more outcome in."""
        self.after = outcome.after
        self.orders += [outcome.order] if outcome.order else []
        self.errors += outcome.errors
        self.failed += zip(outcome.records, outcome.reasons, strict=False)
        self.rejected += outcome.rejected
        self.rows += len(outcome.records)
        self.characters += sum(sum(map(len, record.cells)) for record in outcome.records)

    def is_full(self, orders: int) -> bool:
        """Return whether a larger batch would be much in memory, or much to do again."""
        return len(self.orders) >= orders or self.rows >= ORDER_BATCH_ROWS or self.characters >= ORDER_BATCH_CHARACTERS


def order_batches(outcomes: Iterable[RowsOutcome], orders: int = BATCH_ORDERS) -> Iterator[OrderBatch]:
    """Yield the outcomes in batches; the end of a batch depends on nothing but its beginning."""
    batch: OrderBatch | None = None
    for outcome in outcomes:
        batch = batch or OrderBatch(outcome.after)
        batch.add(outcome)
        if batch.is_full(orders):
            yield batch
            batch = None
    if batch:
        yield batch
