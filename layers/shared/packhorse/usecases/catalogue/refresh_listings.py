"""Store which listings a channel ships itself, as it says when its listings are read again."""

from collections.abc import Mapping
from contextlib import suppress

from packhorse.domain.configuration.channel import Channel
from packhorse.domain.errors import Conflict
from packhorse.domain.problem import Cause, Subject
from packhorse.domain.values import ChannelId, Sku
from packhorse.store import exceptions, listings
from packhorse.usecases.stock.doubt_listings import doubt_listings


def refresh_listings(channel: Channel, found: Mapping[Sku, tuple[str, bool]]) -> None:
    """Store whether the channel ships each listing itself: `found` is by sku, with the reference that it is about.

    One that it ships no more is published with the next resync, whatever was confirmed before. One that is changed
    meanwhile is left to the next time.
    """
    for sku, listing in listings.listings_on(ChannelId(channel.id), found).items():
        reference, by_channel = found[sku]
        if listing.reference != reference or listing.fulfilled_by_channel is by_channel:
            continue
        if not by_channel:
            doubt_listings(channel, [sku])
        with suppress(Conflict):
            listings.change_fulfilled(listing, by_channel=by_channel)
        if by_channel:
            exceptions.resolve(Cause.PUSH_REJECTED, Subject.of_listing(channel.id, sku))
