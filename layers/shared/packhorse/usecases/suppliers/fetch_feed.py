"""Fetch a supplier's stock feed: each file once, held for a person where it would take too much of the stock away."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from functools import partial
from typing import NamedTuple

from packhorse.aws.bucket import store_file
from packhorse.aws.telemetry import add_metric, logger
from packhorse.domain.plural import agree, plural
from packhorse.domain.problem import Cause, Problem
from packhorse.domain.supply.answer_layout import Absent, AnswerField, FeedLayout, WhenFeedSilent
from packhorse.domain.supply.answers import RowFault
from packhorse.domain.supply.feeds import (
    FeedFile,
    FeedQuantities,
    FeedState,
    concerns_of,
    is_silent,
    quantities_of,
)
from packhorse.domain.supply.received import FileKind, FileState, ReceivedFile, file_id
from packhorse.domain.supply.supplier import Supplier
from packhorse.domain.values import Sku, WarehouseId, iso
from packhorse.files.answers.answer_sheet import FeedReading, read_feed
from packhorse.files.answers.table import Unfinished
from packhorse.files.csvfile.encoding import Unreadable
from packhorse.files.rows import RowError
from packhorse.store import catalogue, exceptions, stock, supplier_files, supplier_folders
from packhorse.store.backoff import retry_conflicts
from packhorse.suppliers.exchange import Fetched, is_in_folder
from packhorse.usecases.suppliers.connect_supplier import connect_supplier
from packhorse.usecases.suppliers.feed_stock import Feed, read_fed_stock, set_stock
from packhorse.usecases.suppliers.hold_feed import hold, save_waiting, still_held, subject_of_feed, with_later
from packhorse.usecases.suppliers.read_folder import (
    LATER,
    Ending,
    FileOutcome,
    SupplierFolder,
    put_aside,
    raise_failures,
    read_folder,
    unreadable,
)
from packhorse.usecases.suppliers.report_file import RowReport, as_errors, store_report

MOST_UNKNOWN = 20
"""Skus that we do not have, of a feed, that its report names."""


class ReadFeed(NamedTuple):
    """A feed as it was read: the numbers that it sets, by sku, and the report of its rows.

    `stale` are products that it names without a quantity that can be used; `has_unread_sku`: a row may be of any one.
    """

    fed: dict[Sku, int]
    quantities: FeedQuantities
    report: RowReport
    stale: frozenset[Sku] = frozenset()
    has_unread_sku: bool = False


def fetch_feed(supplier: Supplier, now: datetime, remaining: Callable[[], float]) -> None:
    """Read the feeds that are whole, oldest first; raises Rejected with what failed, once all else is read."""
    if supplier.feed is None or supplier.fed_warehouse is None:
        return
    if supplier_files.find_feed(supplier.id) is None:
        supplier_files.save_feed(supplier.id, FeedState(since=now))
    with connect_supplier(supplier) as drop:
        place = SupplierFolder(supplier, drop, supplier.feed, FileKind.FEED, "feed")
        found = read_folder(place, partial(take_feed, place, supplier.feed, now=now), now, remaining)
    listed = {file.name for file in supplier_folders.get_listing(supplier.id, place.name).files}
    change_state(supplier, lambda state: state.without_left(lambda name: name not in listed))
    raise_failures(found.failures)


def change_state(supplier: Supplier, change: Callable[[FeedState], FeedState]) -> None:
    """Change which files that were read are still where they came in, and when one came again."""

    def save() -> None:
        state = supplier_files.find_feed(supplier.id)
        if state and (after := change(state)) != state:
            supplier_files.save_feed(supplier.id, after)

    retry_conflicts(save)


def put_feed_aside(
    place: SupplierFolder, file: Fetched, feed: FeedFile, now: datetime, otherwise: FileState = FileState.REPEATED
) -> FileOutcome:
    """Put a feed aside; one that stays is remembered."""
    outcome = put_aside(place, file, now, otherwise)
    if outcome.ending is Ending.STAYS:
        change_state(place.supplier, lambda state: state.with_left(feed))
    else:
        change_state(place.supplier, lambda state: state.without_left(lambda name: name == feed.name))
    return outcome


def take_feed(place: SupplierFolder, layout: FeedLayout, file: Fetched, now: datetime) -> FileOutcome:
    """Set the stock by a feed, or hold it, and put it aside; one that is repeated or outdated leaves it as it is.

    A repeated one that has come again says that its numbers still count: the feed is not silent.
    """
    supplier, received = place.supplier, place.received(file, now)
    state = supplier_files.find_feed(supplier.id) or FeedState(since=now)
    written = feed_file(place, file, received, now)
    if state.is_past(written):
        return put_feed_aside(place, file, written, now, FileState.OUTDATED)
    has_come = has_come_again(supplier, state, written)
    if state.has_read(written) and not (has_come and state.is_emptied_of(written)):
        if has_come:
            change_state(supplier, lambda state: state.replace(last_at=now))
            exceptions.resolve(Cause.SUPPLIER_FEED_SILENT, subject_of_feed(supplier.id))
        return put_feed_aside(place, file, written, now)
    try:
        reading = read_feed(file.content, layout)
    except Unfinished:
        return LATER
    except Unreadable as error:
        return unreadable(place, file, error.in_full, now)
    feed = Feed(supplier, layout, written, state, now)
    read = as_read(supplier, layout, reading)
    if concerns := concerns_in(feed, read):
        stored = written.replace(key=store_file(written.key, file.content, "text/plain"))
        hold(feed._replace(file=stored), received, read.report, concerns)
    else:
        apply_feed(feed, read, received)
    return put_feed_aside(place, file, written, now)


def has_come_again(supplier: Supplier, state: FeedState, feed: FeedFile) -> bool:
    """Return whether a file has come since it was read; one that stays in its folder has not.

    An API without dates may make the same file anew for each call: what it answers is what it has now.
    """
    return not state.is_left(feed) or not (feed.is_dated or is_in_folder(supplier))


def feed_file(place: SupplierFolder, file: Fetched, received: ReceivedFile, now: datetime) -> FeedFile:
    """Return a file as a feed; one without a date is as of the last exchange in which it was not there yet.

    That is the one before it was listed first; an API makes it for each call. A date after it was listed is that of
    another clock, or of another time zone, and says nothing.
    """
    supplier = place.supplier
    listed_at = file.listed_at or now
    seen_at = listed_at if is_in_folder(supplier) else now
    written_at = file.modified if file.modified and file.modified <= listed_at else None
    return FeedFile(
        id=received.id,
        name=file.name,
        digest=file.digest,
        key=f"suppliers/{supplier.id}/feeds/{received.id}",
        written_at=written_at or seen_at - timedelta(minutes=supplier.every_minutes),
        is_dated=written_at is not None,
    )


def as_read(supplier: Supplier, layout: FeedLayout, reading: FeedReading) -> ReadFeed:
    """Return the numbers of a feed by the products that they are about, and the report of its rows."""
    stocked = list(stock.skus_at(WarehouseId(supplier.fed_warehouse or "")))
    theirs = catalogue.skus_of_supplier(supplier.id)
    named = (name for row in reading.found for name in (row.sku, row.supplier_sku) if name)
    products = catalogue.find_products_among({*map(Sku, named), *theirs.values()})
    kits = {sku for sku, product in products.items() if product.is_kit}
    found = quantities_of(reading.found, {*stocked, *products}, theirs, reading.unread, stocked)
    fed = {sku: units for sku, units in found.units.items() if sku not in kits}
    about = {row.row: row.sku or row.supplier_sku for row in reading.found}
    warnings = [*reading.warnings, *as_errors(found.warnings, about), *_unknown(found)]
    if layout.absent is Absent.ZERO and reading.has_unread_sku:
        text = "a row has a sku that cannot be read: products that the feed does not name stay as they are"
        warnings.append(RowError(None, None, AnswerField.SKU, text))
    elif layout.absent is Absent.ZERO:
        fed |= {sku: 0 for sku in stocked if sku not in found.named}
    of_kits = [
        RowFault(row, "sku", f"{sku} is a kit: it has no stock") for row, sku in found.rows.items() if sku in kits
    ]
    errors = [*reading.errors, *as_errors((*found.faults, *of_kits), about)]
    refused = {each.row for each in errors}
    report = RowReport(reading.rows, len(found.rows.keys() - refused), errors, warnings)
    return ReadFeed(fed, found, report, found.named - found.units.keys() - kits, reading.has_unread_sku)


def _unknown(found: FeedQuantities) -> Iterator[RowError]:
    if found.unknown:
        names = ", ".join(found.unknown[:MOST_UNKNOWN])
        number = len(found.unknown)
        verbs = agree(number, "is none of ours, and changes", "are none of ours, and change")
        text = f"{plural(number, 'sku')} {verbs} nothing: {names}"
        yield RowError(None, None, AnswerField.SKU, text)


def concerns_in(feed: Feed, read: ReadFeed) -> tuple[str, ...]:
    """Return why a person must accept a feed before it sets the stock; nothing: it does."""
    stocked = read_fed_stock(feed, stock.skus_at(feed.warehouse), feed.known_orders())
    units = read.fed if read.quantities.units else {}
    return tuple(each.message for each in concerns_of(stocked.before(), units, feed.layout))


def apply_feed(feed: Feed, read: ReadFeed, received: ReceivedFile) -> None:
    """Set the stock by a feed, and store its report: what was held before it is over, unless it is one of changes.

    Raises Conflict if another process has gone on since it was read, or does so meanwhile.
    """
    supplier, file, now = feed.supplier, feed.file, feed.now
    state = supplier_files.take_over_feed(supplier.id, feed.state)
    store_applied(feed._replace(state=state), read, received)
    waiting = [with_later(each, read.fed) for each in still_held(supplier, state, feed.layout, file)]
    came_at = max(now, file.written_at)  # an exchange goes on after its `now`
    save_waiting(supplier, state, state.replace(last=file, last_at=came_at, emptied_at=None), waiting, now)
    exceptions.resolve(Cause.SUPPLIER_FEED_SILENT, subject_of_feed(supplier.id))


def store_applied(feed: Feed, read: ReadFeed, received: ReceivedFile) -> None:
    """Set the stock by a feed, and store its report."""
    supplier, file = feed.supplier, feed.file
    kept = set_stock(feed, read.fed)
    text = "orders have more than the feed leaves, which is kept for them: none is available"
    rows = {sku: row for row, sku in read.quantities.rows.items()}
    warned = [RowError(rows.get(sku), sku, AnswerField.QUANTITY, f"{text} ({units})") for sku, units in kept.items()]
    store_report(received, read.report._replace(warnings=[*read.report.warnings, *warned]))
    report_stale(feed, read)
    logger.info("feed read", extra={"supplier": supplier.id, "file": file.name, "skus": len(read.fed)})
    add_metric("SupplierFeeds")


def report_stale(feed: Feed, read: ReadFeed) -> None:
    """Open the exception about products that a feed names without a quantity, which keep what they had.

    A feed of a whole catalogue without any ends it; of one of changes a person does, since the next does not repeat it.
    """
    subject, is_whole = subject_of_feed(feed.supplier.id), feed.layout.absent is Absent.ZERO
    parts = []
    if stale := sorted(read.stale):
        parts.append(f"{plural(len(stale), 'product')} ({', '.join(stale[:MOST_UNKNOWN])})")
    if is_whole and read.has_unread_sku:
        parts.append("the products that it does not name")
    if parts:
        ending = "" if is_whole else "; dismiss this once their stock is right"
        message = f"stock feed {feed.file.name} of supplier {feed.supplier.id} has no quantity that can be used of "
        message += f"{' and '.join(parts)}: what is there stays as it was, and on sale{ending}"
        problem = Problem(cause=Cause.SUPPLIER_ROWS_REFUSED, subject=subject, message=message, event=feed.file.id)
        exceptions.open_exception(problem, feed.now)
    elif is_whole:
        exceptions.resolve(Cause.SUPPLIER_ROWS_REFUSED, subject)


def check_feed(supplier: Supplier, now: datetime) -> None:
    """Check that a stock feed has come in time: one that has not is an exception, and empties the stock if so set."""
    state, layout = supplier_files.find_feed(supplier.id), supplier.feed
    if state is None or layout is None or supplier.fed_warehouse is None:
        return
    if not is_silent(state.last_at, state.since, now, layout):
        return
    if layout.when_silent is WhenFeedSilent.ZERO and state.emptied_at is None:
        state = supplier_files.take_over_feed(supplier.id, state)
        empty_stock(supplier, layout, state, now)
        state = supplier_files.save_feed(supplier.id, state.replace(emptied_at=now))
    exceptions.open_exception(_silence(supplier, layout, state.last_at or state.since, now), now)


def empty_stock(supplier: Supplier, layout: FeedLayout, state: FeedState, now: datetime) -> None:
    """Set the stock of a silent feed's warehouse to none, as a feed without a row would."""
    none = FeedFile(id=file_id(FileKind.FEED, "", "", iso(now)), name="no feed", digest="", written_at=now)
    feed = Feed(supplier, layout, none, state, now)
    set_stock(feed, dict.fromkeys(stock.skus_at(feed.warehouse), 0))


def _silence(supplier: Supplier, layout: FeedLayout, since: datetime, now: datetime) -> Problem:
    hours = int((now - since).total_seconds() // 3600)
    is_emptied = layout.when_silent is WhenFeedSilent.ZERO
    what = "its stock counts as none" if is_emptied else "its stock stays as it was"
    message = f"no stock feed of supplier {supplier.id} has come for {plural(hours, 'hour')}: {what}"
    return Problem(
        cause=Cause.SUPPLIER_FEED_SILENT, subject=subject_of_feed(supplier.id), message=message, event=iso(since)
    )
