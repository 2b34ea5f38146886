"""List what a channel lists: each of its listings whose sku is a product's. The others are reported."""

import hashlib
from collections.abc import Container, Mapping, Sequence
from typing import NamedTuple

from packhorse.channels.protocol import ListingFound
from packhorse.domain.batching import batched
from packhorse.domain.catalogue.product import Listing
from packhorse.domain.configuration.channel import Channel
from packhorse.domain.connection import Connection, UnmatchedListing, UnmatchedReason
from packhorse.domain.errors import Conflict, Rejected
from packhorse.domain.values import ChannelId, Sku
from packhorse.http.body import readable
from packhorse.store import catalogue, connections, listings
from packhorse.store.backoff import retry_conflicts
from packhorse.usecases.catalogue.refresh_listings import refresh_listings
from packhorse.usecases.stock.doubt_listings import doubt_listings

MAX_TEXT, MAX_REFERENCE, MAX_SKU, MAX_SHOWN = 255, 200, 100, 150
NOT_LISTED = listings.ListedAs(Sku(""), "")


class Imported(NamedTuple):
    """How many listings of a page were listed anew, were listed before, and mean no product."""

    listed: int
    before: int
    unmatched: int


def import_page(channel: Channel, run: Connection, items: Sequence[ListingFound]) -> Imported:
    """List the listings of a page by their skus; a reference that is listed already stays, whatever its sku.

    Of one that is listed already it is stored whether the channel ships it itself.

    A page that is imported again counts as it did: a listing has the run that made it.
    """
    name = ChannelId(channel.id)
    unique = {each.reference: each for each in items}
    found = {reference: each for reference, each in unique.items() if _fits(each)}
    known = listings.listed_as(name, found)
    refresh_listings(channel, _fulfilled(found, known))
    sorted_out = _sort_out(name, [each for reference, each in found.items() if reference not in known])
    doubt_listings(channel, [Sku(each.sku) for each in sorted_out.new])
    refused = _list(sorted_out.new, run.run)
    unmatched = [*sorted_out.unmatched, *(_reported(found[each], UnmatchedReason.SKU_TWICE) for each in refused)]
    unmatched += [_unfit(each) for reference, each in unique.items() if reference not in found]
    connections.save_unmatched(name, run.run, unmatched)
    ours = sum(each.run == run.run for each in known.values())
    listed, before = ours + len(sorted_out.new) - len(refused), len(known) - ours
    return Imported(listed, before, len(unique) - listed - before)


def _fulfilled(
    found: Mapping[str, ListingFound], known: Mapping[str, listings.ListedAs]
) -> Mapping[Sku, tuple[str, bool]]:
    """Return of the listings that are listed already which the channel ships itself, where it says that."""
    said = {name: each.fulfilled_by_channel for name, each in found.items()}
    return {listed.sku: (name, says) for name, listed in known.items() if (says := said[name]) is not None}


def _fits(found: ListingFound) -> bool:
    name = found.reference
    return bool(name.strip()) and len(name) <= MAX_REFERENCE and name not in {".", ".."} and name == readable(name)


class _SortedOut(NamedTuple):
    """Listings to make, and those that mean no product."""

    new: list[Listing]
    unmatched: list[UnmatchedListing]


def _sort_out(channel: ChannelId, items: Sequence[ListingFound]) -> _SortedOut:
    """Match listings by sku; of two with one sku the first is listed, unless the product is listed already."""
    skus = {Sku(each.sku.strip()) for each in items}
    products = catalogue.find_products(sku for sku in skus if 0 < len(sku) <= MAX_SKU)
    taken = {*listings.listings_on(channel, products)}
    done = _SortedOut([], [])
    for each in items:
        sku = Sku(each.sku.strip())
        if sku in taken or sku not in products:
            done.unmatched.append(_reported(each, _reason(sku, products)))
        else:
            taken.add(sku)
            done.new.append(
                Listing(
                    channel=channel,
                    sku=sku,
                    reference=each.reference,
                    fulfilled_by_channel=bool(each.fulfilled_by_channel),
                )
            )
    return done


def _reason(sku: Sku, products: Container[Sku]) -> UnmatchedReason:
    if not sku:
        return UnmatchedReason.NO_SKU
    return UnmatchedReason.SKU_TWICE if sku in products else UnmatchedReason.NO_PRODUCT


def _unfit(found: ListingFound) -> UnmatchedListing:
    """Report a listing under as much of its reference as fits, with a digest of the whole."""
    digest = hashlib.sha256(found.reference.encode(errors="surrogatepass")).hexdigest()[:8]
    shown = found.reference[:MAX_SHOWN].strip() or "(blank)"
    return _reported(found._replace(reference=f"{readable(shown)} {digest}"), UnmatchedReason.UNFIT)


def _reported(found: ListingFound, reason: UnmatchedReason) -> UnmatchedListing:
    return UnmatchedListing(
        fulfilled_by_channel=bool(found.fulfilled_by_channel),
        reference=found.reference,
        sku=readable(found.sku[:MAX_TEXT]),
        title=readable(found.title[:MAX_TEXT]),
        reason=reason,
    )


def _list(new: Sequence[Listing], run: str) -> list[str]:
    """List products together; where another request was first, one by one. Return the references that were refused."""
    refused: list[str] = []
    for part in batched(new, listings.CREATED_AT_ONCE):
        try:
            listings.create_listings(part, run)
        except (Rejected, Conflict):
            refused += [each.reference for each in part if not _list_alone(each, run)]
    return refused


def _list_alone(new: Listing, run: str) -> bool:
    try:
        retry_conflicts(lambda: listings.create_listings([new], run))
    except (Rejected, Conflict):
        return listings.listed_as(ChannelId(new.channel), [new.reference]).get(new.reference, NOT_LISTED).run == run
    return True
