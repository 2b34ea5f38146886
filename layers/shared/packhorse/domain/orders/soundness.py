"""What must be true of an order, whatever happened to it, and what the auditor does where its work got lost."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from enum import StrEnum

from packhorse.domain.configuration.account import Account
from packhorse.domain.orders.allocation import handed_over_units, ready_lines
from packhorse.domain.orders.fulfilment_order import FulfilmentOrder, FulfilmentStatus
from packhorse.domain.orders.order import Order, shipped_from
from packhorse.domain.orders.status import is_late, status_of
from packhorse.domain.orders.updates import with_entry
from packhorse.domain.stock.goods import Goods, Shelf
from packhorse.domain.values import Sku, WarehouseId

GRACE = timedelta(minutes=15)
"""What changed less than this ago may still be on its way."""
HAND_OVER_DEADLINE = timedelta(hours=1)
"""How long a warehouse's queue may take to be asked."""
SILENCES = (timedelta(hours=1), timedelta(hours=4), timedelta(days=1))
"""How long nothing has happened to an order when it is audited; then daily."""


class Execution(StrEnum):
    """How the execution of an attempt stands."""

    MISSING = "missing"
    RUNNING = "running"
    ENDED = "ended"
    BROKEN = "broken"


def holdings(order: Order) -> Goods:
    """What the order has committed and not shipped, by place, as far as it has been taken from stock."""
    held = Goods()
    for line in order.lines:
        for part in line.allocations:
            held.update(line.goods(part.warehouse, part.quantity))
        for warehouse, gone in shipped_from(order, line.id).items():
            held.subtract(line.goods(warehouse, gone))
    for owed in order.owed:
        held[Shelf(Sku(owed.sku), WarehouseId(owed.warehouse))] -= owed.committed - owed.shipped
    return Goods({place: units for place, units in held.items() if units})


def faults(order: Order) -> Iterator[str]:
    """What cannot be: each would be a bug."""
    if status_of(order) is not order.status:
        yield f"its status is {order.status} and should be {status_of(order)}"
    for line in order.lines:
        if line.unallocated < 0:
            yield f"line {line.id}: {-line.unallocated} more units have a warehouse than are wanted"
        has = {part.warehouse: part.quantity for part in line.allocations}
        for warehouse, units in handed_over_units(order, line).items():
            if units > has.get(warehouse, 0):
                yield f"line {line.id}: {warehouse} was asked for {units} units and holds {has.get(warehouse, 0)}"


def is_quiet(order: Order, now: datetime) -> bool:
    """Whether nothing has happened to it for a while."""
    return bool(order.timeline) and now - order.timeline[-1].at > GRACE


def is_due(order: Order, since: datetime, now: datetime) -> bool:
    """Whether the order has been silent long enough, for the first time since then, to be audited again."""
    return bool(order.timeline) and audits_after(now - order.timeline[-1].at) > audits_after(
        since - order.timeline[-1].at
    )


def audits_after(silence: timedelta) -> int:
    """How many times an order is audited in so long a silence.

    >>> [audits_after(timedelta(hours=hours)) for hours in (-1, 0.9, 1, 3, 4, 23, 24, 47, 48, 72)]
    [0, 0, 1, 1, 2, 2, 3, 3, 4, 5]
    """
    return sum(silence >= each for each in SILENCES) + max(0, silence // SILENCES[-1] - 1)


def is_stuck(order: Order, account: Account) -> bool:
    """Whether something should have followed by itself: a hand-over, a start, a debt to stock."""
    return bool(order.owed) or bool(order.unstarted) or any(True for _ in ready_lines(order, account))


def awaited_attempts(order: Order) -> set[int]:
    """The executions that work of the order still waits for."""
    return {work.attempt for work in order.fulfilments if work.is_open and work.attempt}


def is_execution_lost(order: Order, attempt: int, execution: Execution, now: datetime) -> bool:
    """Whether an execution that work waits for will never answer, so that another has to take over.

    One that is missing while its work is still queued was never started, and only has to be.
    """
    works = [work for work in order.fulfilments if work.attempt == attempt and work.is_open]
    queued = any(work.status is FulfilmentStatus.QUEUED for work in works)
    if execution is Execution.MISSING:
        return not queued
    if execution is Execution.RUNNING:
        return queued and now - order.timeline[-1].at > HAND_OVER_DEADLINE
    return not all(_is_overdue(order, work) for work in works)


def _is_overdue(order: Order, work: FulfilmentOrder) -> bool:
    return any(is_late(problem, work) for problem in order.exceptions)


def with_new_attempt(order: Order, attempt: int, now: datetime) -> Order:
    """The order with the open work of a lost execution given to a new one; its token is worth nothing any more."""
    new = order.attempts + 1
    works = tuple(
        work.replace(attempt=new, token=None) if work.attempt == attempt and work.is_open else work
        for work in order.fulfilments
    )
    told = f"attempt {attempt} was lost, attempt {new} takes over"
    return with_entry(order.replace(fulfilments=works, attempts=new), now, "restarted", "packhorse", told)
