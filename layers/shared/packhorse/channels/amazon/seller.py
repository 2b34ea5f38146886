"""Who sells where: the account and the marketplace of a channel."""

from typing import NamedTuple

from packhorse.domain.configuration.channel import Channel
from packhorse.domain.errors import Rejected


class Seller(NamedTuple):
    """The ids of a seller's account and of a marketplace."""

    id: str
    marketplace: str


def seller_of(channel: Channel) -> Seller:
    """Return the seller of a channel, which a saved one has; raises Rejected without."""
    if not (channel.seller and channel.marketplace):
        raise Rejected(f"channel {channel.id} has no seller or no marketplace: save it with both")
    return Seller(channel.seller, channel.marketplace)
