"""Hold a stock feed for a person, and end that; its exception opens and ends in the transaction that does so."""

from collections.abc import Collection, Iterator, Sequence
from datetime import datetime
from typing import Any

from packhorse.aws.bucket import read_payload, store_file
from packhorse.domain.errors import NotNow
from packhorse.domain.plural import plural
from packhorse.domain.problem import Cause, Problem, Subject
from packhorse.domain.supply.answer_layout import Absent, FeedLayout
from packhorse.domain.supply.arrivals import content_hash
from packhorse.domain.supply.feeds import MOST_HELD, FeedFile, FeedState
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
    waiting = (*still_held(supplier, state, feed.layout, file), file)
    others = f", with {plural(len(waiting) - 1, 'feed')} before it" if len(waiting) > 1 else ""
    opened = exceptions.opening_write(held_problem(supplier, file, problem + others), feed.now)
    supplier_files.save_feed(supplier.id, state.replace(last=file, last_at=feed.now).with_held(waiting), opened)
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


def still_held(supplier: Supplier, state: FeedState, layout: FeedLayout, by: FeedFile) -> tuple[FeedFile, ...]:
    """Return the feeds that wait for a person after another one has come; record that the others are over with it.

    A feed of changes replaces none: what it does not name, only the one before says.
    """
    others = [each for each in state.all_held if each.id != by.id]
    waiting = others[-(MOST_HELD - 1) :] if layout.absent is Absent.UNCHANGED else []
    for each in others[: len(others) - len(waiting)]:
        end_held(supplier.id, each, FileState.DISCARDED, "a later feed")
    return tuple(waiting)


def save_waiting(
    supplier: Supplier, before: FeedState, after: FeedState, waiting: Sequence[FeedFile], now: datetime
) -> None:
    """Store how far feeds are, with those that still wait for a person; without any the exception about them ends."""
    ended = () if waiting else end_of_held(supplier, before, now)
    supplier_files.save_feed(supplier.id, after.with_held(waiting), *ended)


def with_later(held: FeedFile, skus: Collection[str]) -> FeedFile:
    """Return a held feed with the skus that a later one has named."""
    before = skus_named_later(held)
    named = before.union(skus)
    if named == before:
        return held
    content = "\n".join(sorted(named)).encode()
    return held.replace(later=store_file(f"{held.key}-{content_hash(content)[:16]}", content, "text/plain"))


def skus_named_later(held: FeedFile) -> frozenset[str]:
    """Return the skus that feeds have named since a feed is held."""
    return frozenset(kept_content(held.later).decode().splitlines()) if held.later else frozenset()


def kept_content(key: str) -> bytes:
    """Return a file of the bucket; nothing if it is not kept any more."""
    try:
        return read_payload(key)
    except NotNow:
        return b""


def end_held(supplier: str, feed: FeedFile, state: FileState, who: str) -> None:
    """Record what became of a held feed of a supplier, and by whom."""
    supplier_files.change_file(supplier, feed.id, lambda file: file and file.replace(state=state, decided_by=who))


def subject_of_feed(supplier: str) -> Subject:
    """Return what an exception about the stock feed of a supplier is about."""
    return Subject.of_supplier(supplier, "stock feed")
