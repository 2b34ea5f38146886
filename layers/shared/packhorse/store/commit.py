"""The commit: orders, stock and movements change together or not at all.

One transaction holds a group of orders: one update for each sku and warehouse with the group's sum under
`available >= sum`, one put for each order under the version it was read at, and the movements. A hot sku so costs one
write a group instead of one an order. An order whose change is nothing but its own put is put by itself: a write costs
twice as much within a transaction.
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
    """A change to be committed, the order as it is stored (None: not yet), and in whose name it happens."""

    change: Change
    before: Order | None
    who: str


def commit(writes: Sequence[Write], at: datetime, orders_a_group: int = MAX_ACTIONS) -> dict[OrderId, Order]:
    """The orders whose change is done, at their new version; those left out lost a race: read and decide again."""
    done: dict[OrderId, Order] = {}
    for group in _groups(writes, at, orders_a_group):
        if _transact(group.actions()):
            done |= {order.id: order.replace(version=order.version + 1) for order in group.orders}
    return done


def commit_one(write: Write, at: datetime) -> Order:
    """The order at its new version, with all that it owed to stock paid; raises Conflict if somebody was first."""
    return commit_owed(_commit_one(write, at), write.who, at)


def commit_owed(order: Order, who: str, at: datetime) -> Order:
    """The order once it owes nothing to stock (see `Change.affordable`)."""
    while order.owed:
        order = _commit_one(Write(owed_change(order), order, who), at)
    return order


def _commit_one(write: Write, at: datetime) -> Order:
    done = commit((write,), at)
    if not done:
        raise Conflict(f"order {write.change.order.id} changed meanwhile")
    return done[write.change.order.id]


class _Group:
    """Changes that go into one transaction."""

    def __init__(self) -> None:
        self.orders: list[Order] = []
        self.own: list[dict[str, Any]] = []
        self.movements: list[Movement] = []
        self.places: set[Shelf] = set()
        self.bytes = 0

    def takes(self, own: list[dict[str, Any]], moved: list[Movement], size: int) -> bool:
        places = self.places | {movement.shelf for movement in moved}
        actions = len(self.own) + len(own) + len(self.movements) + len(moved) + len(places)
        return not self.orders or (actions <= MAX_ACTIONS and self.bytes + size <= MAX_TRANSACTION_BYTES)

    def add(self, order: Order, own: list[dict[str, Any]], moved: list[Movement], size: int) -> None:
        self.orders.append(order)
        self.own += own
        self.movements += moved
        self.places |= {movement.shelf for movement in moved}
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
    for place in sorted(committed):
        if on_hand[place] or committed[place]:
            yield stock.balance_write(place, on_hand=on_hand[place], committed=committed[place], was=was.get(place))


def _transact(actions: list[dict[str, Any]]) -> bool:
    """Whether it was done; False when somebody else was first or the table was busy.

    Where it only met another transaction it is tried again as it is: deciding again would take longer, and in smaller
    groups more transactions would meet.
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
    """Make the writes, all or none; raises Conflict where one of them lost a race."""
    if not _transact(list(actions)):
        raise Conflict("somebody else changed the same thing at the same time")


def _write(actions: list[dict[str, Any]]) -> bool:
    """Make the writes together; return True, or raise ClientError."""
    match actions:
        case [{"Put": put}]:
            return _put(put)
    client("dynamodb").transact_write_items(TransactItems=actions)
    return True


def _put(put: dict[str, Any]) -> bool:
    """Put an item under its condition; return True, or raise ClientError.

    The SDK repeats a call whose answer was lost, and unlike a transaction a put carries no token: where the item is
    what was to be written, the first try wrote it.
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
    """Changes stock by these movements, all or none, with the writes beside; one that has happened is Conflict.

    So is a place where something else is on hand than what it `was`, if that is told.
    """
    if not _transact([*beside, *_stock_changes(movements, was), *map(stock.movement_write, movements)]):
        raise Conflict("the stock changed meanwhile")
