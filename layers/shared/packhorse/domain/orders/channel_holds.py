"""Holds that a channel has on an order: each holds it here, until the channel releases it or a person does.

A channel may place and release holds without moving the time of the order's last change: the latest reading counts.
"""

from datetime import datetime

from packhorse.domain.orders.channel_order import ChannelOrder
from packhorse.domain.orders.order import Hold, Order
from packhorse.domain.orders.steps import with_hold, without_hold

CHANNEL = "channel "
"""The prefix of the id of a hold that the channel has; the channel's id of it follows."""


def is_earlier_reading(order: Order, received: ChannelOrder) -> bool:
    """Return whether the holds of the order were read after the request for this message had left.

    A request that leaves later finds all that was there before, so that the last one made is right about all of it.
    """
    if order.holds_read_at is None:
        return False
    return received.read_at is None or received.read_at < order.holds_read_at


def with_channel_holds(order: Order, received: ChannelOrder, now: datetime, who: str) -> Order:
    """Return the order with the channel's holds that are new, and without those that the channel released.

    One that a person released here is not new: the channel still has it.
    """
    if received.holds_there is None:
        return order
    order = order.replace(holds_read_at=received.read_at)
    before, names = order.channel_holds, tuple(hold.id for hold in received.holds_there)
    order = order if before == names else order.replace(channel_holds=names)
    if order.is_over or received.shipped_at:
        return order
    for hold in received.holds_there:
        if hold.id not in before:
            reason = f"on hold in the channel: {hold.reason}"[:255]
            placed = Hold(id=CHANNEL + hold.id, reason=reason, category=hold.category, owner=who, placed_at=now)
            order = with_hold(order, placed)
    ended = {CHANNEL + name for name in before if name not in names}
    for kept in order.holds:
        if kept.id in ended:
            order = without_hold(order, kept.id, now, who)
    return order
