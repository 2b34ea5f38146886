"""Change the orders that a batch of messages is about: one read for all, commits in groups.

A message that cannot be applied fails alone. Orders that meet a conflict are read and changed again, in smaller groups;
the messages of those that still meet one are delivered again.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Generic, NamedTuple, Protocol, TypeVar

from packhorse.aws.telemetry import logger
from packhorse.domain.errors import Conflict
from packhorse.domain.orders.change import Change
from packhorse.domain.orders.order import Order
from packhorse.domain.values import OrderId
from packhorse.store import orders
from packhorse.store.backoff import MAX_TRIES, pause
from packhorse.store.commit import Check, Write, commit, commit_owed

MAX_CHANGED_ORDERS = 16
"""Orders of a transaction group; half of it after each conflict."""


class MessageOfOrder(Protocol):
    """A message about one order."""

    @property
    def order_id(self) -> OrderId:
        """The id of the order."""

    @property
    def who(self) -> str:
        """The name that the change has in the order's timeline."""


M = TypeVar("M", bound=MessageOfOrder)
MessageStep = Callable[[Order, M], Change]
FollowUp = Callable[[Order, Order, Sequence[M]], None]


def nothing(_: Order, __: Order, ___: Sequence[MessageOfOrder]) -> None:
    """Follow up a change that nothing follows from."""


def change_orders(
    messages: Mapping[str, M],
    step: MessageStep[M],
    follow_up: FollowUp[M],
    now: datetime,
    under: Sequence[Check] = (),
) -> set[str]:
    """Apply messages, by message id, to their orders; return those to be delivered again.

    `step` may run several times. `follow_up` gets each order as it was read and as it is stored, also if these are
    equal, with its messages; it must be safe to repeat. An order changes only while the checks `under` which it does
    hold.
    """
    by_order: dict[OrderId, dict[str, M]] = {}
    for name, message in messages.items():
        by_order.setdefault(message.order_id, {})[name] = message
    try:
        return _change_together(by_order, step, follow_up, now, under)
    except Exception:
        if len(by_order) == 1:
            logger.exception("order not changed", extra={"order_id": next(iter(by_order))})
            return set(messages)
    # One order breaks the read or the commit of all: change each alone, so that the others do not fail with it.
    return {name for batch in by_order.values() for name in change_orders(batch, step, follow_up, now, under)}


class _Applied(NamedTuple, Generic[M]):
    """An order as it was read, its change by the messages, and the messages that could be applied."""

    before: Order
    change: Change
    messages: dict[str, M]

    @property
    def who(self) -> str:
        return next(reversed(self.messages.values())).who


def _change_together(
    pending: Mapping[OrderId, Mapping[str, M]],
    step: MessageStep[M],
    follow_up: FollowUp[M],
    now: datetime,
    under: Sequence[Check],
) -> set[str]:
    failed: set[str] = set()
    for conflicts in range(MAX_TRIES):
        applied = _apply(pending, step, failed)
        done = _commit(applied, max(1, MAX_CHANGED_ORDERS >> conflicts), now, under)
        conflicted = _follow_up(applied, done, follow_up, now, failed)
        if not conflicted:
            return failed
        pending = {order_id: applied[order_id].messages for order_id in applied if order_id in conflicted}
        pause(conflicts)
    return failed | {name for batch in pending.values() for name in batch}


def _apply(
    pending: Mapping[OrderId, Mapping[str, M]], step: MessageStep[M], failed: set[str]
) -> dict[OrderId, _Applied[M]]:
    """Apply messages to their orders as these are stored; add those that cannot be applied to `failed`."""
    stored = orders.find_orders(pending)
    applied = {}
    for order_id, batch in pending.items():
        if order_id not in stored:
            logger.error("order not found", extra={"order_id": order_id})
            failed.update(batch)
            continue
        change, messages = Change(stored[order_id]), {}
        for name, message in batch.items():
            try:
                change = change.then(step(change.order, message))
            except Exception:
                logger.exception("record failed", extra={"message_id": name})
                failed.add(name)
            else:
                messages[name] = message
        if messages:
            applied[order_id] = _Applied(stored[order_id], change, messages)
    return applied


def _commit(
    applied: Mapping[OrderId, _Applied[M]], orders_a_group: int, now: datetime, under: Sequence[Check]
) -> dict[OrderId, Order]:
    """Commit the changes; return the orders that met no conflict, also those that stay as they are."""
    changed = {name: each for name, each in applied.items() if each.change.order != each.before}
    unchanged = {name: each.before for name, each in applied.items() if name not in changed}
    writes = [Write(each.change, each.before, each.who) for each in changed.values()]
    return unchanged | commit(writes, now, orders_a_group, under)


def _follow_up(
    applied: Mapping[OrderId, _Applied[M]],
    done: Mapping[OrderId, Order],
    follow_up: FollowUp[M],
    now: datetime,
    failed: set[str],
) -> set[OrderId]:
    """Follow up what was committed; return the orders that met a conflict."""
    conflicted = set(applied.keys() - done.keys())
    for order_id, each in applied.items():
        if order_id in conflicted:
            continue
        try:
            after = commit_owed(done[order_id], each.who, now)
            follow_up(each.before, after, list(each.messages.values()))
        except Conflict:
            conflicted.add(order_id)
        except Exception:
            logger.exception("order not followed up", extra={"order_id": order_id})
            failed.update(each.messages)
    return conflicted
