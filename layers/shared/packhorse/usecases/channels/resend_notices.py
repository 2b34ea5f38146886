"""Have due notices sent: by a message for their order, which may come any number of times.

The first one follows from the table's stream, a later one from the order as it is advanced, or from the hourly audit.
"""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta

from packhorse.channels import adapter_of
from packhorse.domain.configuration.configuration import Configuration
from packhorse.domain.orders.cancel_notice import next_cancellation
from packhorse.domain.orders.cancel_notifying import to_cancel_again
from packhorse.domain.orders.change import Change
from packhorse.domain.orders.due_notice import next_due_at
from packhorse.domain.orders.hold_notice import owed_hold
from packhorse.domain.orders.hold_notifying import to_hold_again
from packhorse.domain.orders.notice import owed_notices
from packhorse.domain.orders.notifying import to_notify_again
from packhorse.domain.orders.order import Order
from packhorse.domain.values import OrderId, iso
from packhorse.messages.channels import NotifyChannel, send_in_groups
from packhorse.messages.orders import send_advance
from packhorse.store import notices
from packhorse.store.notices import OwedKey
from packhorse.usecases.orders.change_order import commit_step

MAX_DELAY = 900
"""Seconds that a message can wait in its queue; what is due later is found by the hourly audit."""


def send_due_notices(found: Mapping[str, OwedKey], now: datetime) -> None:
    """Send a message for each order that is due, by what makes the messages different."""
    due = {event: key for event, key in found.items() if key.due_at <= now}
    send_in_groups({event: NotifyChannel(channel=key.channel, order=key.order_id) for event, key in due.items()})


def advance_when_due(order: Order) -> None:
    """Have an order advanced when its next notice is due, if that is soon."""
    due = next_due_at(order)
    seconds = (due - datetime.now(UTC)).total_seconds() if due else MAX_DELAY + 1
    if seconds <= MAX_DELAY:
        send_advance([order.id], delay=max(0, min(MAX_DELAY, int(seconds) + 1)))


def resend_if_due(order: Order, now: datetime) -> None:
    """Send the message for an order with a notice that is due again; the first one comes from the table's stream."""
    key = notices.key_of(order)
    cancellation = next_cancellation(order)
    was_tried = any(owed.parcel.notice for owed in owed_notices(order)) or bool(owed_hold(order) and order.hold_notice)
    if key and (was_tried or (cancellation and cancellation.tries)):
        send_due_notices({f"{key.sk} {order.version}": key}, now)


def resend_overdue(config: Configuration, now: datetime) -> int:
    """Send a message for each order that has been due for some minutes; return how many."""
    since = now - timedelta(seconds=MAX_DELAY)
    found: Iterable[OwedKey] = (
        key
        for name, channel in config.channels.items()
        if adapter_of(channel).is_notified
        for key in notices.due_orders(name, since)
    )
    due = {f"{key.sk} {iso(now)}": key for key in found}
    send_due_notices(due, now)
    return len(due)


def notify_again(order_id: OrderId, who: str) -> Order:
    """Have the channel of an order notified at once of all that it is owed."""

    def step(order: Order, _: datetime, __: str) -> Change:
        return Change(to_hold_again(to_cancel_again(to_notify_again(order))))

    return commit_step(order_id, step, who)
