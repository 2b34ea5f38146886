"""The phases of reading an upload, each from checkpoint to checkpoint.

A file of orders is surveyed, read, read again for the orders whose rows are apart, and reported on; one of stock has
rows that stand alone, which are applied once all text was found to fit its encoding; one of purchase orders or receipts
is small enough to be sorted in memory.
"""

from collections import deque
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from itertools import chain
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

from packhorse.aws.telemetry import add_metric, logger
from packhorse.domain.configuration.channel import FileEncoding
from packhorse.domain.orders.awaited import why_too_early
from packhorse.domain.orders.channel_order import ChannelOrder
from packhorse.domain.values import OrderId
from packhorse.files.csvfile.encoding import Unreadable, detect
from packhorse.files.csvfile.fit import checked
from packhorse.files.csvfile.output import as_header, as_rows
from packhorse.files.csvfile.timed import Timed
from packhorse.files.orders.columns import order_layout
from packhorse.files.orders.order_sheet import (
    BATCH_ORDERS,
    OrderBatch,
    OrderSheet,
    RowsOutcome,
    order_batches,
)
from packhorse.files.orders.readings import Fates, first_reading, second_reading
from packhorse.files.orders.survey import survey
from packhorse.files.purchasing import sheet as purchase_sheet
from packhorse.files.purchasing.sheet import Group
from packhorse.files.put_file import UploadKind
from packhorse.files.rows import RowError, joined
from packhorse.files.stock import stock_sheet
from packhorse.files.upload import START, Phase, Upload, UploadState
from packhorse.messages.orders import MAX_AHEAD
from packhorse.store import upload_files, uploads
from packhorse.store.upload_files import ReportPart
from packhorse.usecases.intake.known_orders import is_named_by_number
from packhorse.usecases.stock import apply_stock_rows
from packhorse.usecases.stock.apply_stock_rows import StockSources
from packhorse.usecases.supply.apply_purchase_rows import APPLY

FATES = "fates.sqlite"
PURCHASING = {UploadKind.PURCHASES: purchase_sheet.PURCHASES, UploadKind.RECEIPTS: purchase_sheet.RECEIPTS}
NEEDS_ID = (
    "is missing: {} knows its orders by id, and would send this one again; the id is in its own export (of Shopify Id,"
    " of WooCommerce Order ID)"
)
RESERVE = 10.0
"""Seconds at the end of an invocation in which nothing is read: what a report takes."""


class Tools(NamedTuple):
    """What reading an upload works with.

    `writer` is whose writes these are, `currency` that of files which name none, `warehouses` the active ones,
    `time_zone` that of promised days, `by_id` are the channels whose orders have ids beside their numbers,
    `encodings` and `file_columns` those of the files of channels, `ignore_before` the times before which orders of
    channels stay out; `remaining` is in seconds, and so is `reserve`, which no reading touches. `mark` sends a mark
    behind the orders that were sent, of which `most_ahead` are on the queue at most.
    """

    writer: str
    send_orders: Callable[[Iterable[ChannelOrder], str], None]
    known_orders: Callable[[Sequence[ChannelOrder]], set[OrderId]]
    claim: Callable[[Iterable[OrderId], str], set[OrderId]]
    requeue: Callable[[Upload], None]
    mark: Callable[[Upload], None]
    remaining: Callable[[], float]
    channels: Collection[str]
    shelves: StockSources
    currency: str | None
    warehouses: Collection[str]
    time_zone: str
    by_id: Collection[str] = ()
    encodings: Mapping[str, FileEncoding] = MappingProxyType({})
    file_columns: Mapping[str, Mapping[str, str]] = MappingProxyType({})
    ignore_before: Mapping[str, datetime] = MappingProxyType({})
    batch_orders: int = BATCH_ORDERS
    reserve: float = RESERVE
    most_ahead: int = MAX_AHEAD


def survey_orders(upload: Upload, tools: Tools, folder: Path) -> Iterator[Upload]:
    """Find the layout of the file and the orders that are scattered, repeated or too many; yield the checkpoint."""
    if upload.channel is not None and upload.channel not in tools.channels:
        raise Unreadable(f"there is no channel “{upload.channel}”, in whose folder the file was put")
    encoding = detect(opened(upload, tools), upload.file.encoding or tools.encodings.get(upload.channel or ""))
    own = tools.file_columns.get(upload.channel or "", {})
    layout = order_layout(opened(upload, tools), encoding, own, in_folder=upload.channel is not None)
    records = checked(layout.records(opened(upload, tools, layout.start.offset)), encoding)
    sheet = sheet_of(upload.surveyed(layout, upload.survey), tools)
    found = survey(sheet.rows(records), sheet, layout.start, folder / FATES)
    if found.fates:
        upload_files.save_fates(upload, folder / FATES)
    yield uploads.save(upload.surveyed(layout, found), tools.writer)


def read_orders(upload: Upload, tools: Tools, folder: Path) -> Iterator[Upload]:
    """Read the orders that are not scattered, from the upload's position on; yield each checkpoint."""
    stream = opened(upload, tools, upload.position.offset)
    records, sheet = upload.sheet.records(stream, upload.position), sheet_of(upload, tools)
    with fates_of(upload, folder) as fates:
        for reached in save_batches(upload, first_reading(sheet.rows(records), sheet, fates), tools):
            upload = reached
            yield upload
    yield uploads.save(upload.on_to(Phase.SECOND_READING if upload.survey.later else Phase.REPORT), tools.writer)


def read_scattered_orders(upload: Upload, tools: Tools, folder: Path) -> Iterator[Upload]:
    """Read the scattered orders; the upload's position is how many of them are done; yield each checkpoint."""
    records = upload.sheet.records(opened(upload, tools, upload.sheet.start.offset))
    sheet = sheet_of(upload, tools)
    with fates_of(upload, folder) as fates:
        done = upload.position.offset
        for reached in save_batches(upload, second_reading(sheet.rows(records), sheet, fates, done), tools):
            upload = reached
            yield upload
    yield uploads.save(upload.on_to(Phase.REPORT), tools.writer)


def find_stock_layout(upload: Upload, tools: Tools, _: Path) -> Iterator[Upload]:
    """Find the layout of a file of stock, and whether its text fits its encoding; yield the checkpoint."""
    encoding = detect(opened(upload, tools), upload.file.encoding)
    layout = stock_sheet.layout(opened(upload, tools), encoding)
    if encoding.is_guess:
        deque(checked(layout.records(opened(upload, tools, layout.start.offset)), encoding), maxlen=0)
    yield uploads.save(upload.surveyed(layout, upload.survey), tools.writer)


def read_stock(upload: Upload, tools: Tools, _: Path) -> Iterator[Upload]:
    """Apply the rows of a file of stock, from the upload's position on; yield each checkpoint."""
    stream = opened(upload, tools, upload.position.offset)
    for batch in stock_sheet.stock_batches(upload.sheet.records(stream, upload.position)):
        upload = apply_stock_rows.apply_batch(upload, batch, tools.writer, tools.shelves)
        yield upload
    yield uploads.save(upload.on_to(Phase.REPORT), tools.writer)


def survey_purchasing(upload: Upload, tools: Tools, _: Path) -> Iterator[Upload]:
    """Find the layout of a file of purchase orders or receipts, and count its rows; yield the checkpoint."""
    encoding = detect(opened(upload, tools), upload.file.encoding)
    layout = purchase_sheet.layout(opened(upload, tools), encoding, PURCHASING[upload.kind])
    records = checked(layout.records(opened(upload, tools, layout.start.offset)), encoding)
    rows = sum(len(group.rows) for group in purchase_sheet.groups(records, layout, PURCHASING[upload.kind]))
    found = upload.surveyed(layout, upload.survey)
    yield uploads.save(found.replace(position=START, survey=upload.survey._replace(rows=rows)), tools.writer)


def read_purchasing(upload: Upload, tools: Tools, _: Path) -> Iterator[Upload]:
    """Apply the documents of a file; the upload's position is how many of them are done; yield each checkpoint."""
    for group in documents_of(upload, tools)[upload.position.offset :]:
        done = APPLY[upload.kind](group, upload, tools.currency)
        if done.errors:
            upload_files.put_part(upload, rejected_part(upload, group, done.errors))
        counted = {name: getattr(done, name) for name in upload.terms.counted}
        upload = uploads.save(upload.after_document(counted, done.errors), tools.writer)
        yield upload
    yield uploads.save(upload.on_to(Phase.REPORT), tools.writer)


def documents_of(upload: Upload, tools: Tools) -> list[Group]:
    """Return the rows of a file of purchase orders or receipts by document."""
    records = upload.sheet.records(opened(upload, tools, upload.sheet.start.offset))
    return purchase_sheet.groups(records, upload.sheet, PURCHASING[upload.kind])


def rejected_part(upload: Upload, group: Group, errors: Sequence[RowError]) -> ReportPart:
    """Return the rows of a document that are rejected, each with its errors: of a purchase order all."""
    reasons = {row: joined(each for each in errors if each.row == row) for row in group.records}
    is_whole = upload.kind is UploadKind.PURCHASES
    failed = [(record, reasons[row]) for row, record in group.records.items() if reasons[row] or is_whole]
    rows = as_rows(upload.sheet, failed, upload.terms.reasons)
    numbers = tuple(record.row for record, _ in failed)
    return ReportPart(errors=tuple(errors[: upload.errors_left]), rows=rows, numbers=numbers)


def write_report(upload: Upload, tools: Tools, _: Path) -> Iterator[Upload]:
    """Store the report and the file of rejected rows; yield the upload at its end."""
    errors, warnings, numbers = list(upload.problems), list[RowError](), list[int | None]()
    rows = rows_of(upload, errors, warnings, numbers)
    if upload.counts.errors:
        upload_files.put_failed_rows(upload, chain([as_header(upload.failed_sheet, upload.terms.reasons)], rows))
    else:
        deque(rows, maxlen=0)
    ended = upload.finished(datetime.now(UTC))
    upload_files.put_report(ended, ended.report(errors, warnings, numbers))
    ended = uploads.save(ended, tools.writer)
    upload_fields = {"upload": ended.id, "kind": ended.kind, "state": ended.state}
    logger.info("upload read", extra={**upload_fields, **ended.counts.model_dump()})
    add_metric("UploadsRead" if ended.state is UploadState.DONE else "UploadsUnreadable")
    yield ended


Phases = dict[Phase, Callable[[Upload, Tools, Path], Iterator[Upload]]]
OF_DOCUMENTS: Phases = {
    Phase.SURVEY: survey_purchasing,
    Phase.FIRST_READING: read_purchasing,
    Phase.REPORT: write_report,
}
PHASES: dict[UploadKind, Phases] = {
    UploadKind.ORDERS: {
        Phase.SURVEY: survey_orders,
        Phase.FIRST_READING: read_orders,
        Phase.SECOND_READING: read_scattered_orders,
        Phase.REPORT: write_report,
    },
    UploadKind.STOCK: {Phase.SURVEY: find_stock_layout, Phase.FIRST_READING: read_stock, Phase.REPORT: write_report},
    UploadKind.PURCHASES: OF_DOCUMENTS,
    UploadKind.RECEIPTS: OF_DOCUMENTS,
}


def opened(upload: Upload, tools: Tools, offset: int = 0) -> Timed:
    """Return the file from a byte on; reading it raises OutOfTime when the invocation is about to end."""
    return Timed(upload_files.open_file(upload, offset), tools.remaining, tools.reserve)


def sheet_of(upload: Upload, tools: Tools) -> OrderSheet:
    """Return how records of the file are parsed as rows of orders."""
    return OrderSheet(upload.sheet, upload.drop(tools.channels, tools.currency, tools.warehouses, tools.time_zone))


def fates_of(upload: Upload, folder: Path) -> Fates:
    """Return the orders that the survey found, downloaded first if another invocation made the survey."""
    if not upload.survey.fates:
        return Fates()
    if not (folder / FATES).exists():
        upload_files.fetch_fates(upload, folder / FATES)
    return Fates(folder / FATES)


def save_batches(upload: Upload, outcomes: Iterator[RowsOutcome], tools: Tools) -> Iterator[Upload]:
    """Save the outcomes batch by batch; yield the upload after each."""
    for batch in order_batches(outcomes, tools.batch_orders):
        upload = save_batch(upload, batch, tools)
        yield upload


def save_batch(upload: Upload, batch: OrderBatch, tools: Tools) -> Upload:
    """Queue the new orders and store the rejected rows; return the upload at its checkpoint.

    Which orders existed before is stored before any is sent: after a crash all that were sent exist. An order that
    another upload sends at the same time is counted there; it is sent all the same, in case that one fails.
    """
    if batch.orders and upload.known is None:
        known = tools.known_orders(batch.orders)
        left = [order for order in batch.orders if order.order_id not in known and not fault_of(order, tools)]
        claimed = tools.claim([order.order_id for order in left], upload.id)
        found = upload.replace(known=tuple(sorted(known)), claimed=tuple(sorted(claimed)))
        upload = uploads.save(found, tools.writer)
    new = [order for order in batch.orders if order.order_id not in (upload.known or ())]
    for order in list(new):
        if fault := fault_of(order, tools):
            batch.reject(order, sheet_of(upload, tools).called(fault.column), fault.message)
            new.remove(order)
    tools.send_orders(new, upload.who)
    warnings = upload.warnings_of(batch)
    if batch.failed or warnings:
        part = ReportPart(
            errors=tuple(batch.errors[: upload.errors_left]),
            rows=as_rows(upload.sheet, batch.failed),
            numbers=tuple(record.row for record, _ in batch.failed),
            warnings=warnings[: upload.warnings_left],
        )
        upload_files.put_part(upload, part)
    return uploads.save(upload.after(batch), tools.writer)


class OrderFault(NamedTuple):
    """Why an order that is not stored does not go in, and the column that says so."""

    column: str
    message: str


def fault_of(order: ChannelOrder, tools: Tools) -> OrderFault | None:
    """Return why a new order does not go in; None if it does.

    Its channel would send it under another id than the file gives it, or it was placed when the channel's stay out.
    """
    if order.channel in tools.by_id and is_named_by_number(order):
        return OrderFault("StorefrontOrderId", NEEDS_ID.format(order.channel))
    why = why_too_early(order, tools.ignore_before.get(order.channel))
    return OrderFault("OrderDate", why) if why else None


def rows_of(
    upload: Upload, errors: list[RowError], warnings: list[RowError], numbers: list[int | None]
) -> Iterator[bytes]:
    """Yield the stored parts of the rejected rows, and add what the parts say to the lists.

    None among `numbers` stands for all rows of a part that older code stored, without numbers.
    """
    for part in upload_files.parts(upload):
        errors += part.errors
        warnings += part.warnings
        numbers += part.numbers or ([None] if part.rows else [])
        yield part.rows.encode()
