"""The orders of a CSV file, each parsed or rejected, in batches that fit in memory."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain, groupby, repeat
from typing import NamedTuple

from packhorse.domain.orders.channel_order import ChannelOrder
from packhorse.domain.orders.pricing import with_discount_in_lines
from packhorse.files.cells import as_compared
from packhorse.files.csvfile.cells import clean
from packhorse.files.csvfile.layout import Layout
from packhorse.files.csvfile.records import Position, Record
from packhorse.files.orders.columns import names_in
from packhorse.files.orders.export_rows import DOLLAR, NO_PRICE, NOT_A_LINE, dollar
from packhorse.files.orders.exports import export_of
from packhorse.files.orders.order_rows import Drop, order_from
from packhorse.files.rows import Row, RowError, joined

MAX_ORDER_BYTES = 900_000
"""Most bytes of an order in a message; only an order of MANY_LINES can have more."""
MANY_LINES = 100
TOO_LARGE = "the order is too large: its lines have too much text"

BATCH_ORDERS = 200
ORDER_BATCH_ROWS = 2_000
ORDER_BATCH_CHARACTERS = 4_000_000


class RowsOutcome(NamedTuple):
    """Result of some rows: an order, or errors and the reason for each record, or nothing yet."""

    after: Position
    records: Sequence[Record] = ()
    order: ChannelOrder | None = None
    errors: tuple[RowError, ...] = ()
    reasons: tuple[str, ...] = ()
    rejected: int = 0
    warnings: tuple[RowError, ...] = ()


class OrderSheet:
    """Parses the records of a file as rows of orders."""

    def __init__(self, layout: Layout, drop: Drop) -> None:
        self._export = export_of(layout.header)
        self._columns = layout.columns(names_in(layout.header))
        self._theirs = {name: layout.header[index] for name, index in self._columns.items()} if self._export else {}
        self._keys = ("OrderNumber",) if drop.channel else ("Channel", "OrderNumber")
        # In a row that does not fit the header, only columns before all others are where they should be.
        places = sorted(self._columns.get(name, len(layout.header)) for name in self._keys)
        self._keys_come_first = places == list(range(len(places)))
        self.drop = drop

    def rows(self, records: Iterable[Record]) -> Iterator[Record]:
        """Yield the records without those that an export adds above and below its rows."""
        least = self._export.least_cells if self._export else 1
        return (record for record in records if least == 1 or record.filled >= least)

    def cell(self, record: Record, column: str) -> str:
        """Return the record's cell in a column, as it is compared; empty if it has no such column."""
        index = self._columns.get(column)
        return "" if index is None or index >= len(record.cells) else as_compared(clean(record.cells[index]))

    def key(self, record: Record) -> str | None:
        """Return the key of the record's order, equal for all of its rows; None if the row does not name it."""
        if record.problem and not self._keys_come_first:
            return None
        parts = [self.cell(record, name) for name in self._keys]
        return "\n".join([*(part.casefold() for part in parts[:-1]), parts[-1]]) if all(parts) else None

    @property
    def has_own_ids(self) -> bool:
        """Whether the file has a column for ids of orders beside their numbers."""
        return "StorefrontOrderId" in self._columns

    def own_id(self, record: Record) -> str:
        """Return the id that the channel gives the order beside its number."""
        return self.cell(record, "StorefrontOrderId")

    def read(self, records: Sequence[Record], after: Position) -> RowsOutcome:
        """Return the order of these records, which are all of it, or the errors in them."""
        order, errors, warnings = order_from([self._row(record) for record in records], self.drop)
        if order and len(records) >= MANY_LINES and len(order.model_dump_json().encode()) > MAX_ORDER_BYTES:
            errors = (RowError(records[0].row, order.number, None, TOO_LARGE),)
            order = None
        if order:
            # A discount in an export may be of its shipping.
            order = order if self._export else with_discount_in_lines(order)
            return RowsOutcome(after, records, order=order, warnings=self._named(warnings))
        errors = self._named(errors)
        own: dict[int | None, str] = {row: joined(one) for row, one in groupby(errors, lambda error: error.row)}
        others = f"rejected because of row {errors[0].row}"
        return RowsOutcome(after, records, None, errors, tuple(own.get(record.row, others) for record in records), 1)

    def _row(self, record: Record) -> Row:
        if record.problem:
            return Row(record.row, {"OrderNumber": self.cell(record, "OrderNumber")}, record.problem)
        given = ((name, record.cells[index]) for name, index in self._columns.items())
        cells = {name: clean(cell) for name, cell in given if cell}
        if self._export is None:
            return Row(record.row, cells)
        translated = self._export.translated(cells)
        if translated.get("Currency") == DOLLAR:
            translated["Currency"] = dollar(self.drop.currency)
        is_line, has_price = not translated.pop(NOT_A_LINE, ""), not translated.pop(NO_PRICE, "")
        return Row(record.row, translated, is_line=is_line, has_price=has_price)

    def _named(self, found: tuple[RowError, ...]) -> tuple[RowError, ...]:
        """Return the errors with the names that an export has for our columns."""
        return tuple(error._replace(column=error.column and self.called(error.column)) for error in found)

    def called(self, column: str) -> str:
        """Return what an export calls one of our columns; our name in any other file, and of a column that it lacks."""
        return self._theirs.get(column, column)

    def refused(self, record: Record, message: str, column: str | None = None) -> RowsOutcome:
        """Return the outcome of a record that is rejected for this reason."""
        error = RowError(record.row, self.cell(record, "OrderNumber") or None, column, message)
        return RowsOutcome(record.after, (record,), None, (error,), (record.problem or joined([error]),), 1)

    def stray(self, record: Record) -> RowsOutcome:
        """Return the outcome of a record that names no order; it does not count as a rejected order."""
        missing = next((name for name in reversed(self._keys) if not self.cell(record, name)), None)
        found = self.refused(record, record.problem) if record.problem else self.refused(record, "is missing", missing)
        return found._replace(rejected=0)


@dataclass
class OrderBatch:
    """Outcomes of consecutive rows; `after` is the position of the next batch."""

    after: Position
    orders: list[ChannelOrder] = field(default_factory=list)
    errors: list[RowError] = field(default_factory=list)
    failed: list[tuple[Record, str]] = field(default_factory=list)
    records: dict[str, Sequence[Record]] = field(default_factory=dict)
    warnings: dict[str, tuple[RowError, ...]] = field(default_factory=dict)
    rejected: int = 0
    rows: int = 0
    characters: int = 0

    def add(self, outcome: RowsOutcome) -> None:
        """Add one more outcome."""
        self.after = outcome.after
        self.orders += [outcome.order] if outcome.order else []
        if outcome.order:
            self.records[outcome.order.order_id] = outcome.records
            self.warnings[outcome.order.order_id] = outcome.warnings
        self.errors += outcome.errors
        self.failed += zip(outcome.records, outcome.reasons, strict=False)
        self.rejected += outcome.rejected
        self.rows += len(outcome.records)
        self.characters += sum(sum(map(len, record.cells)) for record in outcome.records)

    def reject(self, order: ChannelOrder, column: str, message: str) -> None:
        """Take an order out again that its rows alone do not condemn."""
        records = self.records[order.order_id]
        error = RowError(records[0].row, order.number, column, message)
        others = f"rejected because of row {error.row}"
        self.orders.remove(order)
        self.errors.append(error)
        self.failed += zip(records, chain([joined([error])], repeat(others)), strict=False)
        self.rejected += 1

    def is_full(self, orders: int) -> bool:
        """Return whether the batch is full: a larger one would need much memory, or much time when it is repeated."""
        return len(self.orders) >= orders or self.rows >= ORDER_BATCH_ROWS or self.characters >= ORDER_BATCH_CHARACTERS


def order_batches(outcomes: Iterable[RowsOutcome], orders: int = BATCH_ORDERS) -> Iterator[OrderBatch]:
    """Yield the outcomes in batches; where a batch ends depends on its first record only, so a retry repeats it."""
    batch: OrderBatch | None = None
    for outcome in outcomes:
        batch = batch or OrderBatch(outcome.after)
        batch.add(outcome)
        if batch.is_full(orders):
            yield batch
            batch = None
    if batch:
        yield batch
