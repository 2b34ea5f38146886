"""Change the orders that a batch of messages is about: one read for all, commits in groups.

A message that cannot be applied fails alone. Orders that lose a race are read and changed again, in smaller groups;
what does not settle is delivered again.
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
from packhorse.store.commit import Write, commit, commit_owed

MAX_GROUP = 16


class OrderMessage(Protocol):
    """A message about one order."""

    @property
    def order_id(self) -> OrderId:
        """The order that it is about."""

    @property
    def who(self) -> str:
        """In whose name the order changes."""


M = TypeVar("M", bound=OrderMessage)
Step = Callable[[Order, M], Change]
FollowUp = Callable[[Order, Order, Sequence[M]], None]


def change_orders(messages: Mapping[str, M], step: Step[M], follow_up: FollowUp[M], now: datetime) -> set[str]:
    """Apply messages, by message id, to their orders; return those to be delivered again.

    `step` may run several times. `follow_up` gets an order as it was read and as it is committed, also where they are
    the same; it must be safe to repeat.
    """
    by_order: dict[OrderId, dict[str, M]] = {}
    for name, message in messages.items():
        by_order.setdefault(message.order_id, {})[name] = message
    try:
        return _change_together(by_order, step, follow_up, now)
    except Exception:
        if len(by_order) == 1:
            logger.exception("order not changed", extra={"order_id": next(iter(by_order))})
            return set(messages)
    # One of them breaks the read or the commit of all: the others must not fail with it.
    return {name for batch in by_order.values() for name in change_orders(batch, step, follow_up, now)}


class _Applied(NamedTuple, Generic[M]):
    """An order as it was read, what its messages make of it, and those of them that could be applied."""

    before: Order
    change: Change
    messages: dict[str, M]

    @property
    def who(self) -> str:
        return next(reversed(self.messages.values())).who


def _change_together(
    pending: Mapping[OrderId, Mapping[str, M]], step: Step[M], follow_up: FollowUp[M], now: datetime
) -> set[str]:
    failed: set[str] = set()
    for losses in range(MAX_TRIES):
        applied = _apply(pending, step, failed)
        lost = _commit(applied, follow_up, max(1, MAX_GROUP >> losses), now, failed)
        if not lost:
            return failed
        pending = {order_id: applied[order_id].messages for order_id in applied if order_id in lost}
        pause(losses)
    return failed | {name for batch in pending.values() for name in batch}


def _apply(pending: Mapping[OrderId, Mapping[str, M]], step: Step[M], failed: set[str]) -> dict[OrderId, _Applied[M]]:
    """Apply the messages of each order to it as it is now; those that cannot be applied have `failed`."""
    known = orders.find_orders(pending)
    applied = {}
    for order_id, batch in pending.items():
        if order_id not in known:
            logger.error("order not found", extra={"order_id": order_id})
            failed.update(batch)
            continue
        change, messages = Change(known[order_id]), {}
        for name, message in batch.items():
            try:
                change = change.then(step(change.order, message))
            except Exception:
                logger.exception("record failed", extra={"message_id": name})
                failed.add(name)
            else:
                messages[name] = message
        if messages:
            applied[order_id] = _Applied(known[order_id], change, messages)
    return applied


def _commit(
    applied: Mapping[OrderId, _Applied[M]], follow_up: FollowUp[M], orders_a_group: int, now: datetime, failed: set[str]
) -> set[OrderId]:
    """Commit and follow up; return the orders that lost a race."""
    changed = {name: each for name, each in applied.items() if each.change.order != each.before}
    done = commit([Write(each.change, each.before, each.who) for each in changed.values()], now, orders_a_group)
    lost = changed.keys() - done.keys()
    for order_id, each in applied.items():
        if order_id in lost:
            continue
        try:
            after = commit_owed(done.get(order_id, each.before), each.who, now)
            follow_up(each.before, after, list(each.messages.values()))
        except Conflict:
            lost.add(order_id)
        except Exception:
            logger.exception("order not followed up", extra={"order_id": order_id})
            failed.update(each.messages)
    return lost
