"""What a seller lists at eBay: the items of the Inventory API that are offered, then all other active listings.

An item alone is no listing: tools that were tried, drafts and withdrawn offers leave items behind, of which buyers see
nothing, also beside an older listing of the same sku. An item has a listing once an offer of it is published.

Both lists have numbered pages: once a listing ends, those behind it slip ahead by one. So a page of a list that is
shorter than it was before is not taken, and one further ahead is read again.
"""

import json
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple

from pydantic import Field, StrictInt

from packhorse.channels.body import parse_answer
from packhorse.channels.ebay.references import listed_item, listing_reference
from packhorse.channels.ebay.stock import ITEMS_AT_ONCE, EbayStock
from packhorse.channels.ebay.trading import Element, call_trading, element, number_in
from packhorse.channels.protocol import ListingFound, ListingPage
from packhorse.domain.batching import batched
from packhorse.domain.errors import Rejected
from packhorse.http.body import ExternalModel
from packhorse.http.calls import call, require_success, send

if TYPE_CHECKING:
    import httpx

ITEMS, OFFERS = "/sell/inventory/v1/inventory_item", "/sell/inventory/v1/offer"
PAGE_SIZE = 100
PUBLISHED, NO_OFFER = "PUBLISHED", 404
LONGEST_SKU, REFUSED_SKU = 50, 400
"""Characters of an item's sku, and the status for one that no item can have."""
FIXED_PRICE = frozenset({"", "FixedPriceItem", "StoresFixedPrice"})
"""Types of listings whose quantity can be set: not that of an auction."""


class TheirProduct(ExternalModel):
    """The product of an item."""

    title: str = ""


class TheirItem(ExternalModel):
    """An item of the Inventory API."""

    sku: str
    product: TheirProduct = Field(default_factory=TheirProduct)


class TheirItems(ExternalModel):
    """A page of the items."""

    items: tuple[TheirItem, ...] = Field((), validation_alias="inventoryItems")
    total: StrictInt


class OfferedListing(ExternalModel):
    """The listing of a published offer."""

    id: str = Field("", validation_alias="listingId")


class TheirOffer(ExternalModel):
    """An offer of an item."""

    status: str = ""
    listing: OfferedListing = Field(default_factory=OfferedListing)


class TheirOffers(ExternalModel):
    """The offers of an item."""

    offers: tuple[TheirOffer, ...]


class Place(NamedTuple):
    """Where the listings continue: a page, counted from 0, of `items` or `others`; the list had `total` before."""

    kind: str = "items"
    page: int = 0
    total: int = 0

    def after(self, total: int) -> "Place | None":
        """Return the place behind this page; None if it is the last one of its list."""
        return self._replace(page=self.page + 1, total=total) if (self.page + 1) * PAGE_SIZE < total else None

    def again(self, total: int) -> "Place | None":
        """Return the place that is to be read again, as far ahead as the list became shorter; None if it did not."""
        ended = self.total - total
        page = max(self.page - -(-ended // PAGE_SIZE), 0)
        return self._replace(page=page, total=total) if self.page and ended > 0 else None


def listing_page(http: "httpx.Client", cursor: str | None) -> ListingPage:
    """Return a page of listings; one without any where the list became shorter meanwhile."""
    place = Place(*json.loads(cursor)) if cursor else Place()
    found, total = _items(http, place.page) if place.kind == "items" else _others(http, place.page)
    if again := place.again(total):
        return ListingPage((), json.dumps(again))
    after = place.after(total) or (Place("others") if place.kind == "items" else None)
    return ListingPage(found, json.dumps(after) if after else None)


def _items(http: "httpx.Client", page: int) -> tuple[tuple[ListingFound, ...], int]:
    raw = call(http, "GET", ITEMS, params={"limit": PAGE_SIZE, "offset": page})
    answer = parse_answer(TheirItems, raw, f"GET {ITEMS}")
    listed = [each for each in answer.items if published_as(http, each.sku)]
    return tuple(ListingFound(each.sku, each.sku, each.product.title) for each in listed), answer.total


def published_as(http: "httpx.Client", sku: str) -> frozenset[str]:
    """Return the item numbers of the listings that offers of an item published."""
    response = send(http, "GET", OFFERS, params={"sku": sku, "format": "FIXED_PRICE"})
    if response.status_code == NO_OFFER:
        return frozenset()
    answer = parse_answer(TheirOffers, require_success(response).content, f"GET {OFFERS}")
    return frozenset(each.listing.id for each in answer.offers if each.status == PUBLISHED and each.listing.id)


def _others(http: "httpx.Client", page: int) -> tuple[tuple[ListingFound, ...], int]:
    """Return active listings without those that offers of items published, and how many are active."""
    wanted = {"EntriesPerPage": str(PAGE_SIZE), "PageNumber": str(page + 1)}
    pagination = element("Pagination", [element(name, value) for name, value in wanted.items()])
    active = element("ActiveList", [element("Include", "true"), pagination])
    answer = call_trading(http, "GetMyeBaySelling", [active])
    if answer.faults:
        raise Rejected(f"GetMyeBaySelling: {answer.reason}")
    found = [each for item in answer.root.findall("ActiveList/ItemArray/Item") for each in _found(item)]
    published = _published(http, found)
    others = tuple(each for each in found if _number(each) not in published)
    return others, number_in(answer.root, "ActiveList/PaginationResult/TotalNumberOfEntries")


def _published(http: "httpx.Client", found: Sequence[ListingFound]) -> set[str]:
    """Return the item numbers of listings, some of which were found, that offers of items published."""
    items = _items_among(EbayStock(http), list(dict.fromkeys(each.sku for each in found)))
    published: set[str] = set()
    for each in found:
        if each.sku in items and _number(each) not in published:
            published |= published_as(http, each.sku)
    return published


def _items_among(stock: EbayStock, skus: Sequence[str]) -> set[str]:
    """Return which skus are those of items; listings may have one that eBay refuses for an item."""
    possible = [each for each in skus if 0 < len(each) <= LONGEST_SKU]
    found: set[str] = set()
    for batch in batched(possible, ITEMS_AT_ONCE):
        try:
            found |= stock.quantities(batch).keys()
        except Rejected as error:
            if error.status != REFUSED_SKU:
                raise
            if len(batch) > 1:
                found |= {sku for each in batch for sku in _items_among(stock, [each])}
    return found


def _number(found: ListingFound) -> str | None:
    listing = listed_item(found.reference)
    return listing.item if listing else None


def _found(item: Element) -> Iterator[ListingFound]:
    """Yield a listing, or each of its variations; nothing of one whose quantity cannot be set."""
    if (item.findtext("ListingType") or "") not in FIXED_PRICE:
        return
    number, title = item.findtext("ItemID") or "", item.findtext("Title") or ""
    variations = item.findall("Variations/Variation")
    for each in variations or [item]:
        sku = each.findtext("SKU") or ""
        yield ListingFound(listing_reference(number, sku if variations else ""), sku, title)
