"""Setting up a shop of the generic channel: its listings, and the address of its webhooks.

A shop need not implement either: one that answers 404 has its webhooks and its listings entered by hand.
"""

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from pydantic import StrictBool, StrictStr

from packhorse.channels.body import parse_model
from packhorse.channels.generic.shop import TOPICS, Generic
from packhorse.channels.protocol import ListingFound, ListingPage, Subscription
from packhorse.domain.errors import Rejected, Unavailable
from packhorse.http.body import ExternalId, ExternalModel, Model, parse_json

if TYPE_CHECKING:
    import httpx

LISTING_SIZE = 200


class TheirListing(ExternalModel):
    """Something that the shop sells."""

    reference: ExternalId
    sku: StrictStr = ""
    title: StrictStr = ""


class TheirListings(ExternalModel):
    """A page of them."""

    listings: tuple[TheirListing, ...]
    next: StrictStr | None = None


class TheirWebhook(ExternalModel):
    """Where the shop sends its webhooks."""

    url: StrictStr | None = None
    active: StrictBool = True


class GenericConnecting:
    """The set-up of a shop; made for each invocation."""

    def __init__(self, channel: str, http: "httpx.Client") -> None:
        self.shop = Generic(channel, http)

    def check(self) -> tuple[str, ...]:
        """Return nothing: a shop whose orders can be read has all that the token needs."""
        self.shop.orders_since(datetime.now(UTC), None)
        return ()

    def subscriptions(self) -> tuple[Subscription, ...]:
        """Return the webhooks of the shop, one a topic; none if it has no such route."""
        try:
            raw = self.shop.call("GET", "/webhook")
        except Rejected:
            return ()
        found = _parsed(TheirWebhook, "GET /webhook", raw)
        return tuple(
            Subscription(topic, topic, found.url, is_active=found.active) for topic in sorted(TOPICS) if found.url
        )

    def subscribe(self, url: str, secret: str) -> None:
        """Have the shop send its webhooks to `url`, signed with the secret; raises Rejected if it has no such route."""
        try:
            self.shop.call("PUT", "/webhook", json={"url": url, "secret": secret})
        except Rejected as error:
            raise Rejected(
                f"the shop takes no PUT /webhook: enter {url} in it, with a webhook secret; {error}"
            ) from error

    def listings(self, cursor: str | None) -> ListingPage:
        """Return a page of the shop's listings; none of one that refuses the first page, as it has no such route."""
        given = {"limit": LISTING_SIZE, **({"cursor": cursor} if cursor else {})}
        try:
            raw = self.shop.call("GET", "/listings", params=given)
        except Rejected:
            if cursor:
                raise
            return ListingPage((), None)
        page = _parsed(TheirListings, "GET /listings", raw)
        return ListingPage(
            tuple(ListingFound(each.reference, each.sku, each.title) for each in page.listings), page.next
        )


def _parsed(model: type[Model], what: str, raw: bytes) -> Model:
    try:
        return parse_model(model, parse_json(raw))
    except Rejected as error:
        raise Unavailable(f"{what}: the answer does not fit") from error
