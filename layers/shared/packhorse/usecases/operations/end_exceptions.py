"""End exceptions about messages that failed for good, once what they are about is over, as `judges` find.

What a lost change of stock would have published and served is repeated, which is safe, as is a lost message about one
quantity.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime

from packhorse.aws.bucket import read_payload
from packhorse.domain.errors import NotNow
from packhorse.domain.problem import Cause
from packhorse.domain.purchasing.problems import problems_of
from packhorse.domain.values import iso
from packhorse.messages.channels import CHANNEL_MESSAGE, NotifyChannel
from packhorse.messages.release import RELEASE_MESSAGE, ConfigurationChanged, StockArrived
from packhorse.store import exceptions, order_exceptions, orders
from packhorse.store.exceptions import ExceptionState, OpenException
from packhorse.store.purchases import PURCHASES
from packhorse.usecases.catalogue.unmatched_listings import end_if_over, record_unmatched
from packhorse.usecases.operations.dead_letters import parse_body
from packhorse.usecases.operations.judges import ROWS_REFUSED, is_over
from packhorse.usecases.operations.retry import redrive_message
from packhorse.usecases.stock.republish_stock import republish_stock

HOUR, MOST_JUDGED = 3600, 1000
"""Exceptions of a kind that an audit judges in an hour: each takes a file and a read, together under a minute."""
CAUSES = (Cause.DEAD_LETTER, Cause.CHANGES_MISSED, *ROWS_REFUSED)
REPEATED = frozenset({"release", "changes", "channels"})
"""Origins of messages whose work is done, too, by publishing what is not confirmed and serving all backorders."""


def end_exceptions(now: datetime, is_late: Callable[[], bool]) -> bool:
    """Resolve what is over, and repeat lost changes of stock; return whether any were repeated.

    Of many exceptions an audit judges a part, until it is late; all of them have their turn in later hours.
    """
    lost: list[OpenException] = []
    for each in _in_turn(exceptions.unresolved_of(*CAUSES), now, is_late):
        if is_over(each, now):
            exceptions.resolve_as_read(each)
        elif each.state is ExceptionState.OPEN and is_repeated(each):
            lost.append(each)
    repeat(lost, now)
    for each in _in_turn(exceptions.unresolved_of(Cause.UNMATCHED_LISTING), now, is_late):
        end_if_over(each.subject)
    gather_unmatched(now, is_late)
    gather_prices(now)
    for each in lost:
        exceptions.mark(each, ExceptionState.RETRIED, "packhorse", now)
    return bool(lost)


def repeat(lost: Sequence[OpenException], now: datetime) -> None:
    """Send each lost quantity again; for all else that was lost publish all quantities, and serve all backorders.

    A channel that is down loses some all the time: the others are to have nothing to do with that.
    """
    quantities = [each for each in lost if is_quantity(each)]
    for each in quantities:
        redrive_message(each, now)
    if len(quantities) < len(lost):
        republish_stock(f"audit {iso(now)}", now)


def _in_turn(found: Iterable[OpenException], now: datetime, is_late: Callable[[], bool]) -> Iterator[OpenException]:
    """Yield the exceptions whose turn it is in this hour: the next ones by id, or all where they are few."""
    every = sorted(found, key=lambda each: each.id)
    first = int(now.timestamp() // HOUR) * MOST_JUDGED % len(every) if len(every) > MOST_JUDGED else 0
    for each in (every[first:] + every[:first])[:MOST_JUDGED]:
        if is_late():
            return
        yield each


def gather_unmatched(now: datetime, is_late: Callable[[], bool]) -> None:
    """Make one exception for each listing of those that older code opened for each line of each order."""
    for each in _in_turn(exceptions.unresolved_of(Cause.UNMATCHED_SKU), now, is_late):
        order = orders.find_order(each.order) if each.order else None
        if order is None or any(
            order_exceptions.id_in(order, own) == each.id for own in order.listed_exceptions.values()
        ):
            continue
        record_unmatched([order], now)
        exceptions.resolve_as_read(each)


def gather_prices(now: datetime) -> None:
    """Make one exception for each purchase order of those that older code opened for each line of another price."""
    lines = [each for each in exceptions.unresolved_of(Cause.PURCHASE_PRICE_DIFFERS) if each.subject.line]
    found = PURCHASES.find({each.subject.purchase_order for each in lines if each.subject.purchase_order})
    for problem in (each for order in found.values() for each in problems_of(order)):
        if problem.cause == Cause.PURCHASE_PRICE_DIFFERS:
            exceptions.open_exception(problem, now)
    for each in lines:
        exceptions.resolve_as_read(each)


def is_repeated(read: OpenException) -> bool:
    """Return whether publishing all quantities and serving all backorders does what failed."""
    if read.cause == Cause.CHANGES_MISSED:
        return True
    if read.origin.queue == "release":
        return serves_backorders(read)
    # The audit of notices sends those again.
    return read.origin.queue in REPEATED and not read.subject.order and not is_forced(read)


def serves_backorders(read: OpenException) -> bool:
    """Return whether a message to the release function was to serve backorders."""
    try:
        message = RELEASE_MESSAGE.read(read_payload(read.raw).decode())
    except (ValueError, NotNow):  # it is unreadable, or not kept any more: a person dismisses it
        return False
    return isinstance(message, StockArrived | ConfigurationChanged)


def is_quantity(read: OpenException) -> bool:
    """Return whether a message was about a quantity at one channel, and can be sent again."""
    if read.origin.queue != "channels" or not read.origin.group:
        return False
    try:
        return not isinstance(CHANNEL_MESSAGE.read(read_payload(read.raw).decode()), NotifyChannel)
    except (ValueError, NotNow):
        return False


def is_forced(read: OpenException) -> bool:
    """Return whether a message was to publish confirmed quantities, too, which a repetition leaves out."""
    try:
        return parse_body(read_payload(read.raw).decode()).get("forced") is True
    except (ValueError, NotNow):
        return False
