"""Save or remove a listing, and serve the orders that waited for it."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import NamedTuple
from uuid import uuid4

from packhorse.domain.catalogue.product import Listing
from packhorse.domain.errors import FieldError, Rejected
from packhorse.domain.problem import Cause, Subject
from packhorse.domain.values import ChannelId, Sku
from packhorse.messages.changes import send_product_change
from packhorse.store import configuration, connections, exceptions, listings
from packhorse.store.backoff import retry_conflicts
from packhorse.usecases.catalogue.unmatched_listings import advance_waiting
from packhorse.usecases.stock.doubt_listings import doubt_listings


class SavedListing(NamedTuple):
    """The listing as it is stored, and what about it a person should read."""

    listing: Listing
    warnings: tuple[str, ...]


def save_listing(sku: Sku, channel: ChannelId, edit: Callable[[Listing | None], Listing]) -> SavedListing:
    """Write a listing, advance the orders that waited for its reference, and publish its quantity.

    `edit` returns it as it is to be; it gets what is stored, None if nothing is, again where others saved meanwhile.
    """
    channels = configuration.current().channels
    if channel not in channels:
        raise Rejected("no such channel", [FieldError("channel", f"there is no channel {channel}")])
    event = uuid4().hex

    def checked(stored: Listing | None) -> Listing:
        new = edit(stored)
        if new.reference in {".", ".."}:
            raise Rejected("the listing does not fit", [FieldError("reference", "is a step in a path, and no name")])
        return new

    written = retry_conflicts(lambda: listings.edit_listing(sku, channel, checked, event))
    new = written.listing
    connections.forget_unmatched(ChannelId(new.channel), new.reference)
    advance_waiting(f"listing#{new.channel}#{new.reference}")
    if written.is_unpublished:
        doubt_listings(channels[channel], [sku])
        send_product_change(Sku(new.sku), event, datetime.now(UTC))
        listings.mark_listing_published(new, event)
    if new.fulfilled_by_channel:
        _end_rejection(sku, channel)
    if written.replaced is None:
        return SavedListing(new, ())
    stays = f"{written.replaced} is listed no more: {new.channel} keeps the quantity that it has; set it to 0 there"
    return SavedListing(new, (stays,))


def is_fulfilled_there(channel: ChannelId, reference: str) -> bool:
    """Return whether the channel's last run found that it ships a listing itself which means no product yet."""
    run = connections.find_connection(channel)
    found = connections.find_unmatched(channel, run.run, reference) if run else None
    return found is not None and found.fulfilled_by_channel


def remove_listing(sku: Sku, channel: ChannelId) -> None:
    """Delete the channel's listing of the product; raises NotFound."""
    retry_conflicts(lambda: listings.delete_listing(sku, channel))
    _end_rejection(sku, channel)


def _end_rejection(sku: Sku, channel: ChannelId) -> None:
    """Resolve that the channel rejects the quantity: none is published any more."""
    exceptions.resolve(Cause.PUSH_REJECTED, Subject.of_listing(channel, sku))
