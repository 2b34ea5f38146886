"""Listings of channels, in the Catalogue table: `catalogue_items` says where."""

from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

from pydantic import TypeAdapter

from packhorse.domain.catalogue.product import Listing
from packhorse.domain.errors import Conflict, FieldError, NotFound, Rejected
from packhorse.domain.schema import Reader, stamped
from packhorse.domain.values import ChannelId, Sku
from packhorse.store.catalogue_items import (
    ByKind,
    CatalogueItem,
    is_unchanged,
    mark_published,
    product_item,
    stored_item,
)
from packhorse.store.transaction import transaction

LISTING = Reader(TypeAdapter(Listing))


def listings_of(sku: Sku) -> list[Listing]:
    """Return the listings of a product on all channels."""
    entries = CatalogueItem.query(f"PRODUCT#{sku}", CatalogueItem.sk.startswith("LISTING#"), consistent_read=True)
    return [LISTING.read(entry.body) for entry in entries]


def listings_on(channel: ChannelId, skus: Iterable[Sku]) -> dict[Sku, Listing]:
    """Return the channel's listings of those products that it lists."""
    entries = CatalogueItem.batch_get((_listing_key(sku, channel) for sku in set(skus)), consistent_read=True)
    return {Sku(each.sku): each for each in (LISTING.read(entry.body) for entry in entries)}


def listing_page(channel: ChannelId, after: str | None, limit: int) -> list[Listing]:
    """Return a page of the channel's listings, by sku, after one; a listing made a moment ago may be missing."""
    condition = ByKind.name > after if after else None
    found = CatalogueItem.by_kind.query(f"LISTING#{channel}", condition, limit=limit, page_size=limit)
    return [LISTING.read(entry.body) for entry in found]


def get_listing(sku: Sku, channel: ChannelId) -> Listing:
    """Return the channel's listing of the product; raises NotFound."""
    return LISTING.read(_listing_item(sku, channel).body)


def _listing_item(sku: Sku, channel: ChannelId) -> CatalogueItem:
    found = stored_item(*_listing_key(sku, channel))
    if not found:
        raise NotFound(f"{channel} does not list {sku}")
    return found


class WrittenListing(NamedTuple):
    """The listing as it is stored; whether its change must be published, then `mark_listing_published` called.

    `replaced` is the reference that it replaced.
    """

    listing: Listing
    is_unpublished: bool
    replaced: str | None


def put_listing(new: Listing, event: str | None = None) -> WrittenListing:
    """Write a listing, whatever is stored."""
    return edit_listing(Sku(new.sku), ChannelId(new.channel), lambda _: new, event)


def edit_listing(
    sku: Sku, channel: ChannelId, edit: Callable[[Listing | None], Listing], event: str | None
) -> WrittenListing:
    """Write a listing as `edit` returns it, which gets what is stored; that this is unchanged is a condition.

    Raises Rejected if the channel lists another product under the reference, Conflict if the listing changed meanwhile.
    """
    read = stored_item(*_listing_key(sku, channel))
    stored = LISTING.read(read.body) if read else None
    new = edit(stored)
    product_item(sku)  # raises NotFound
    old = stored or new
    is_unpublished = read is None or read.untold is not None or old != new
    message = f"{new.channel} lists another product under {new.reference}"
    with transaction(Rejected("not unique", [FieldError("reference", message)])) as write:
        if old.reference != new.reference:
            write.delete(_reference(old))
        write.save(_listing_entry(new, event if is_unpublished else None), condition=is_unchanged(read))
        write.save(_reference(new), condition=CatalogueItem.pk.does_not_exist() | (CatalogueItem.name == new.sku))
    return WrittenListing(new, is_unpublished, old.reference if old.reference != new.reference else None)


class ListedAs(NamedTuple):
    """The product that a reference means, and the import that listed it; empty if a person did."""

    sku: Sku
    run: str


def listed_as(channel: ChannelId, references: Iterable[str]) -> dict[str, ListedAs]:
    """Return what those of a channel's references mean that are listed."""
    prefix = f"LISTING#{channel}#"
    keys = ((f"{prefix}{each}", "LISTING") for each in set(references))
    found = CatalogueItem.batch_get(keys, consistent_read=True)
    return {each.pk.removeprefix(prefix): ListedAs(Sku(str(each.name)), each.run or "") for each in found}


def change_fulfilled(read: Listing, *, by_channel: bool) -> None:
    """Store whether the channel ships the listing itself; raises Conflict if it is not as it was read."""
    item = stored_item(*_listing_key(Sku(read.sku), ChannelId(read.channel)))
    if item is None or LISTING.read(item.body) != read:
        raise Conflict("another request changed the same record at the same time")
    with transaction() as write:
        condition = is_unchanged(item)
        item.body = stamped(read.replace(fulfilled_by_channel=by_channel).model_dump_json())
        write.save(item, condition=condition)


CREATED_AT_ONCE = 25
"""Listings that are created in one transaction."""


def create_listings(new: Sequence[Listing], run: str) -> None:
    """Create up to CREATED_AT_ONCE listings in one transaction, none of which may exist.

    They are not marked to be published. Raises Rejected or Conflict, and creates none, if one of the products is listed
    or one of the references taken.
    """
    with transaction(Rejected("listed already")) as write:
        for each in new:
            write.save(_listing_entry(each), condition=CatalogueItem.pk.does_not_exist())
            write.save(_reference(each, run), condition=CatalogueItem.pk.does_not_exist())


def mark_listing_published(new: Listing, event: str) -> None:
    """Mark the change of the listing as published, unless the listing has changed again."""
    mark_published(_listing_entry(new), event)


def _listing_entry(new: Listing, untold: str | None = None) -> CatalogueItem:
    key = _listing_key(Sku(new.sku), ChannelId(new.channel))
    return CatalogueItem(
        *key, kind=f"LISTING#{new.channel}", name=new.sku, body=stamped(new.model_dump_json()), untold=untold
    )


def delete_listing(sku: Sku, channel: ChannelId) -> None:
    """Delete the channel's listing of the product; raises NotFound."""
    read = _listing_item(sku, channel)
    with transaction() as write:
        write.delete(read, condition=is_unchanged(read))
        write.delete(_reference(LISTING.read(read.body)))


def _listing_key(sku: Sku, channel: ChannelId) -> tuple[str, str]:
    return f"PRODUCT#{sku}", f"LISTING#{channel}"


def _reference(listed: Listing, run: str | None = None) -> CatalogueItem:
    key = f"LISTING#{listed.channel}#{listed.reference}"
    return CatalogueItem(key, "LISTING", name=listed.sku, body=stamped(listed.model_dump_json()), run=run)
