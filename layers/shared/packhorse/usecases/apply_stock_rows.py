"""Rows of stock files become changes of stock, in the order of the file and each once.

What changes, what was refused, and how far that is are written together: a row is dealt with, or it is not.
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import UTC, datetime
from typing import NamedTuple

from packhorse.domain.catalogue.product import Product
from packhorse.domain.errors import Conflict
from packhorse.domain.stock.adjustment import Adjustment, AdjustmentRequest, ShelfUnits
from packhorse.domain.stock.goods import Shelf
from packhorse.domain.values import Sku, WarehouseId
from packhorse.files.csvfile.output import as_rows
from packhorse.files.rows import RowError, joined
from packhorse.files.stock.stock_rows import ParsedRow, adjustment_from, check_row, decide_rows, effects
from packhorse.files.stock.stock_sheet import StockBatch, row_of
from packhorse.files.upload import Upload
from packhorse.store import upload_files, uploads
from packhorse.store.backoff import MAX_TRIES, pause
from packhorse.store.stock import Balance
from packhorse.store.upload_files import ReportPart

MAX_ROW_ACTIONS = 99
"""What a transaction takes beside the upload itself: a movement for each row, a balance for each place."""
MIN_ROW_ACTIONS = 2
"""What a single row takes."""


class StockSources(NamedTuple):
    """Where stock may be, of what, and how much there is."""

    warehouses: Collection[WarehouseId]
    products: Callable[[Iterable[Sku]], Mapping[Sku, Product]]
    balances: Callable[[Iterable[Shelf]], Mapping[Shelf, Balance]]


def apply_batch(upload: Upload, batch: StockBatch, writer: str, shelves: StockSources) -> Upload:
    """The upload past a batch whose rows are done or, with their reasons, given back."""
    upload = apply_rows(upload, parse_rows(upload, batch, shelves), writer, shelves)
    if upload.midway.errors:
        upload_files.put_part(upload, rejected_rows(upload, batch))
    return uploads.save(upload.after_rows(batch), writer)


def parse_rows(upload: Upload, batch: StockBatch, shelves: StockSources) -> dict[int, ParsedRow]:
    """What each row that is not dealt with asks for, as far as the catalogue and the warehouses have it."""
    left = (record for record in batch.records if record.row > upload.midway.row)
    asked = {record.row: adjustment_from(row_of(record, upload.sheet)) for record in left}
    products = shelves.products(each.shelf.sku for each in asked.values() if isinstance(each, Adjustment))
    return {row: check_row(row, each, products, shelves.warehouses) for row, each in asked.items()}


def apply_rows(upload: Upload, asked: Mapping[int, ParsedRow], writer: str, shelves: StockSources) -> Upload:
    """The upload once all of it is decided; as much together as fits, less after every race that is lost."""
    most, lost = MAX_ROW_ACTIONS, 0
    while left := {row: each for row, each in asked.items() if row > upload.midway.row}:
        balances = shelves.balances({each.shelf for each in left.values() if isinstance(each, Adjustment)})
        stock = {place: ShelfUnits(balance.on_hand, balance.committed) for place, balance in balances.items()}
        request = AdjustmentRequest(upload.id, upload.id, upload.who, datetime.now(UTC))
        step = decide_rows(effects(left, stock, request), most)
        was = {place: stock.get(place, ShelfUnits()).on_hand for place in step.shelves_set}
        reached = uploads.save_with(upload.within(step), writer, step.movements, was)
        if reached:
            upload, most, lost = reached, MAX_ROW_ACTIONS, 0
        elif lost < MAX_TRIES:
            pause(lost)
            most, lost = max(MIN_ROW_ACTIONS, most // 2), lost + 1
        else:
            raise Conflict(f"row {next(iter(left))} of upload {upload.id} loses every race for its stock")
    return upload


def rejected_rows(upload: Upload, batch: StockBatch) -> ReportPart:
    """The rows of the batch that were refused, with all that is wrong with each."""
    errors = upload.midway.errors
    reasons: dict[int | None, list[RowError]] = {}
    for error in errors:
        reasons.setdefault(error.row, []).append(error)
    failed = [(record, joined(reasons[record.row])) for record in batch.records if record.row in reasons]
    return ReportPart(errors=errors[: upload.errors_left], rows=as_rows(upload.sheet, failed, upload.terms.reasons))
