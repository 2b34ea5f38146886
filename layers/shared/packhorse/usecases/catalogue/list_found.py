"""List a new product where channels were found to sell its sku, when they were connected."""

from collections.abc import Iterable, Iterator

from packhorse.domain.catalogue.product import Listing
from packhorse.domain.configuration.channel import Channel
from packhorse.domain.connection import UnmatchedListing
from packhorse.domain.errors import Conflict, Rejected
from packhorse.domain.values import ChannelId, Sku
from packhorse.store import configuration, connections, listings
from packhorse.store.backoff import retry_conflicts
from packhorse.usecases.stock.doubt_listings import doubt_listings

Found = tuple[ChannelId, UnmatchedListing]


def list_found(sku: Sku) -> list[Found]:
    """List the product under the references that the last runs of channels found; return those that are listed.

    Of several listings of one sku in a channel the first is listed: the others stay in its report. Until they are
    forgotten there, the same call returns them again, so that what follows from them may be repeated.
    """
    return [(ChannelId(channel.id), listing) for channel, listing in _found(sku) if _is_listed(channel, sku, listing)]


def forget_found(listed: Iterable[Found]) -> None:
    """Take listings off the reports, once all that follows from them is done."""
    for channel, listing in listed:
        connections.forget_unmatched(channel, listing.reference)


def _found(sku: Sku) -> Iterator[tuple[Channel, UnmatchedListing]]:
    channels = configuration.current().channels
    for channel, reference in connections.unmatched_with(sku):
        run = connections.find_connection(channel) if channel in channels else None
        if run and (listing := connections.find_unmatched(channel, run.run, reference)):
            yield channels[channel], listing


def _is_listed(channel: Channel, sku: Sku, found: UnmatchedListing) -> bool:
    """Return whether the product is listed under that reference: by now, or by a call that broke off after it."""
    if before := listings.listings_on(ChannelId(channel.id), [sku]).get(sku):
        return before.reference == found.reference
    doubt_listings(channel, [sku])
    new = Listing(
        channel=channel.id, sku=sku, reference=found.reference, fulfilled_by_channel=found.fulfilled_by_channel
    )
    try:
        retry_conflicts(lambda: listings.create_listings([new], ""))
    except (Rejected, Conflict):  # a person has mapped one of both meanwhile
        return False
    return True
