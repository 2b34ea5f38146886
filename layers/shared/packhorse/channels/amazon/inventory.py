"""Stock in Amazon's own warehouses, by the FBA Inventory API, version 1."""

from collections import Counter
from typing import TYPE_CHECKING, Annotated

from pydantic import Field, StrictInt

from packhorse.channels.amazon.polling import Pagination
from packhorse.channels.body import parse_answer
from packhorse.channels.decoration import no_value, otherwise
from packhorse.domain.errors import CallFailed, Rejected
from packhorse.domain.fba.stock import SellableUnits
from packhorse.http.body import ExternalModel
from packhorse.http.calls import call

if TYPE_CHECKING:
    from collections.abc import Sequence

    import httpx

MOST_PAGES = 1200
"""Pages of 50 skus that an invocation has time for, at two calls a second, and for setting what they say."""
SUMMARIES = "/fba/inventory/v1/summaries"
Units = Annotated[StrictInt, Field(ge=0, le=1_000_000_000)]


class Details(ExternalModel):
    """Units by what can be done with them: those that are reserved, inbound or unfulfillable cannot be sold."""

    fulfillable: Units = Field(validation_alias="fulfillableQuantity")


class Summary(ExternalModel):
    """The units of a seller's sku; Amazon's model requires none of its fields."""

    sku: Annotated[Annotated[str, Field(min_length=1, max_length=200)] | None, otherwise(no_value)] = Field(
        None, validation_alias="sellerSku"
    )
    details: Annotated[Details | None, otherwise(no_value)] = Field(None, validation_alias="inventoryDetails")


class Summaries(ExternalModel):
    """A page of skus."""

    items: tuple[Annotated[Summary, otherwise(Summary)], ...] = Field(validation_alias="inventorySummaries")


class SummariesAnswer(ExternalModel):
    """The body of a page."""

    payload: Summaries
    pagination: Pagination = Field(default_factory=Pagination)


class AmazonInventory:
    """What a seller has at Amazon for a marketplace; made for each invocation."""

    def __init__(self, marketplace: str, http: "httpx.Client") -> None:
        self.marketplace = marketplace
        self.http = http

    def sellable(self) -> SellableUnits:
        """Return the units that can be sold, by the seller's sku, of all that it ever had there.

        All pages in one go, since the token of the next one expires after half a minute. Raises CallFailed if none of
        the list can be read.
        """
        given: dict[str, str | int | list[str]] = {
            "details": "true",
            "granularityType": "Marketplace",
            "granularityId": self.marketplace,
            "marketplaceIds": self.marketplace,
        }
        found: list[Summary] = []
        for _ in range(MOST_PAGES):
            page = parse_answer(SummariesAnswer, call(self.http, "GET", SUMMARIES, params=given), f"GET {SUMMARIES}")
            found += page.payload.items
            if not page.pagination.next:
                return _sellable(found)
            given = {**given, "nextToken": page.pagination.next}
        raise Rejected(f"Amazon's list of stock has more than {MOST_PAGES:,} pages, or no end")


def _sellable(found: "Sequence[Summary]") -> SellableUnits:
    """Return the units of the rows that can be read; of a sku that has several rows, all must be."""
    units: Counter[str] = Counter()
    for each in found:
        if each.sku and each.details:
            units[each.sku] += each.details.fulfillable
    unread = frozenset(each.sku for each in found if each.sku and not each.details)
    if found and not units:
        raise CallFailed(f"GET {SUMMARIES}: no row has a sku and its units")
    is_whole = all(each.sku for each in found)
    return SellableUnits({sku: units[sku] for sku in units if sku not in unread}, unread, is_whole)
