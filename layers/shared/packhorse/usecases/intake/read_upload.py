"""Read an upload: a CSV file of any kind, from checkpoint to checkpoint (usecases/intake/upload_phases.py).

Killed anywhere, the next delivery goes on at the last checkpoint; short of time, it continues in another invocation,
and one that does not come to a checkpoint with all of its time is given up with a report. What lies between two
checkpoints may be done twice: orders have ids of their own, parts of the report too, and stock changes together with
its checkpoint.

A file with many orders sends those of a window and a mark behind them, and goes on when the mark is received. Whatever
the queue knows of fairness, no file therefore has more than a window of orders ahead of those of others.
"""

import time
from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import closing
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from uuid import uuid4

from packhorse.aws.telemetry import logger
from packhorse.channels import CHANNELS
from packhorse.domain.configuration.configuration import Configuration
from packhorse.domain.errors import Conflict
from packhorse.domain.orders.channel_order import ChannelOrder
from packhorse.files.csvfile.encoding import Unreadable
from packhorse.files.csvfile.timed import ReadingInterrupted
from packhorse.files.put_file import File
from packhorse.files.upload import Phase, Upload
from packhorse.messages.orders import ContinueUpload, send_mark, send_orders
from packhorse.messages.uploads import requeue_upload
from packhorse.store import catalogue, claims, stock, upload_files, uploads
from packhorse.usecases.intake.known_orders import known_orders
from packhorse.usecases.intake.upload_phases import PHASES, RESERVE, Tools, write_report
from packhorse.usecases.stock.apply_stock_rows import StockSources

UPLOAD_MARGIN = 30.0
"""Seconds before the deadline at which no further batch of rows is read: dealing with one takes no longer."""
PROGRESS_SECONDS = 20.0
"""Within which an invocation that is alive nearly always comes to a checkpoint."""
MAX_CONTINUATIONS = 200
"""Some sixteen hours, far beyond what the survey of a file of orders can look through."""
TOO_SLOW = {
    Phase.SURVEY: "the file is too large to be surveyed in one invocation: split it",
    Phase.FIRST_READING: "the next rows cannot be read in time: drop them in a file of their own",
    Phase.SECOND_READING: "the orders whose rows are apart cannot be read in time: sort the file by OrderNumber",
}


def tools_for(config: Configuration, remaining: Callable[[], float]) -> Tools:
    """Return what one invocation reads uploads with; it ends in `remaining()` seconds."""
    connected = {name for name, channel in config.channels.items() if channel.is_connected}
    return Tools(
        writer=uuid4().hex,
        send_orders=send_file,
        known_orders=partial(known_orders, connected=connected),
        claim=claims.claim_orders,
        requeue=requeue_upload,
        mark=mark_window,
        remaining=remaining,
        channels=config.channels,
        encodings={name: each.file_encoding for name, each in config.channels.items() if each.file_encoding},
        file_columns={name: each.file_columns for name, each in config.channels.items()},
        ignore_before={name: each.ignore_before for name, each in config.channels.items() if each.ignore_before},
        by_id={name for name in connected if CHANNELS[config.channels[name].kind].has_order_ids},
        currency=config.account.currency,
        warehouses={name for name, warehouse in config.warehouses.items() if warehouse.active},
        time_zone=config.time_zone,
        shelves=StockSources(
            config.warehouses,
            catalogue.find_products,
            stock.balances_at,
            stock.movements_since,
            config.counted_elsewhere,
        ),
    )


def begin_uploads(message: dict[str, Any], writer: str) -> Iterator[Upload]:
    """Yield the uploads of a message at their checkpoints; a test event of S3 has none."""
    if "upload" in message and (found := uploads.get(message["upload"])):
        yield from in_window(found, message.get("window", 0))
    for record in message.get("Records", ()):
        file = File.of(record)
        if file.is_to_be_read:
            yield from in_window(uploads.begin(Upload.of(file, datetime.now(UTC)), writer), 0)


def in_window(upload: Upload, window: int) -> Iterator[Upload]:
    """Yield the upload in the window of its message; nothing if the message of a later window was received.

    An invocation that dies, or a message that comes twice, therefore never begins a window of its own.
    """
    if window > upload.window:
        yield upload.in_window(window)
    elif window == upload.window:
        yield upload
    else:
        logger.info("upload is further on", extra={"upload": upload.id, "window": window})


def send_file(orders: Iterable[ChannelOrder], who: str) -> None:
    """Send orders of a file, in a lane of its own."""
    send_orders(orders, who, lane=who)


def mark_window(upload: Upload) -> None:
    """Send a mark behind the orders of the present window, which begins the next one; two of them begin it once."""
    send_mark(ContinueUpload(upload=upload.id, window=upload.window + 1), upload.who)


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


def ingest(upload: Upload, tools: Tools) -> None:
    """Read the upload to its end, until its window is full or time is short; leave the rest to another invocation."""
    if is_full(upload, tools):
        return tools.mark(upload)  # once more: the invocation that filled it may have died before
    whole = tools.remaining()
    tools = tools._replace(reserve=min(RESERVE, whole / 2))
    with TemporaryDirectory() as folder, closing(progress(upload, tools, Path(folder))) as checkpoints:
        for reached in checkpoints:
            upload = reached
            if is_full(upload, tools):
                return tools.mark(upload)
            # A phase without checkpoints inside needs half of an invocation's time, unless it is the first step of one.
            needed = UPLOAD_MARGIN if upload.goes_on_by_batches else max(UPLOAD_MARGIN, whole / 2)
            if not upload.is_over and tools.remaining() < needed:
                return continue_later(upload, tools)
    upload_files.discard_parts(upload)
    return None


def is_full(upload: Upload, tools: Tools) -> bool:
    """Return whether another batch might not fit into the upload's window."""
    return upload.sends_orders and upload.ahead > max(0, tools.most_ahead - tools.batch_orders)


def continue_later(upload: Upload, tools: Tools) -> None:
    """Leave the rest to another invocation."""
    tools.requeue(uploads.save(upload.replace(continuations=upload.continuations + 1), tools.writer))


def progress(upload: Upload, tools: Tools, folder: Path) -> Generator[Upload, None, None]:
    """Yield the upload at every checkpoint; the last one is its end."""
    began = upload.revision
    try:
        check_continuations(upload)
        while not upload.is_over:
            for reached in PHASES[upload.kind][upload.phase](upload, tools, folder):
                upload = reached
                yield upload
    except Unreadable as error:
        yield from write_report(upload.unreadable(error), tools, folder)
    except ReadingInterrupted:
        if upload.revision > began:  # so another invocation begins here, with all of its time
            yield upload
        else:
            yield from write_report(upload.unreadable(Unreadable(TOO_SLOW[upload.phase])), tools, folder)


def check_continuations(upload: Upload) -> None:
    """Raise Unreadable for an upload that was left to other invocations too often."""
    if upload.continuations > MAX_CONTINUATIONS:
        raise Unreadable(f"the file is not read in {MAX_CONTINUATIONS} invocations: split it")
