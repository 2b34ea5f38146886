"""Quantities of a seller's active listings of the Trading API, read 200 at a call.

eBay allows an application 5,000 calls of this API a day, which its quantities need. So the pages of the list are kept
for some minutes: a comparison takes several invocations, each of which looks for other listings in the same list.
"""

from typing import TYPE_CHECKING

from packhorse.aws.kept_at import KeptAt
from packhorse.channels.ebay.references import listing_reference
from packhorse.channels.ebay.trading import Element, call_trading, element, number_in
from packhorse.channels.protocol import MOST_PAGES
from packhorse.domain.errors import Rejected

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    import httpx

PAGE_SIZE = 200
FEW = 5
"""Items for which the list is not read: each is read alone."""
KEPT_SECONDS = 300
"""Less than a listing is passed over for after a publish: what is kept was read after that."""
SOLD = "SellingStatus/QuantitySold"
AVAILABLE = "QuantityAvailable"
FIELDS = ("ItemID", "Quantity", AVAILABLE, "Variations.Variation.SKU", "Variations.Variation.Quantity")
SELECTED = (
    "ActiveList.PaginationResult",
    *(f"ActiveList.ItemArray.Item.{field}" for field in FIELDS),
    "ActiveList.ItemArray.Item.Variations.Variation.SellingStatus.QuantitySold",
)

Quantities = dict[str, int]
"""What is left of a listing, or of each of its variations, by reference."""


class ActiveListings:
    """The pages of the list that were read: what is left of each item, without those of which it does not say that."""

    def __init__(self) -> None:
        self.began_at = KeptAt.now()
        self.pages = 0
        self.is_whole = False
        self.items: dict[str, Quantities] = {}

    def read_until(self, http: "httpx.Client", items: "Collection[str]") -> None:
        """Read further pages until they have these items, or the list ends; none at all for few items."""
        while not self.is_whole and len({*items} - self.items.keys()) > (0 if self.pages else FEW):
            self._read(http)

    def _read(self, http: "httpx.Client") -> None:
        wanted = {"EntriesPerPage": str(PAGE_SIZE), "PageNumber": str(self.pages + 1)}
        pagination = element("Pagination", [element(name, value) for name, value in wanted.items()])
        active = element("ActiveList", [element("Include", "true"), pagination])
        selected = [element("OutputSelector", field) for field in SELECTED]
        answer = call_trading(http, "GetMyeBaySelling", [active, *selected])
        if answer.faults:
            raise Rejected(f"GetMyeBaySelling: {answer.reason}")
        for item in answer.root.findall("ActiveList/ItemArray/Item"):
            if is_counted(item):
                self.items[item.findtext("ItemID") or ""] = quantities_of(item)
        self.pages += 1
        total = number_in(answer.root, "ActiveList/PaginationResult/TotalNumberOfPages")
        self.is_whole = self.pages >= min(total, MOST_PAGES)


_kept: dict[str, ActiveListings] = {}


def active_quantities(http: "httpx.Client", seller: str, items: "Collection[str]") -> "Mapping[str, Quantities]":
    """Return what is left of items that are in the seller's list, by item.

    None of one alone: its own call shows whether eBay answers now, too.
    """
    if len(items) <= 1:
        return {}
    found = _kept.get(seller)
    if found is None or found.began_at.age > KEPT_SECONDS:
        found = _kept[seller] = ActiveListings()
    found.read_until(http, items)
    return {item: found.items[item] for item in items if item in found.items}


def quantities_of(item: Element) -> Quantities:
    """Return what is left of a listing and of its variations; what is sold is counted in their quantity."""
    number, variations = item.findtext("ItemID") or "", item.findall("Variations/Variation")
    alone = {listing_reference(number): _left(item)}
    return {listing_reference(number, each.findtext("SKU") or ""): _left(each) for each in variations} or alone


def is_counted(item: Element) -> bool:
    """Return whether a list says of an item what of it is sold, or left."""
    variations = item.findall("Variations/Variation")
    return all(each.find(SOLD) is not None or each.find(AVAILABLE) is not None for each in variations or [item])


def _left(part: Element) -> int:
    if part.find(AVAILABLE) is not None:
        return number_in(part, AVAILABLE)
    return max(0, number_in(part, "Quantity") - number_in(part, SOLD))
