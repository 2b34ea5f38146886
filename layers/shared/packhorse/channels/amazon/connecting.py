"""Setting up a seller from here: what the credentials lack, notifications by the deployment's queue, and listings."""

from datetime import UTC, datetime
from http import HTTPStatus
from typing import TYPE_CHECKING

from pydantic import Field

from packhorse.channels.amazon.polling import LONGEST, Pagination
from packhorse.channels.amazon.reports import AmazonReports, is_of_report
from packhorse.channels.amazon.stock import ITEMS, Availability, fulfilled_by_amazon
from packhorse.channels.amazon.subscribing import AmazonSubscriptions
from packhorse.channels.body import parse_answer
from packhorse.channels.protocol import ListingFound, ListingPage, Subscription
from packhorse.domain.errors import CredentialsRefused
from packhorse.http.body import ExternalModel
from packhorse.http.calls import call

if TYPE_CHECKING:
    import httpx

    from packhorse.channels.amazon.seller import Seller

PARTICIPATIONS = "/sellers/v1/marketplaceParticipations"
PAGE_SIZE = 20
MOST_SEARCHED = 1000
"""Listings that a search lists, however many it finds."""
TOPICS = ("ORDER_CHANGE",)
"""The types of notifications that are subscribed to."""
FULFILLING = ("FULFILLMENT_ORDER_STATUS",)
"""Those for which an application needs the role Amazon Fulfillment, which one without stock at Amazon does not have."""


class TheirMarketplace(ExternalModel):
    """A country's shop."""

    id: str


class Participates(ExternalModel):
    """Whether the seller sells there."""

    here: bool = Field(False, validation_alias="isParticipating")


class Participation(ExternalModel):
    """A marketplace, and whether the seller sells there."""

    marketplace: TheirMarketplace
    participation: Participates = Field(default_factory=Participates)


class Participations(ExternalModel):
    """All marketplaces of the region."""

    payload: tuple[Participation, ...]


class Summary(ExternalModel):
    """What a listing is called in a marketplace."""

    title: str = Field("", validation_alias="itemName")


class TheirItem(ExternalModel):
    """A listing."""

    sku: str
    summaries: tuple[Summary, ...] = ()
    parts: tuple[Availability, ...] = Field((), validation_alias="fulfillmentAvailability")


class TheirItems(ExternalModel):
    """A page of listings."""

    items: tuple[TheirItem, ...]
    found: int = Field(0, validation_alias="numberOfResults")
    pagination: Pagination = Field(default_factory=Pagination)


class AmazonConnecting:
    """What is set up at Amazon for a seller; made for each invocation."""

    def __init__(self, seller: "Seller", http: "httpx.Client") -> None:
        self.seller = seller
        self.http = http
        self.reports = AmazonReports(seller, http)

    def check(self, since: datetime | None = None) -> tuple[str, ...]:
        """Return what lacks: the seller in the marketplace, a role of the application, orders from `since`."""
        found = parse_answer(Participations, call(self.http, "GET", PARTICIPATIONS), f"GET {PARTICIPATIONS}").payload
        lacking = []
        if not any(each.marketplace.id == self.seller.marketplace and each.participation.here for each in found):
            lacking.append(f"the seller does not sell in the marketplace {self.seller.marketplace}")
        if not self._allows_listings():
            lacking.append("the role Product Listing of the application, with which quantities are set")
        if since and since < datetime.now(UTC) - LONGEST:
            lacking.append(f"orders of more than {LONGEST.days} days ago, whose addresses Amazon withholds")
        return tuple(lacking)

    def subscriptions(self) -> tuple[Subscription, ...]:
        """Return the seller's subscriptions; their urls are ARNs of queues."""
        return AmazonSubscriptions(self.http).find(TOPICS, if_allowed=FULFILLING)

    def subscribe(self, url: str, secret: str) -> None:  # noqa: ARG002 -- who may send to a queue is in its policy
        """Subscribe to changes of orders; `url` is the ARN of the queue that they come by."""
        AmazonSubscriptions(self.http).subscribe(url, TOPICS, if_allowed=FULFILLING)

    def unsubscribe(self, url: str) -> None:
        """Do nothing: the queue of a deployment never changes, and Amazon keeps one subscription of a type."""

    def listings(self, cursor: str | None) -> ListingPage:
        """Return a page of the seller's listings in the marketplace: by a search, or by a report if they are many."""
        if cursor and is_of_report(cursor):
            return self.reports.go_on(cursor)
        given: dict[str, str | int | list[str]] = {
            "marketplaceIds": self.seller.marketplace,
            "includedData": "summaries,fulfillmentAvailability",
            "pageSize": PAGE_SIZE,
        }
        if cursor:
            given["pageToken"] = cursor
        path = f"{ITEMS}/{self.seller.id}"
        found = parse_answer(TheirItems, call(self.http, "GET", path, params=given), f"GET {path}")
        if found.found > MOST_SEARCHED:
            return self.reports.begin()
        return ListingPage(tuple(_listing(each) for each in found.items), found.pagination.next)

    def _allows_listings(self) -> bool:
        given: dict[str, str | int | list[str]] = {"marketplaceIds": self.seller.marketplace, "pageSize": 1}
        try:
            path = f"{ITEMS}/{self.seller.id}"
            parse_answer(TheirItems, call(self.http, "GET", path, params=given), f"GET {path}")
        except CredentialsRefused as error:
            if error.status == HTTPStatus.FORBIDDEN:
                return False
            raise
        return True


def _listing(item: TheirItem) -> ListingFound:
    """Return a listing."""
    title = next((each.title for each in item.summaries), "")
    return ListingFound(item.sku, item.sku, title, fulfilled_by_channel=fulfilled_by_amazon(item.parts))
