"""Stock in Amazon's own warehouses, by the FBA Inventory API, version 1."""

from collections import Counter
from typing import TYPE_CHECKING, Annotated

from pydantic import Field, StrictInt

from packhorse.channels.amazon.polling import Pagination
from packhorse.channels.body import parse_answer
from packhorse.domain.errors import Rejected
from packhorse.http.body import ExternalModel
from packhorse.http.calls import call

if TYPE_CHECKING:
    import httpx

MOST_PAGES = 1200
"""Pages of 50 skus that an invocation has time for, at two calls a second, and for setting what they say."""
SUMMARIES = "/fba/inventory/v1/summaries"
Units = Annotated[StrictInt, Field(ge=0, le=1_000_000_000)]


class Details(ExternalModel):
    """Units by what can be done with them: those that are reserved, inbound or unfulfillable cannot be sold."""

    fulfillable: Units = Field(validation_alias="fulfillableQuantity")


class Summary(ExternalModel):
    """The units of a seller's sku."""

    sku: Annotated[str, Field(min_length=1, max_length=200)] = Field(validation_alias="sellerSku")
    details: Details = Field(validation_alias="inventoryDetails")


class Summaries(ExternalModel):
    """A page of skus."""

    items: tuple[Summary, ...] = Field(validation_alias="inventorySummaries")


class SummariesAnswer(ExternalModel):
    """The body of a page."""

    payload: Summaries
    pagination: Pagination = Field(default_factory=Pagination)


class AmazonInventory:
    """What a seller has at Amazon for a marketplace; made for each invocation."""

    def __init__(self, marketplace: str, http: "httpx.Client") -> None:
        self.marketplace = marketplace
        self.http = http

    def sellable(self) -> "Counter[str]":
        """Return the units that can be sold, by the seller's sku, of all that it ever had there.

        All pages in one go, since the token of the next one expires after half a minute.
        """
        given: dict[str, str | int | list[str]] = {
            "details": "true",
            "granularityType": "Marketplace",
            "granularityId": self.marketplace,
            "marketplaceIds": self.marketplace,
        }
        units: Counter[str] = Counter()
        for _ in range(MOST_PAGES):
            page = parse_answer(SummariesAnswer, call(self.http, "GET", SUMMARIES, params=given), f"GET {SUMMARIES}")
            for each in page.payload.items:
                units[each.sku] += each.details.fulfillable
            if not page.pagination.next:
                return units
            given = {**given, "nextToken": page.pagination.next}
        raise Rejected(f"Amazon's list of stock has more than {MOST_PAGES:,} pages, or no end")
