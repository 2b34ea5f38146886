"""Hold an order for a person, and share that with its channel where the channel can hold it, too."""

from datetime import datetime

from packhorse.channels import CHANNELS
from packhorse.domain.configuration.channel import Channel
from packhorse.domain.orders.change import Change
from packhorse.domain.orders.hold_notice import HoldCategory
from packhorse.domain.orders.order import Hold, Order
from packhorse.domain.orders.steps import with_hold
from packhorse.domain.values import ChannelId, OrderId
from packhorse.store import configuration
from packhorse.usecases.orders.change_order import change_order


def hold_order(order_id: OrderId, hold_id: str, reason: str, category: HoldCategory, who: str) -> Order:
    """Add a hold to an order; whether it is shared is decided now, by the channel's `share_holds`."""
    channels = configuration.current().channels

    def step(order: Order, now: datetime, who: str) -> Change:
        is_shared = shares_holds(channels.get(ChannelId(order.channel)))
        hold = Hold(id=hold_id, reason=reason, category=category, is_shared=is_shared, owner=who, placed_at=now)
        return Change(with_hold(order, hold))

    return change_order(order_id, step, who)


def shares_holds(channel: Channel | None) -> bool:
    """Return whether holds that are placed here are put on orders of the channel there, once it is not paused."""
    return channel is not None and channel.share_holds and CHANNELS[channel.kind].hold is not None
