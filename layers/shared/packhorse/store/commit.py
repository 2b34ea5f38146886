"""Commit changes of orders with their stock and movements, in one transaction.

One transaction holds a group of orders: one update for each sku and warehouse with the group's sum, if that many are
available and what older orders wait for is left to them; one put for each order under the version it was read at; and
the movements. So a group writes the balance of a hot sku once, not once for each order. An order whose change is
nothing but its own put is put by itself: a write costs twice as much within a transaction.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from types import MappingProxyType
from typing import Any, NamedTuple

from botocore.exceptions import ClientError

from packhorse.aws.clients import client, error_code
from packhorse.aws.telemetry import logger
from packhorse.domain.errors import Conflict
from packhorse.domain.orders.change import NOTHING_RESERVED, Change, movements_of, owed_change
from packhorse.domain.orders.erasing import without_later_texts
from packhorse.domain.orders.order import Order
from packhorse.domain.orders.status import UNFORESEEN
from packhorse.domain.stock.costing import CostChange
from packhorse.domain.stock.goods import Shelf
from packhorse.domain.stock.movement import Movement
from packhorse.domain.stock.shelf_change import Reserved, ShelfChange
from packhorse.domain.values import OrderId
from packhorse.store import notices, order_exceptions, orders, parcels, rows, stock, timed_holds
from packhorse.store.backoff import pause
from packhorse.store.races import is_conflict, is_contention, reasons_of

MAX_ACTIONS = 100
SHELVES_SET = 45
"""Shelves that are set in one transaction: a balance and a movement each, beside some checks."""
MAX_TRANSACTION_BYTES = 3_000_000
MAX_CONTENTIONS = 5
NOTHING: Mapping[Shelf, int] = MappingProxyType({})
NO_COSTS: Mapping[Shelf, CostChange] = MappingProxyType({})

Check = dict[str, Any]
"""A part of a transaction that holds an item to a condition, and does not change it."""


class Write(NamedTuple):
    """A change to be committed, the order as it is stored (None: not yet), and the name of who changes it."""

    change: Change
    before: Order | None
    who: str


def commit(
    writes: Sequence[Write], at: datetime, orders_a_group: int = MAX_ACTIONS, under: Sequence[Check] = ()
) -> dict[OrderId, Order]:
    """Commit the changes in groups, each `under` the same checks; return the orders at their new version.

    Orders that met a conflict are left out: read them and decide again.
    """
    done: dict[OrderId, Order] = {}
    for group in _groups(writes, at, orders_a_group, MAX_ACTIONS - len(under)):
        if _transact([*under, *group.actions()]):
            done |= {order.id: order.replace(version=order.version + 1) for order in group.orders}
    _log_unforeseen(writes, done)
    return done


def commit_one(write: Write, at: datetime) -> Order:
    """Commit a change with all that it owes; return the order at its new version. Raises Conflict."""
    return commit_owed(_commit_one(write, at), write.who, at)


def commit_together(writes: Sequence[Write], at: datetime) -> dict[OrderId, Order]:
    """Commit changes of several orders in one transaction, all or none; return the orders. Raises Conflict."""
    group = _Group()
    for part in (_part(write, at, MAX_ACTIONS) for write in writes):
        if not group.takes(part):
            raise AssertionError(f"{len(writes)} orders do not fit one transaction")
        group.add(part)
    if not _transact(group.actions()):
        raise Conflict("one of the orders changed meanwhile")
    done = {order.id: order.replace(version=order.version + 1) for order in group.orders}
    _log_unforeseen(writes, done)
    return done


def commit_owed(order: Order, who: str, at: datetime) -> Order:
    """Commit the owed stock changes of an order (see `Change.affordable`); return the order, which owes nothing."""
    while order.owed:
        order = _commit_one(Write(owed_change(order), order, who), at)
    return order


def _commit_one(write: Write, at: datetime) -> Order:
    done = commit((write,), at)
    if not done:
        raise Conflict(f"order {write.change.order.id} changed meanwhile")
    return done[write.change.order.id]


def _log_unforeseen(writes: Iterable[Write], done: Mapping[OrderId, Order]) -> None:
    """Log each committed order whose status moved as it should not: a bug, for which an alarm rings."""
    for write in writes:
        if order := done.get(write.change.order.id):
            entries = order.timeline[len(write.before.timeline) if write.before else 0 :]
            for moved in (entry.detail for entry in entries if entry.what == UNFORESEEN):
                logger.error("order moved unforeseen", extra={"order_id": order.id, "moved": moved})


class _Part(NamedTuple):
    """What a change writes: its order and the items beside it, the movements, and the size of all in bytes."""

    change: Change
    own: list[dict[str, Any]]
    movements: list[Movement]
    size: int

    @property
    def is_a_single_put(self) -> bool:
        return len(self.own) == 1 and not self.change.shelves


class _Group:
    """A transaction group: changes that go into one transaction."""

    def __init__(self, most: int = MAX_ACTIONS) -> None:
        self.most = most
        self.parts: list[_Part] = []
        self.shelves: set[Shelf] = set()
        self.bytes = 0

    @property
    def orders(self) -> list[Order]:
        return [part.change.order for part in self.parts]

    def takes(self, part: _Part) -> bool:
        shelves = self.shelves | set(part.change.shelves)
        actions = sum(len(each.own) + len(each.movements) for each in (*self.parts, part)) + len(shelves)
        return not self.parts or (actions <= self.most and self.bytes + part.size <= MAX_TRANSACTION_BYTES)

    def add(self, part: _Part) -> None:
        self.parts.append(part)
        self.shelves |= set(part.change.shelves)
        self.bytes += part.size

    def actions(self) -> list[dict[str, Any]]:
        movements = [movement for part in self.parts for movement in part.movements]
        own = [action for part in self.parts for action in part.own]
        return [*_shelf_writes(self.parts), *own, *map(stock.movement_write, movements)]


def _groups(writes: Iterable[Write], at: datetime, orders_a_group: int, most: int) -> Iterator[_Group]:
    group = _Group(most)
    for part in (_part(write, at, most) for write in writes):
        if part.is_a_single_put:
            alone = _Group(most)
            alone.add(part)
            yield alone
            continue
        if len(group.parts) >= orders_a_group or not group.takes(part):
            yield group
            group = _Group(most)
        group.add(part)
    if group.parts:
        yield group


def _part(write: Write, at: datetime, most: int) -> _Part:
    change = write.change.counted(write.before).affordable()
    change = change._replace(order=without_later_texts(change.order))
    order = change.order
    own = [
        orders.order_write(order),
        *orders.wait_writes(write.before, order),
        *parcels.parcel_writes(write.before, order),
        *notices.notice_writes(write.before, order),
        *timed_holds.timed_hold_writes(write.before, order),
        *order_exceptions.order_exception_writes(write.before, order),
    ]
    movements = list(movements_of(change, at, write.who))
    listed = list(rows.row_writes(write.before, order))
    # Only an order that is many skus short, changes 25 shelves and all its rows has no room: the audit writes them.
    if len(own) + len(movements) + len(change.shelves) + len(listed) <= most:
        own += listed
    size = len(own[0]["Put"]["Item"]["body"]["B"]) + 1000 * (len(own) + len(movements))
    return _Part(change, own, movements, size)


def _shelf_writes(parts: Iterable[_Part]) -> Iterator[dict[str, Any]]:
    """Yield one write for each shelf with the sum of the changes, which were decided one after the other."""
    changes: defaultdict[Shelf, ShelfChange] = defaultdict(ShelfChange)
    for change, _, movements, _ in parts:
        for movement in movements:
            shelf = movement.shelf
            before = changes[shelf].reserving(change.committed[shelf], change.reserved.get(shelf))
            before = before.emptying(change.emptied.get(shelf))
            changes[shelf] = before.plus(movement.on_hand, movement.committed, movement.quarantined)
        for shelf, units in change.waiting.items():
            changes[shelf] = changes[shelf].plus(waiting=units)
    return _balance_writes(changes)


def _stock_changes(
    movements: Iterable[Movement],
    was: Mapping[Shelf, int],
    incoming: Mapping[Shelf, int],
    costs: Mapping[Shelf, CostChange],
    in_transit: Mapping[Shelf, int],
    reserved: Mapping[Shelf, Reserved],
) -> Iterator[dict[str, Any]]:
    changes: defaultdict[Shelf, ShelfChange] = defaultdict(ShelfChange)
    for movement in movements:
        shelf, taken = movement.shelf, movement.committed + movement.quarantined - movement.on_hand
        kept = changes[shelf].reserving(taken, reserved.get(shelf))
        changes[shelf] = kept.plus(movement.on_hand, movement.committed, movement.quarantined)
    for shelf, units in incoming.items():
        changes[shelf] = changes[shelf].plus(incoming=units)
    for shelf, units in in_transit.items():
        changes[shelf] = changes[shelf].plus(in_transit=units)
    for shelf, cost in costs.items():
        changes[shelf] = changes[shelf]._replace(cost=cost)
    return _balance_writes(changes, was)


def _balance_writes(
    changes: Mapping[Shelf, ShelfChange], was: Mapping[Shelf, int] = NOTHING
) -> Iterator[dict[str, Any]]:
    for shelf, change in sorted(changes.items()):
        if change.changes_anything:
            yield stock.balance_write(shelf, change, was.get(shelf))


def _transact(actions: list[dict[str, Any]]) -> bool:
    """Make the writes, all or none; return False after a conflict, or if the table is throttled.

    A contention with another transaction is repeated as it is: deciding again would take longer, and smaller groups
    would make more transactions that contend.
    """
    for attempt in range(MAX_CONTENTIONS):
        try:
            return _write(actions)
        except ClientError as error:
            reasons = reasons_of(error)
            if not is_conflict(error_code(error), reasons):
                raise
            if not is_contention(reasons):
                return False
            pause(attempt)
    return False


def write_together(actions: Sequence[dict[str, Any]]) -> None:
    """Make the writes, all or none; raises Conflict."""
    if not _transact(list(actions)):
        raise Conflict("another request changed the same record at the same time")


def _write(actions: list[dict[str, Any]]) -> bool:
    """Make the writes together; return True, or raise ClientError."""
    if len(actions) > MAX_ACTIONS:
        raise AssertionError(f"one transaction takes {MAX_ACTIONS} writes, and these are {len(actions)}")
    match actions:
        case [{"Put": put}]:
            return _put(put)
    client("dynamodb").transact_write_items(TransactItems=actions)
    return True


def _put(put: dict[str, Any]) -> bool:
    """Put an item under its condition; return True, or raise ClientError.

    The SDK repeats a call whose answer was lost, and unlike a transaction a put has no client token: if the condition
    fails and the stored item is the one to write, the first try wrote it.
    """
    try:
        client("dynamodb").put_item(**put, ReturnValuesOnConditionCheckFailure="ALL_OLD")
    except ClientError as error:
        if error.response.get("Item") != put["Item"]:
            raise
    return True


def commit_movements(
    movements: Sequence[Movement],
    was: Mapping[Shelf, int] = NOTHING,
    beside: Sequence[dict[str, Any]] = (),
    incoming: Mapping[Shelf, int] = NOTHING,
    costs: Mapping[Shelf, CostChange] = NO_COSTS,
    in_transit: Mapping[Shelf, int] = NOTHING,
    reserved: Mapping[Shelf, Reserved] = NOTHING_RESERVED,
) -> None:
    """Change stock by these movements, what is on its way and what it cost, with the writes `beside`, all or none.

    Raises Conflict if a movement is in the ledger already, a shelf has not on hand what it `was`, a quantity would
    become negative, less would be left than is `reserved`, a cost, or the units that it is of, are not as they were
    read, or a write beside fails its condition.
    """
    shelves = _stock_changes(movements, was, incoming, costs, in_transit, reserved)
    if not _transact([*beside, *shelves, *map(stock.movement_write, movements)]):
        raise Conflict("the stock changed meanwhile")
