"""Commit changes of orders with their stock and movements, in one transaction.

One transaction holds a group of orders: one update for each sku and warehouse with the group's sum under
`available >= sum`, one put for each order under the version it was read at, and the movements. So a group writes the
balance of a hot sku once, not once for each order. An order whose change is nothing but its own put is put by itself: a
write costs twice as much within a transaction.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from types import MappingProxyType
from typing import Any, NamedTuple

from botocore.exceptions import ClientError

from packhorse.aws.clients import client, error_code
from packhorse.domain.errors import Conflict
from packhorse.domain.orders.change import Change, movements_of, owed_change
from packhorse.domain.orders.order import Order
from packhorse.domain.stock.goods import Goods, Shelf
from packhorse.domain.stock.movement import Movement
from packhorse.domain.values import OrderId
from packhorse.store import exceptions, orders, stock
from packhorse.store.backoff import pause
from packhorse.store.races import is_conflict, is_contention, reasons_of

MAX_ACTIONS = 100
MAX_TRANSACTION_BYTES = 3_000_000
MAX_CONTENTIONS = 5
NOTHING: Mapping[Shelf, int] = MappingProxyType({})


class Write(NamedTuple):
    """A change to be committed, the order as it is stored (None: not yet), and the name of who changes it."""

    change: Change
    before: Order | None
    who: str


def commit(writes: Sequence[Write], at: datetime, orders_a_group: int = MAX_ACTIONS) -> dict[OrderId, Order]:
    """Commit the changes in groups; return the orders at their new version.

    Orders that met a conflict are left out: read them and decide again.
    """
    done: dict[OrderId, Order] = {}
    for group in _groups(writes, at, orders_a_group):
        if _transact(group.actions()):
            done |= {order.id: order.replace(version=order.version + 1) for order in group.orders}
    return done


def commit_one(write: Write, at: datetime) -> Order:
    """Commit a change with all that it owes; return the order at its new version. Raises Conflict."""
    return commit_owed(_commit_one(write, at), write.who, at)


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


class _Group:
    """A transaction group: changes that go into one transaction."""

    def __init__(self) -> None:
        self.orders: list[Order] = []
        self.own: list[dict[str, Any]] = []
        self.movements: list[Movement] = []
        self.shelves: set[Shelf] = set()
        self.bytes = 0

    def takes(self, own: list[dict[str, Any]], moved: list[Movement], size: int) -> bool:
        shelves = self.shelves | {movement.shelf for movement in moved}
        actions = len(self.own) + len(own) + len(self.movements) + len(moved) + len(shelves)
        return not self.orders or (actions <= MAX_ACTIONS and self.bytes + size <= MAX_TRANSACTION_BYTES)

    def add(self, order: Order, own: list[dict[str, Any]], moved: list[Movement], size: int) -> None:
        self.orders.append(order)
        self.own += own
        self.movements += moved
        self.shelves |= {movement.shelf for movement in moved}
        self.bytes += size

    def actions(self) -> list[dict[str, Any]]:
        return [*_stock_changes(self.movements), *self.own, *map(stock.movement_write, self.movements)]


def _groups(writes: Iterable[Write], at: datetime, orders_a_group: int) -> Iterator[_Group]:
    group = _Group()
    for write in writes:
        change = write.change.affordable()
        order = change.order
        own = [
            orders.order_write(order),
            *orders.wait_writes(write.before, order),
            *exceptions.order_exception_writes(write.before, order),
        ]
        moved = list(movements_of(change, at, write.who))
        size = len(own[0]["Put"]["Item"]["body"]["B"]) + 1000 * (len(own) + len(moved))
        if len(own) + len(moved) == 1:
            alone = _Group()
            alone.add(order, own, moved, size)
            yield alone
            continue
        if len(group.orders) >= orders_a_group or not group.takes(own, moved, size):
            yield group
            group = _Group()
        group.add(order, own, moved, size)
    if group.orders:
        yield group


def _stock_changes(movements: Iterable[Movement], was: Mapping[Shelf, int] = NOTHING) -> Iterator[dict[str, Any]]:
    on_hand, committed = Goods(), Goods()
    for movement in movements:
        on_hand[movement.shelf] += movement.on_hand
        committed[movement.shelf] += movement.committed
    for shelf in sorted(committed):
        if on_hand[shelf] or committed[shelf]:
            yield stock.balance_write(shelf, on_hand=on_hand[shelf], committed=committed[shelf], was=was.get(shelf))


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
    movements: Sequence[Movement], was: Mapping[Shelf, int] = NOTHING, beside: Sequence[dict[str, Any]] = ()
) -> None:
    """Change stock by these movements, with the writes `beside`, all or none.

    Raises Conflict if a movement is in the ledger already, a shelf has not on hand what it `was`, a quantity would
    become negative, or a write beside fails its condition.
    """
    if not _transact([*beside, *_stock_changes(movements, was), *map(stock.movement_write, movements)]):
        raise Conflict("the stock changed meanwhile")
