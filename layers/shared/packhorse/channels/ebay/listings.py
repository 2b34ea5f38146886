"""What a seller lists at eBay: the items of the Inventory API, then all other active listings.

Both lists have numbered pages: once a listing ends, those behind it slip ahead by one. So a page of a list that is
shorter than it was before is not taken, and one further ahead is read again.
"""

import json
from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from pydantic import Field, StrictInt

from packhorse.channels.body import parse_answer
from packhorse.channels.ebay.references import listing_reference
from packhorse.channels.ebay.stock import EbayStock
from packhorse.channels.ebay.trading import Element, call_trading, element, number_in
from packhorse.channels.protocol import ListingFound, ListingPage
from packhorse.domain.errors import Rejected
from packhorse.http.body import ExternalModel
from packhorse.http.calls import call

if TYPE_CHECKING:
    import httpx

ITEMS = "/sell/inventory/v1/inventory_item"
PAGE_SIZE = 100


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
    return tuple(ListingFound(each.sku, each.sku, each.product.title) for each in answer.items), answer.total


def _others(http: "httpx.Client", page: int) -> tuple[tuple[ListingFound, ...], int]:
    """Return active listings without those of items, which have the sku of one, and how many are active."""
    wanted = {"EntriesPerPage": str(PAGE_SIZE), "PageNumber": str(page + 1)}
    pagination = element("Pagination", [element(name, value) for name, value in wanted.items()])
    active = element("ActiveList", [element("Include", "true"), pagination])
    answer = call_trading(http, "GetMyeBaySelling", [active])
    if answer.faults:
        raise Rejected(f"GetMyeBaySelling: {answer.reason}")
    found = [each for item in answer.root.findall("ActiveList/ItemArray/Item") for each in _found(item)]
    items = EbayStock(http).quantities([each.sku for each in found if each.sku])
    others = tuple(each for each in found if each.sku not in items)
    return others, number_in(answer.root, "ActiveList/PaginationResult/TotalNumberOfEntries")


def _found(item: Element) -> Iterator[ListingFound]:
    """Yield a listing, or each of its variations."""
    number, title = item.findtext("ItemID") or "", item.findtext("Title") or ""
    variations = item.findall("Variations/Variation")
    for each in variations or [item]:
        sku = each.findtext("SKU") or ""
        yield ListingFound(listing_reference(number, sku if variations else ""), sku, title)
