"""List a new product where channels were found to sell its sku, when they were connected."""

from collections.abc import Iterator

from packhorse.domain.catalogue.product import Listing
from packhorse.domain.connection import UnmatchedListing
from packhorse.domain.errors import Conflict, Rejected
from packhorse.domain.values import ChannelId, Sku
from packhorse.store import catalogue, configuration, connections
from packhorse.store.backoff import retry_conflicts
from packhorse.usecases.unmatched_listings import advance_waiting


def list_found(sku: Sku) -> int:
    """List the product under the references that the last runs of channels found; return how many that were.

    Of several listings of one sku in a channel the first is listed: the others stay in its report.
    """
    return sum(_list_one(channel, sku, listing) for channel, listing in _found(sku))


def _found(sku: Sku) -> Iterator[tuple[ChannelId, UnmatchedListing]]:
    channels = configuration.current().channels
    for channel, reference in connections.unmatched_with(sku):
        run = connections.find_connection(channel) if channel in channels else None
        if run and (listing := connections.find_unmatched(channel, run.run, reference)):
            yield channel, listing


def _list_one(channel: ChannelId, sku: Sku, found: UnmatchedListing) -> bool:
    if catalogue.listings_on(channel, [sku]):
        return False
    new = Listing(channel=channel, sku=sku, reference=found.reference, fulfilled_by_channel=found.fulfilled_by_channel)
    try:
        retry_conflicts(lambda: catalogue.create_listings([new], ""))
    except (Rejected, Conflict):  # a person has mapped one of both meanwhile
        return False
    connections.forget_unmatched(channel, found.reference)
    advance_waiting(f"listing#{channel}#{found.reference}")
    return True
