"""Holds that a channel has on an order: each holds it here, until the channel releases it or a person does.

A channel may place and release holds without moving the time of the order's last change: the latest reading counts.
"""

from datetime import datetime

from packhorse.domain.orders.channel_order import ChannelOrder
from packhorse.domain.orders.order import Hold, Order
from packhorse.domain.orders.steps import with_hold, without_holds

CHANNEL = "channel "
"""The prefix of the id of a hold that the channel has; the channel's id of it follows."""


def is_held_there(order: Order) -> bool:
    """Return whether a hold of the order is its channel's."""
    return any(hold.id.startswith(CHANNEL) for hold in order.holds)


def is_earlier_reading(order: Order, received: ChannelOrder) -> bool:
    """Return whether the holds of the order were read after the request for this message had left.

    A request that leaves later finds all that was there before, so that the last one made is right about all of it.
    """
    if order.holds_read_at is None:
        return False
    return received.read_at is None or received.read_at < order.holds_read_at


def with_channel_holds(order: Order, received: ChannelOrder, now: datetime, who: str) -> Order:
    """Return the order with the channel's holds that are new, and without those that the channel released.

    One that a person released here is not new: the channel still has it. Nothing is placed on an order that is over or
    shipped there: a hold that is still there counts as new once the order goes on.
    """
    if received.holds_there is None:
        return order
    before, there = order.channel_holds, {hold.id: hold for hold in received.holds_there}
    if order.is_over or received.shipped_at:
        there = {name: hold for name, hold in there.items() if name in before}
    order = order.replace(holds_read_at=received.read_at)
    order = order if before == tuple(there) else order.replace(channel_holds=tuple(there))
    for name, hold in there.items():
        if name not in before:
            reason = f"on hold in the channel: {hold.reason}"[:255]
            placed = Hold(id=CHANNEL + name, reason=reason, category=hold.category, owner=who, placed_at=now)
            order = with_hold(order, placed)
    return without_holds(order, {CHANNEL + name for name in before if name not in there}, now, who)
