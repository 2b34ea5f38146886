"""Orders that their channel deleted: held, recorded before they came, and restored."""

from datetime import datetime

from packhorse.domain.orders.channel_order import ChannelOrder, DeletedOrder
from packhorse.domain.orders.exceptions import with_exception
from packhorse.domain.orders.order import Hold, Order, Status
from packhorse.domain.orders.past_exceptions import DELETED, deletion
from packhorse.domain.orders.steps import with_later_hold, without_holds
from packhorse.domain.orders.updates import with_entry

NO_CURRENCY = "XXX"
"""The code of ISO 4217 for no currency."""


def deleted(order: Order, now: datetime, who: str) -> Order:
    """Return the order after its channel deleted it; what is not over, or goes on later, is held for a person."""
    if order.deleted_at:
        return order
    reason = "its channel deleted it; cancel it, or release it to send it"
    held = with_later_hold(order.replace(deleted_at=now), Hold(id=DELETED, reason=reason, owner=who, placed_at=now))
    return held if order.is_over else with_exception(held, deletion(now))


def is_restored(order: Order, received: ChannelOrder) -> bool:
    """Return whether the channel says that it has a deleted order again.

    Only the message of that counts, once: any other one may have been sent before the deletion.
    """
    is_new = order.is_placeholder or not order.is_heard or received.modified_at > order.modified_at
    return received.is_restored and order.deleted_at is not None and is_new


def restored(order: Order, now: datetime, who: str) -> Order:
    """Return the order without the hold of its deletion."""
    return without_holds(order.replace(deleted_at=None), {DELETED}, now, who)


def placeholder(message: DeletedOrder, now: datetime, who: str) -> Order:
    """Return what is recorded of an order that was deleted before we received it: webhooks come out of order."""
    order = Order(
        channel=message.channel,
        channel_order_id=message.channel_order_id,
        currency=NO_CURRENCY,
        placed_at=now,
        modified_at=now,
        status=Status.CANCELLED,
        received_at=now,
        lines=(),
        deleted_at=now,
    )
    return with_entry(order, now, "deleted", who, "by its channel, before the order was received")
