"""Checks of an order for the audits: what must hold in every state, and executions that are lost."""

from collections.abc import Container, Iterator
from datetime import datetime, timedelta
from enum import StrEnum

from packhorse.domain.configuration.account import Account
from packhorse.domain.labels.label import AT_CARRIER
from packhorse.domain.orders.allocation import handed_over_units, ready_lines
from packhorse.domain.orders.cancelling import pending_cancellations, with_request_by_hand
from packhorse.domain.orders.fulfilment import with_overdue_exception
from packhorse.domain.orders.fulfilment_order import FulfilmentStatus
from packhorse.domain.orders.order import Order, shipped_from
from packhorse.domain.orders.status import status_of
from packhorse.domain.orders.updates import with_entry
from packhorse.domain.plural import agree, plural
from packhorse.domain.stock.goods import Goods

GRACE = timedelta(minutes=15)
"""The audits skip orders that changed less than this ago: messages about them may be under way."""
HAND_OVER_DEADLINE = timedelta(hours=1)
"""How long a fulfilment order may stay queued while its execution runs."""
WAIT = timedelta(weeks=1)
"""How long an execution waits for a fulfilment order before that is overdue; the state machine has it, too."""
SILENCES = (timedelta(hours=1), timedelta(hours=4), timedelta(days=1))
"""An order is audited when nothing has happened to it for so long; after the last of these, daily."""


class Execution(StrEnum):
    """State of the execution of an attempt; BROKEN: it failed, timed out or was stopped."""

    MISSING = "missing"
    RUNNING = "running"
    ENDED = "ended"
    BROKEN = "broken"


def holdings(order: Order) -> Goods:
    """Return the stock that the order has committed and not shipped; changes that it owes are not made yet."""
    held = Goods()
    for line in order.lines:
        for part in line.allocations:
            held.update(line.goods(part.warehouse, part.quantity))
        for warehouse, shipped in shipped_from(order, line.id).items():
            held.subtract(line.goods(warehouse, shipped))
    for owed in order.owed:
        held[owed.shelf] -= owed.committed - owed.shipped
    return Goods({shelf: units for shelf, units in held.items() if units})


def faults(order: Order) -> Iterator[str]:
    """Yield each contradiction in the order: every one would be a bug."""
    if status_of(order) is not order.status:
        yield f"its status is {order.status} and should be {status_of(order)}"
    for line in order.lines:
        if line.unallocated < 0:
            more = -line.unallocated
            verbs = agree(more, "unit has a warehouse than is", "units have a warehouse than are")
            yield f"line {line.id}: {more} more {verbs} wanted"
        has = {part.warehouse: part.quantity for part in line.allocations}
        for warehouse, units in handed_over_units(order, line).items():
            if units > has.get(warehouse, 0):
                there = has.get(warehouse, 0)
                handed = f"{plural(units, 'unit')} {agree(units, 'is', 'are')} handed over to {warehouse}"
                yield f"line {line.id}: {handed}, {there} {agree(there, 'is', 'are')} allocated there"


def is_quiet(order: Order, now: datetime) -> bool:
    """Return whether nothing has happened to the order for longer than GRACE."""
    return bool(order.timeline) and now - order.timeline[-1].at > GRACE


def is_due(order: Order, since: datetime, now: datetime) -> bool:
    """Return whether one more audit of the order became due between `since` and `now`."""
    return bool(order.timeline) and audits_after(now - order.timeline[-1].at) > audits_after(
        since - order.timeline[-1].at
    )


def audits_after(silence: timedelta) -> int:
    """Return how many audits are due in a silence of that length.

    >>> [audits_after(timedelta(hours=hours)) for hours in (-1, 0.9, 1, 3, 4, 23, 24, 47, 48, 72)]
    [0, 0, 1, 1, 2, 2, 3, 3, 4, 5]
    """
    return sum(silence >= each for each in SILENCES) + max(0, silence // SILENCES[-1] - 1)


def is_stuck(order: Order, account: Account) -> bool:
    """Return whether the order waits for a step that follows by itself.

    That is a hand-over, a start, stock changes that it owes, a label that a process left at its carrier, a merge that
    it left and is still in by the others, or a request to keep units back that no file has.
    """
    if any(unsent_requests(order)):
        return True
    is_left = any(label.state in AT_CARRIER for each in order.fulfilments for label in each.labels)
    is_left = is_left or any(each.left_merge for each in order.fulfilments)
    return is_left or bool(order.owed) or bool(order.unstarted) or any(True for _ in ready_lines(order, account))


def unsent_requests(order: Order) -> Iterator[int]:
    """Yield the numbers of fulfilment orders with a request to keep units back that no file of a supplier has."""
    for fulfilment in pending_cancellations(order):
        if fulfilment.cancellation and fulfilment.cancellation.batch is None:
            yield fulfilment.number


def with_unsent_requests(order: Order, now: datetime) -> Order:
    """Return the order with an exception for each request that no file has after so long: a person must ask for it."""
    for number in unsent_requests(order):
        fulfilment = order.fulfilment(number)
        found = fulfilment.cancellation if fulfilment else None
        if found and now - found.at >= SILENCES[0]:
            order = with_request_by_hand(order, number, "no file of a supplier has it", now)
    return order


def awaited_attempts(order: Order) -> set[int]:
    """Return the attempts whose executions wait for open fulfilment orders."""
    return {fulfilment.attempt for fulfilment in order.fulfilments if fulfilment.is_open and fulfilment.attempt}


def is_execution_lost(order: Order, attempt: int, execution: Execution, now: datetime) -> bool:
    """Return whether a new attempt has to replace that one: it cannot hand over a fulfilment order that is queued.

    One that is missing was never started, and only has to be, if its name is free. A fulfilment order that is past
    `queued` was handed over, and is not once more, whatever became of the execution: it has ended, or did so 90 days
    ago and is forgotten.
    """
    queued = any(
        fulfilment.attempt == attempt and fulfilment.status is FulfilmentStatus.QUEUED
        for fulfilment in order.fulfilments
    )
    if execution is Execution.MISSING:
        return False
    if execution is Execution.RUNNING:
        return queued and now - order.timeline[-1].at > HAND_OVER_DEADLINE
    return queued


def with_overdue(order: Order, ended: Container[int], now: datetime) -> Order:
    """Return the order with what is overdue by now of attempts whose executions have ended: no execution reminds of it.

    That is a fulfilment order that was handed over, after a week in which nothing has happened to the order; a person
    who dismissed the exception is reminded a week later.
    """
    if now - order.timeline[-1].at <= WAIT:
        return order
    for fulfilment in order.fulfilments:
        if fulfilment.attempt in ended and fulfilment.is_open and fulfilment.status is not FulfilmentStatus.QUEUED:
            order = with_overdue_exception(order, fulfilment, now)
    return order


def with_new_attempt(order: Order, attempt: int, now: datetime) -> Order:
    """Return the order with the queued fulfilment orders of a lost execution in a new attempt."""
    new = order.attempts + 1
    fulfilments = tuple(
        fulfilment.replace(attempt=new, token=None)
        if fulfilment.attempt == attempt and fulfilment.status is FulfilmentStatus.QUEUED
        else fulfilment
        for fulfilment in order.fulfilments
    )
    detail = f"attempt {attempt} was lost, attempt {new} takes over"
    return with_entry(order.replace(fulfilments=fulfilments, attempts=new), now, "restarted", "packhorse", detail)
