"""Hold a stock feed for a person, and end that; its exception opens and ends in the transaction that does so."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from packhorse.domain.problem import Cause, Problem, Subject
from packhorse.domain.supply.feeds import FeedFile, FeedState
from packhorse.domain.supply.received import FileState, ReceivedFile
from packhorse.domain.supply.supplier import Supplier
from packhorse.store import exceptions, supplier_files
from packhorse.usecases.suppliers.feed_stock import Feed
from packhorse.usecases.suppliers.report_file import RowReport, store_report


def hold(feed: Feed, received: ReceivedFile, report: RowReport, concerns: tuple[str, ...]) -> None:
    """Hold a feed for a person: its content is kept, an exception has the figures, and the stock stays.

    Raises Conflict if another process has gone on since it was read.
    """
    supplier, file = feed.supplier, feed.file
    state = supplier_files.take_over_feed(supplier.id, feed.state)
    problem = "; ".join(concerns)
    store_report(received.replace(state=FileState.HELD, problem=problem), report._replace(applied=0))
    end_replaced(supplier, state, file)
    opened = exceptions.opening_write(held_problem(supplier, file, problem), feed.now)
    supplier_files.save_feed(supplier.id, state.replace(last=file, last_at=feed.now, held=file), opened)
    exceptions.resolve(Cause.SUPPLIER_FEED_SILENT, subject_of_feed(supplier.id))


def held_problem(supplier: Supplier, feed: FeedFile, why: str) -> Problem:
    """Return the problem that a feed waits for a person."""
    text = f"stock feed {feed.name} of supplier {supplier.id} is held: {why}"
    return Problem(cause=Cause.SUPPLIER_FEED_HELD, subject=subject_of_feed(supplier.id), message=text, event=feed.id)


def end_of_held(supplier: Supplier, state: FeedState, now: datetime) -> Iterator[dict[str, Any]]:
    """Yield the write that resolves the exception about the feed that is held in a state, if one is.

    It is made with the state: an exception that another process opens after that is about a later feed.
    """
    if state.held:
        yield exceptions.resolving_write(held_problem(supplier, state.held, "for a person"), now)


def end_replaced(supplier: Supplier, state: FeedState, by: FeedFile) -> None:
    """Record that a feed which was held is over, if another one replaces it."""
    if state.held and state.held.id != by.id:
        end_held(supplier.id, state.held, FileState.DISCARDED, "a later feed")


def end_held(supplier: str, feed: FeedFile, state: FileState, who: str) -> None:
    """Record what became of a held feed of a supplier, and by whom."""
    supplier_files.change_file(supplier, feed.id, lambda file: file and file.replace(state=state, decided_by=who))


def subject_of_feed(supplier: str) -> Subject:
    """Return what an exception about the stock feed of a supplier is about."""
    return Subject.of_supplier(supplier, "stock feed")
