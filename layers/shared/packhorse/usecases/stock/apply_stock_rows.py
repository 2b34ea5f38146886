"""Apply the rows of stock files to stock, in the order of the file and each once.

Movements, rejected rows and the checkpoint are written in one transaction: a row is applied with its checkpoint or not
at all. A number that could not be read is given back with the moment of its row: corrected and sent alone, it does not
undo what has moved since.
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import UTC, datetime, timedelta
from itertools import chain
from typing import NamedTuple

from packhorse.domain.catalogue.product import Product
from packhorse.domain.errors import Conflict
from packhorse.domain.stock.adjustment import Adjustment, AdjustmentRequest, ShelfUnits
from packhorse.domain.stock.goods import Shelf
from packhorse.domain.stock.moved_since import MovedSince, moved_since
from packhorse.domain.stock.movement import Movement
from packhorse.domain.values import Sku, WarehouseId
from packhorse.files.csvfile.output import as_rows
from packhorse.files.rows import RowError, joined
from packhorse.files.stock.stock_rows import (
    OLDEST,
    ParsedRow,
    SetAsOf,
    adjustment_from,
    check_row,
    decide_rows,
    effects,
    moment_of,
    warnings_from,
)
from packhorse.files.stock.stock_sheet import StockBatch, dated_row, row_of
from packhorse.files.upload import Upload
from packhorse.store import upload_files, uploads
from packhorse.store.backoff import MAX_TRIES, pause
from packhorse.store.stock import Balance
from packhorse.store.upload_files import ReportPart

MAX_ROW_ACTIONS = 99
"""Actions of a transaction beside the upload itself: a movement for each row, a balance for each shelf."""
MIN_ROW_ACTIONS = 2
"""Actions of a single row."""


class StockSources(NamedTuple):
    """The warehouses, how to read products, balances and movements since a moment, and who else counts stock."""

    warehouses: Collection[WarehouseId]
    products: Callable[[Iterable[Sku]], Mapping[Sku, Product]]
    balances: Callable[[Iterable[Shelf]], Mapping[Shelf, Balance]]
    movements: Callable[[Shelf, datetime], Iterable[Movement]]
    counted_elsewhere: Collection[WarehouseId] = ()


def apply_batch(upload: Upload, batch: StockBatch, writer: str, shelves: StockSources) -> Upload:
    """Apply a batch and store its rejected rows; return the upload with its checkpoint after the batch."""
    upload = apply_rows(upload, parse_rows(upload, batch, shelves), writer, shelves)
    warnings = warnings_of(upload, batch)
    if upload.midway.errors or warnings:
        upload_files.put_part(upload, report_part(upload, batch, warnings))
    return uploads.save(upload.after_rows(batch, warnings), writer)


def parse_rows(upload: Upload, batch: StockBatch, shelves: StockSources) -> dict[int, ParsedRow]:
    """Return the rows after the checkpoint, by number: an adjustment, or why the row is rejected."""
    remaining = (record for record in batch.records if record.row > upload.midway.row)
    rows = {record.row: adjustment_from(row_of(record, upload.sheet)) for record in remaining}
    products = shelves.products(each.shelf.sku for each in rows.values() if isinstance(each, Adjustment))
    places = shelves.warehouses, shelves.counted_elsewhere
    return {row: check_row(row, each, products, *places) for row, each in rows.items()}


def apply_rows(upload: Upload, rows: Mapping[int, ParsedRow], writer: str, shelves: StockSources) -> Upload:
    """Apply rows in transactions as large as they may be, half as large after a conflict; return the upload."""
    most, conflicts = MAX_ROW_ACTIONS, 0
    while remaining := {row: each for row, each in rows.items() if row > upload.midway.row}:
        balances = shelves.balances({each.shelf for each in remaining.values() if isinstance(each, Adjustment)})
        units = {shelf: balance.units for shelf, balance in balances.items()}
        request = AdjustmentRequest(upload.id, upload.id, upload.who, datetime.now(UTC))
        step = decide_rows(effects(remaining, units, request, read_moved(remaining, request, shelves)), most)
        unread = {
            row: moment_of(index, request)
            for index, (row, each) in enumerate(remaining.items())
            if row <= step.row and not isinstance(each, Adjustment)
        }
        was = {shelf: units.get(shelf, ShelfUnits()).on_hand for shelf in step.shelves_set}
        reached = uploads.save_with(upload.within(step, unread), writer, step.movements, was)
        if reached:
            upload, most, conflicts = reached, MAX_ROW_ACTIONS, 0
        elif conflicts < MAX_TRIES:
            pause(conflicts)
            most, conflicts = max(MIN_ROW_ACTIONS, most // 2), conflicts + 1
        else:
            raise Conflict(f"row {next(iter(remaining))} of upload {upload.id} meets a conflict at every try")
    return upload


def read_moved(
    rows: Mapping[int, ParsedRow], request: AdjustmentRequest, shelves: StockSources
) -> Mapping[int, MovedSince]:
    """Return what has moved since the moment of each row that has one, but for the rows of its own file before it."""
    dated = {row: each for row, each in rows.items() if isinstance(each, SetAsOf)}
    found: dict[int, MovedSince] = {}
    for row, each in dated.items():
        since = shelves.movements(each.shelf, max(each.set_as_of, request.at - OLDEST) + timedelta(microseconds=1))
        found[row] = moved_since(movement for movement in since if movement.reference != request.reference)
    return found


def warnings_of(upload: Upload, batch: StockBatch) -> tuple[RowError, ...]:
    """Return the warnings about the rows of the batch that are not rejected."""
    rejected = {error.row for error in upload.midway.errors}
    applied = (row_of(record, upload.sheet) for record in batch.records if record.row not in rejected)
    return tuple(chain.from_iterable(map(warnings_from, applied)))


def report_part(upload: Upload, batch: StockBatch, warnings: tuple[RowError, ...]) -> ReportPart:
    """Return the rejected rows of the batch, each with all its errors, and the warnings about the others."""
    errors = upload.midway.errors
    reasons: dict[int | None, list[RowError]] = {}
    for error in errors:
        reasons.setdefault(error.row, []).append(error)
    failed = [
        (dated_row(record, upload.sheet, upload.midway.unread.get(record.row)), joined(reasons[record.row]))
        for record in batch.records
        if record.row in reasons
    ]
    return ReportPart(
        errors=errors[: upload.errors_left],
        rows=as_rows(upload.failed_sheet, failed, upload.terms.reasons),
        numbers=tuple(record.row for record, _ in failed),
        warnings=warnings[: upload.warnings_left],
    )
