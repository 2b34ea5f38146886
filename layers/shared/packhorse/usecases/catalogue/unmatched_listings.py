"""Listings that mean no product: one exception for each, however many orders wait for it.

It is opened after the orders are written, and again by whatever repeats their follow-up; it ends when the listing is
mapped, which advances the orders, or when none waits any more.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime
from itertools import islice

from packhorse.domain.orders.order import Order
from packhorse.domain.problem import Cause, Origin, Problem, Subject
from packhorse.domain.values import ChannelId
from packhorse.messages.orders import send_advance
from packhorse.store import exceptions, listings, orders
from packhorse.store.exceptions import OpenException

MAX_COUNTED = 1000


def listings_lacked(order: Order) -> dict[Subject, str]:
    """Return the listings that lines of the order wait for, each with the name of its item."""
    return {Subject.of_reference(order.channel, name): title for name, title in order.lacked_listings.items()}


def record_unmatched(found: Iterable[Order], now: datetime) -> None:
    """Open the exception of each listing that the orders wait for, unless it is open."""
    lacked = {subject: title for order in found for subject, title in listings_lacked(order).items()}
    if not lacked:
        return
    for subject in lacked.keys() - exceptions.unresolved(Cause.UNMATCHED_LISTING, lacked):
        item = f" (“{lacked[subject][:60]}”)" if lacked[subject] else ""
        message = f"{subject.channel} lists no product under {subject.reference}{item}, and orders wait for it"
        origin = Origin(channel=str(subject.channel))
        problem = Problem(cause=Cause.UNMATCHED_LISTING, subject=subject, message=message, origin=origin)
        exceptions.open_exception(problem, now)


def end_unmatched(left: Iterable[tuple[Order | None, Order]]) -> None:
    """Resolve the exception of each listing for which no order waits any more, of those that these orders left."""
    lost = {
        subject
        for before, after in left
        if before
        for subject in listings_lacked(before).keys() - listings_lacked(after).keys()
    }
    for subject in exceptions.unresolved(Cause.UNMATCHED_LISTING, lost) if lost else ():
        end_if_over(subject)


def end_if_over(subject: Subject) -> bool:
    """Resolve the exception of a listing unless an order waits for it; return whether none does.

    It is read before the orders are: one that comes meanwhile counts, and keeps it open.
    """
    read = exceptions.find_unresolved(Cause.UNMATCHED_LISTING, subject)
    is_over = next(waiting_for(subject), None) is None
    if read and is_over:
        exceptions.resolve_as_read(read)
    return is_over


def waiting_for(subject: Subject) -> Iterator[str]:
    """Yield the sort keys of the orders that wait for a listing, oldest first."""
    return orders.orders_waiting_for(f"listing#{subject.channel}#{subject.reference}")


def with_waiting(read: OpenException) -> OpenException:
    """Return the exception with the number of orders that wait for its listing, counted up to MAX_COUNTED."""
    if read.cause != Cause.UNMATCHED_LISTING:
        return read
    return read.replace(waiting=sum(1 for _ in islice(waiting_for(read.subject), MAX_COUNTED)))


def advance_waiting(*keys: str) -> None:
    """Advance the orders that wait for any of these."""
    send_advance(map(orders.id_in_key, orders.orders_waiting_for(*keys)))


def serve_listed(channel: ChannelId) -> None:
    """Advance the orders that wait for listings of a channel which mean a product by now."""
    found = [each for each in exceptions.unresolved_of(Cause.UNMATCHED_LISTING) if each.subject.channel == channel]
    references = {str(each.subject.reference) for each in found}
    for reference in sorted(listings.listed_as(channel, references)):
        advance_waiting(f"listing#{channel}#{reference}")
