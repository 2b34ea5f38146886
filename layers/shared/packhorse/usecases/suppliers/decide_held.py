"""Do what people decided about stock feeds that are held: set the stock by them, or discard them."""

from collections.abc import Sequence
from datetime import datetime

from packhorse.domain.problem import Cause
from packhorse.domain.supply.feeds import FeedDecision, FeedFile, FeedState
from packhorse.domain.supply.received import FileState
from packhorse.domain.supply.supplier import Supplier
from packhorse.files.answers.answer_sheet import read_feed
from packhorse.store import exceptions, supplier_files
from packhorse.usecases.suppliers.feed_stock import Feed
from packhorse.usecases.suppliers.fetch_feed import as_read, store_applied
from packhorse.usecases.suppliers.hold_feed import (
    end_held,
    kept_content,
    save_waiting,
    skus_named_later,
    subject_of_feed,
)


def decide_held(supplier: Supplier, now: datetime) -> None:
    """Do what people decided about feeds that are held."""
    state = supplier_files.find_feed(supplier.id)
    if state is None or state.held is None or supplier.feed is None or supplier.fed_warehouse is None:
        return
    decided = decided_feeds(supplier, state)
    if not decided:
        return
    state = supplier_files.take_over_feed(supplier.id, state)
    for held, decision in decided:
        feed = Feed(supplier, supplier.feed, held, state, now)
        if not (decision.accepted and accept_held(feed, decision.who)):
            end_held(supplier.id, held, FileState.DISCARDED, decision.who)
    is_accepted = any(decision.accepted for _, decision in decided)
    after = state.replace(last_at=now, emptied_at=None) if is_accepted else state
    save_waiting(supplier, state, after, state.all_held[len(decided) :], now)
    if is_accepted:
        exceptions.resolve(Cause.SUPPLIER_FEED_SILENT, subject_of_feed(supplier.id))


def decided_feeds(supplier: Supplier, state: FeedState) -> Sequence[tuple[FeedFile, FeedDecision]]:
    """Return the held feeds that people decided about, oldest first, and how: by one of its own, or of a later feed."""
    decided: list[tuple[FeedFile, FeedDecision]] = []
    decision: FeedDecision | None = None
    for held in reversed(state.all_held):
        decision = supplier_files.find_decision(supplier.id, held.id) or decision
        if decision:
            decided.append((held, decision))
    return decided[::-1]


def accept_held(feed: Feed, who: str) -> bool:
    """Set the stock by a held feed, but what later ones have named; return False if it is not kept any more."""
    stored = supplier_files.find_file(feed.supplier.id, feed.file.id)
    content = kept_content(feed.file.key)
    if stored is None or not content:
        return False
    read = as_read(feed.supplier, feed.layout, read_feed(content, feed.layout))
    later = skus_named_later(feed.file)
    read = read._replace(fed={sku: number for sku, number in read.fed.items() if sku not in later})
    store_applied(feed, read, stored.replace(state=FileState.READ, decided_by=who, problem=""))
    return True
