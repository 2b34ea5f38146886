"""Take what a channel confirmed of listings for unknown: others may have set it while they were not ours to publish.

Without that, a listing that was removed and is made again, or that the channel fulfilled in between, would not be
published while ours equals the quantity that was confirmed in its former life.
"""

from collections.abc import Collection

from packhorse.domain.configuration.channel import Channel
from packhorse.domain.values import ChannelId, Sku
from packhorse.store import published


def doubt_listings(channel: Channel, skus: Collection[Sku]) -> None:
    """Forget the confirmed quantities of products that the channel begins to list, or lists in another way."""
    name = ChannelId(channel.id)
    for place in channel.places:
        published.forget_confirmed(name, published.last_published(name, skus, place), place)
