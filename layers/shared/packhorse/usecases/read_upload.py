"""Read an upload: a CSV file of orders or of stock, from checkpoint to checkpoint.

A file of orders is surveyed, read, read again for scattered orders, and reported on; a file of stock is read once,
since its rows do not belong together. If an invocation dies, its retry continues from the last checkpoint; if time is
short, another invocation does. Work between two checkpoints may be repeated without harm: orders and parts of the
report have ids of their own, and movements are written in one transaction with their checkpoint.
"""

import time
from collections.abc import Callable, Collection, Generator, Iterable, Iterator
from contextlib import closing
from datetime import UTC, datetime
from itertools import chain
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

from packhorse.aws.telemetry import add_metric, logger
from packhorse.domain.errors import Conflict
from packhorse.domain.orders.channel_order import ChannelOrder
from packhorse.domain.values import OrderId
from packhorse.files.csvfile.encoding import Unreadable, detect
from packhorse.files.csvfile.layout import find_layout
from packhorse.files.csvfile.output import as_header, as_rows
from packhorse.files.csvfile.records import Record
from packhorse.files.orders.order_rows import REQUIRED_ORDER_COLUMNS
from packhorse.files.orders.order_sheet import (
    BATCH_ORDERS,
    ORDER_COLUMNS_BY_NAME,
    OrderBatch,
    RowsOutcome,
    Sheet,
    order_batches,
)
from packhorse.files.orders.readings import Fates, first_reading, second_reading
from packhorse.files.orders.survey import survey
from packhorse.files.rows import RowError
from packhorse.files.stock import stock_sheet
from packhorse.files.upload import File, Phase, Upload, UploadKind, UploadState
from packhorse.store import upload_files, uploads
from packhorse.store.upload_files import ReportPart
from packhorse.usecases import apply_stock_rows
from packhorse.usecases.apply_stock_rows import StockSources

CURRENCY = "USD"
FATES = "fates.sqlite"
UPLOAD_MARGIN = 30.0
"""Seconds that a batch takes at most."""
MIN_READING_SECONDS = 10.0
"""Seconds that the report takes at most."""
RECORDS_A_CLOCK_CHECK = 50_000
PROGRESS_SECONDS = 20.0
"""Seconds within which an invocation that is alive nearly always writes a checkpoint."""


class Tools(NamedTuple):
    """The functions and settings that reading an upload uses.

    `writer` identifies the writes of this invocation, `existing_ids` returns which of the orders are stored, `requeue`
    continues an upload in another invocation, `remaining` returns seconds, `currency` is for files that name none.
    """

    writer: str
    send_orders: Callable[[Iterable[ChannelOrder], str], None]
    existing_ids: Callable[[Iterable[OrderId]], set[OrderId]]
    requeue: Callable[[Upload], None]
    remaining: Callable[[], float]
    channels: Collection[str]
    shelves: StockSources
    currency: str = CURRENCY
    batch_orders: int = BATCH_ORDERS


def begin_uploads(message: dict[str, Any], writer: str) -> Iterator[Upload]:
    """Yield the uploads of a message at their checkpoints; a test event of S3 has none."""
    if "upload" in message and (found := uploads.get(message["upload"])):
        yield found
    for record in message.get("Records", ()):
        file = File.of(record)
        if file.is_to_be_read:
            yield uploads.begin(Upload.of(file, datetime.now(UTC)), writer)


def ingest_unless_overtaken(upload: Upload, tools: Tools) -> None:
    """Ingest an upload, unless another invocation (an event may be delivered twice) is writing checkpoints for it.

    Lambda retries that invocation if it dies. If it writes no checkpoint for `PROGRESS_SECONDS`, it is dead already.
    """
    while True:
        try:
            ingest(upload, tools)
        except Conflict:
            seen = uploads.get(upload.id) or upload
            time.sleep(0 if seen.is_over else PROGRESS_SECONDS)
            upload = uploads.get(upload.id) or upload
            if upload.is_over or upload.revision > seen.revision:
                logger.info("upload left to another invocation", extra={"upload": upload.id})
                return
        else:
            return


def ingest(upload: Upload, tools: Tools, margin: float = UPLOAD_MARGIN) -> None:
    """Read the upload to its end or until time is short, at least one checkpoint further; requeue the rest."""
    whole = tools.remaining()
    with TemporaryDirectory() as folder, closing(progress(upload, tools, Path(folder))) as checkpoints:
        for reached in checkpoints:
            upload = reached
            # A phase without checkpoints inside needs half of an invocation's time, unless it is the first step of one.
            needed = margin if upload.goes_on_by_batches else max(margin, whole / 2)
            if not upload.is_over and tools.remaining() < needed:
                tools.requeue(upload)
                return
    upload_files.discard_parts(upload)


def progress(upload: Upload, tools: Tools, folder: Path) -> Generator[Upload, None, None]:
    """Yield the upload at every checkpoint; the last one is its end."""
    try:
        while not upload.is_over:
            for reached in PHASES[upload.kind][upload.phase](upload, tools, folder):
                upload = reached
                yield upload
    except Unreadable as error:
        yield from write_report(upload.unreadable(error), tools, folder)


def survey_orders(upload: Upload, tools: Tools, folder: Path) -> Iterator[Upload]:
    """Find the layout of the file and the orders that are scattered, repeated or too many; yield the checkpoint."""
    if upload.channel is not None and upload.channel not in tools.channels:
        raise Unreadable(f"there is no channel “{upload.channel}”, in whose folder the file was put")
    required = REQUIRED_ORDER_COLUMNS if upload.channel else ("Channel", *REQUIRED_ORDER_COLUMNS)
    encoding = detect(upload_files.open_file(upload))
    layout = find_layout(upload_files.open_file(upload), encoding, ORDER_COLUMNS_BY_NAME, required)
    records = layout.records(upload_files.open_file(upload, layout.start.offset))
    sheet = sheet_of(upload.surveyed(layout, upload.survey), tools)
    found = survey(until_deadline(records, tools.remaining), sheet, layout.start, folder / FATES)
    if found.fates:
        upload_files.save_fates(upload, folder / FATES)
    yield uploads.save(upload.surveyed(layout, found), tools.writer)


def until_deadline(records: Iterable[Record], remaining: Callable[[], float]) -> Iterator[Record]:
    """Yield the records; raise Unreadable if time is short: a retry of the survey would start from the beginning."""
    for number, record in enumerate(records, 1):
        if number % RECORDS_A_CLOCK_CHECK == 0 and remaining() < MIN_READING_SECONDS:
            raise Unreadable("the file is too large to be surveyed in one invocation: split it")
        yield record


def read_orders(upload: Upload, tools: Tools, folder: Path) -> Iterator[Upload]:
    """Read the orders that are not scattered, from the upload's position on; yield each checkpoint."""
    stream = upload_files.open_file(upload, upload.position.offset)
    records = upload.sheet.records(stream, upload.position)
    with fates_of(upload, folder) as fates:
        for reached in save_batches(upload, first_reading(records, sheet_of(upload, tools), fates), tools):
            upload = reached
            yield upload
    yield uploads.save(upload.on_to(Phase.SECOND_READING if upload.survey.later else Phase.REPORT), tools.writer)


def read_scattered_orders(upload: Upload, tools: Tools, folder: Path) -> Iterator[Upload]:
    """Read the scattered orders; the upload's position is how many of them are done; yield each checkpoint."""
    records = upload.sheet.records(upload_files.open_file(upload, upload.sheet.start.offset))
    with fates_of(upload, folder) as fates:
        done = upload.position.offset
        for reached in save_batches(upload, second_reading(records, sheet_of(upload, tools), fates, done), tools):
            upload = reached
            yield upload
    yield uploads.save(upload.on_to(Phase.REPORT), tools.writer)


def find_stock_layout(upload: Upload, tools: Tools, _: Path) -> Iterator[Upload]:
    """Find the layout of a file of stock; its rows need no survey; yield the checkpoint."""
    encoding = detect(upload_files.open_file(upload))
    layout = stock_sheet.layout(upload_files.open_file(upload), encoding)
    yield uploads.save(upload.surveyed(layout, upload.survey), tools.writer)


def read_stock(upload: Upload, tools: Tools, _: Path) -> Iterator[Upload]:
    """Apply the rows of a file of stock, from the upload's position on; yield each checkpoint."""
    stream = upload_files.open_file(upload, upload.position.offset)
    for batch in stock_sheet.stock_batches(upload.sheet.records(stream, upload.position)):
        upload = apply_stock_rows.apply_batch(upload, batch, tools.writer, tools.shelves)
        yield upload
    yield uploads.save(upload.on_to(Phase.REPORT), tools.writer)


def write_report(upload: Upload, tools: Tools, _: Path) -> Iterator[Upload]:
    """Store the report and the file of rejected rows; yield the upload at its end."""
    errors = list(upload.problems)
    if upload.counts.parts:
        header = as_header(upload.sheet, upload.terms.reasons)
        upload_files.put_failed_rows(upload, chain([header], rows_of(upload, errors)))
    ended = upload.finished(datetime.now(UTC))
    upload_files.put_report(ended, ended.report(errors))
    ended = uploads.save(ended, tools.writer)
    upload_fields = {"upload": ended.id, "kind": ended.kind, "state": ended.state}
    logger.info("upload read", extra={**upload_fields, **ended.counts.model_dump()})
    add_metric("UploadsRead" if ended.state is UploadState.DONE else "UploadsUnreadable")
    yield ended


PHASES: dict[UploadKind, dict[Phase, Callable[[Upload, Tools, Path], Iterator[Upload]]]] = {
    UploadKind.ORDERS: {
        Phase.SURVEY: survey_orders,
        Phase.FIRST_READING: read_orders,
        Phase.SECOND_READING: read_scattered_orders,
        Phase.REPORT: write_report,
    },
    UploadKind.STOCK: {Phase.SURVEY: find_stock_layout, Phase.FIRST_READING: read_stock, Phase.REPORT: write_report},
}


def sheet_of(upload: Upload, tools: Tools) -> Sheet:
    """Return how records of the file are parsed as rows of orders."""
    return Sheet(upload.sheet, upload.drop(tools.channels, tools.currency))


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

    Which orders existed before is stored before any is sent: after a crash all that were sent exist.
    """
    if batch.orders and upload.known is None:
        existing = tools.existing_ids([order.order_id for order in batch.orders])
        upload = uploads.save(upload.replace(known=tuple(sorted(existing))), tools.writer)
    tools.send_orders([order for order in batch.orders if order.order_id not in (upload.known or ())], upload.who)
    if batch.failed:
        errors = tuple(batch.errors[: upload.errors_left])
        upload_files.put_part(upload, ReportPart(errors=errors, rows=as_rows(upload.sheet, batch.failed)))
    return uploads.save(upload.after(batch), tools.writer)


def rows_of(upload: Upload, errors: list[RowError]) -> Iterator[bytes]:
    """Yield the stored parts of the rejected rows, and add their errors to `errors`."""
    for part in upload_files.parts(upload):
        errors += part.errors
        yield part.rows.encode()
