"""Setting up a shop of the generic channel: its listings, and the address of its webhooks.

A shop need not implement either: one that answers 404, 405 or 501 has its webhooks and its listings entered by hand.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from pydantic import StrictBool, StrictStr

from packhorse.channels.body import parse_answer
from packhorse.channels.generic.shop import TOPICS, Generic
from packhorse.channels.protocol import ListingFound, ListingPage, Subscription
from packhorse.domain.errors import Rejected
from packhorse.http.body import ExternalId, ExternalModel
from packhorse.http.calls import require_success, send

if TYPE_CHECKING:
    import httpx

LISTING_SIZE = 200
NO_ROUTE = frozenset({404, 405, 501})
"""How a shop says that it does not have a route; any other refusal is an error."""


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

    def check(self, since: datetime | None = None) -> tuple[str, ...]:  # noqa: ARG002 -- all orders can be read
        """Return nothing: a shop whose orders can be read has all that the token needs."""
        self.shop.orders_since(datetime.now(UTC), None)
        return ()

    def subscriptions(self) -> tuple[Subscription, ...]:
        """Return the webhooks of the shop, one a topic; none if it has no such route."""
        if (raw := self._found("/webhook", {})) is None:
            return ()
        found = parse_answer(TheirWebhook, raw, "GET /webhook")
        return tuple(
            Subscription(topic, topic, found.url, is_active=found.active) for topic in sorted(TOPICS) if found.url
        )

    def subscribe(self, url: str, secret: str) -> None:
        """Have the shop send its webhooks to `url`, signed with the secret; raises Rejected if it has no such route."""
        response = send(self.shop.http, "PUT", "/webhook", json={"url": url, "secret": secret})
        if response.status_code in NO_ROUTE:
            raise Rejected(
                f"the shop takes no PUT /webhook: enter {url} in it, with a webhook secret; {response.status_code}"
            )
        require_success(response)

    def unsubscribe(self, url: str) -> None:
        """Do nothing: a shop has one address, which `subscribe` has replaced."""

    def listings(self, cursor: str | None) -> ListingPage:
        """Return a page of the shop's listings; none of one that has no such route."""
        given: dict[str, str | int | list[str]] = {"limit": LISTING_SIZE, **({"cursor": cursor} if cursor else {})}
        if (raw := self._found("/listings", given)) is None:
            return ListingPage((), None)
        page = parse_answer(TheirListings, raw, "GET /listings")
        return ListingPage(
            tuple(ListingFound(each.reference, each.sku, each.title) for each in page.listings), page.next
        )

    def _found(self, path: str, given: Mapping[str, str | int | list[str]]) -> bytes | None:
        """Return the answer of a route; None from a shop that does not have it."""
        response = send(self.shop.http, "GET", path, params=given)
        return None if response.status_code in NO_ROUTE else require_success(response).content
