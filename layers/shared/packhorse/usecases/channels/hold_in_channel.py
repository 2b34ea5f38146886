"""Put an order on hold in its channel, or release it there."""

import httpx

from packhorse.channels import adapter_of
from packhorse.domain.configuration.channel import Channel
from packhorse.domain.errors import Rejected
from packhorse.domain.orders.hold_notice import OwedHold
from packhorse.domain.orders.order import Order


def hold_in_channel(channel: Channel, http: httpx.Client, order: Order, owed: OwedHold) -> tuple[str, ...]:
    """Have the channel do what it is owed; return its ids of what it has put on hold."""
    make = adapter_of(channel).hold
    if make is None:
        raise Rejected(f"{channel.id} takes no holds from here")
    holding = make(channel, http)
    if owed.is_release:
        holding.release_order(order.channel_order_id)
        return ()
    return holding.hold_order(order.channel_order_id, owed.category, {*owed.notice.parts, *owed.notice.released})
