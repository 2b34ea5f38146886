"""Setting up a Shopify store: its app's access scopes, its locations, our webhooks, and its variants as listings.

Shopify signs the webhooks that an app creates with the app's client secret: a secret of ours is never sent.
"""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from pydantic import Field

from packhorse.channels.protocol import MOST_PAGES, ListingFound, ListingPage, Subscription
from packhorse.channels.shopify.inventory import PageInfo, Thing
from packhorse.channels.shopify.query import FieldDenied, query
from packhorse.domain.configuration.channel import location_number
from packhorse.domain.errors import Rejected
from packhorse.http.body import ExternalModel, Model

if TYPE_CHECKING:
    import httpx

TOPICS = (
    "ORDERS_CREATE",
    "ORDERS_UPDATED",
    "ORDERS_PAID",
    "ORDERS_CANCELLED",
    "ORDERS_FULFILLED",
    "ORDERS_PARTIALLY_FULFILLED",
    "ORDERS_DELETE",
    "FULFILLMENT_ORDERS_PLACED_ON_HOLD",
    "FULFILLMENT_ORDERS_HOLD_RELEASED",
    "INVENTORY_LEVELS_UPDATE",
)
WRITE_ORDERS = "write_orders"
SCOPES = (
    WRITE_ORDERS,
    "read_products",
    "read_inventory",
    "write_inventory",
    "read_locations",
    "read_merchant_managed_fulfillment_orders",
    "write_merchant_managed_fulfillment_orders",
)
LOCATIONS = "read_locations"
"""The scope without which Shopify refuses the whole query for a location."""

ALL_ORDERS = "read_all_orders"
RECENT = timedelta(days=60)
"""How old the orders are that an app may read without the scope for all."""
LISTING_SIZE = 250
SUBSCRIPTION_SIZE = 100

CHECK = """
query check($location: ID, $located: Boolean!) {
  currentAppInstallation { accessScopes { handle } }
  location(id: $location) @include(if: $located) { id }
}
"""

ADDRESSES = """
query addresses { orders(first: 10, sortKey: UPDATED_AT, reverse: true) { nodes { shippingAddress { address1 } } } }
"""
NO_ADDRESSES = (
    "the buyers' addresses: the store's plan shows them to no app of its own, or has this app no access to protected"
    " customer data"
)

SUBSCRIPTIONS = """
query subscriptions($first: Int!, $after: String) {
  webhookSubscriptions(first: $first, after: $after) {
    nodes { id topic uri }
    pageInfo { hasNextPage endCursor }
  }
}
"""

SUBSCRIBE = """
mutation subscribe($topic: WebhookSubscriptionTopic!, $uri: String!) {
  webhookSubscriptionCreate(topic: $topic, webhookSubscription: {uri: $uri, format: JSON}) {
    webhookSubscription { id }
    userErrors { field message }
  }
}
"""

UNSUBSCRIBE = """
mutation unsubscribe($id: ID!) {
  webhookSubscriptionDelete(id: $id) {
    deletedWebhookSubscriptionId
    userErrors { field message }
  }
}
"""

LISTINGS = """
query listings($first: Int!, $after: String) {
  productVariants(first: $first, after: $after) {
    nodes { id sku displayName }
    pageInfo { hasNextPage endCursor }
  }
}
"""


class Scope(ExternalModel):
    """An access scope that the app was granted."""

    handle: str


class Installation(ExternalModel):
    """The app in this store."""

    scopes: tuple[Scope, ...] = Field(validation_alias="accessScopes")


class Checked(ExternalModel):
    """An answer to CHECK."""

    installation: Installation = Field(validation_alias="currentAppInstallation")
    location: Thing | None = None


class Street(ExternalModel):
    """An address of which only the street is read."""

    street: str | None = Field(None, validation_alias="address1")


class SentTo(ExternalModel):
    """An order of which only the address is read."""

    address: Street | None = Field(None, validation_alias="shippingAddress")


class SentToNodes(ExternalModel):
    """A page of them."""

    nodes: tuple[SentTo, ...]


class Addresses(ExternalModel):
    """An answer to ADDRESSES."""

    orders: SentToNodes


class TheirSubscription(ExternalModel):
    """A webhook subscription of the app."""

    id: str
    topic: str
    uri: str = ""


class SubscriptionNodes(ExternalModel):
    """A page of them."""

    nodes: tuple[TheirSubscription, ...]
    page: PageInfo = Field(default_factory=PageInfo, validation_alias="pageInfo")


class Subscribed(ExternalModel):
    """An answer to SUBSCRIPTIONS."""

    found: SubscriptionNodes = Field(validation_alias="webhookSubscriptions")


class SubscribeError(ExternalModel):
    """Why a subscription was refused."""

    message: str = ""


class SubscribeResult(ExternalModel):
    """The result of SUBSCRIBE, and of UNSUBSCRIBE."""

    errors: tuple[SubscribeError, ...] = Field((), validation_alias="userErrors")


class WasSubscribed(ExternalModel):
    """An answer to SUBSCRIBE."""

    outcome: SubscribeResult = Field(validation_alias="webhookSubscriptionCreate")


class WasUnsubscribed(ExternalModel):
    """An answer to UNSUBSCRIBE."""

    outcome: SubscribeResult = Field(validation_alias="webhookSubscriptionDelete")


class TheirVariant(ExternalModel):
    """A variant as a listing; `displayName` has the title of its product, too."""

    id: str
    sku: str = ""
    title: str = Field("", validation_alias="displayName")


class VariantNodes(ExternalModel):
    """A page of them."""

    nodes: tuple[TheirVariant, ...]
    page: PageInfo = Field(default_factory=PageInfo, validation_alias="pageInfo")


class Listed(ExternalModel):
    """An answer to LISTINGS."""

    variants: VariantNodes = Field(validation_alias="productVariants")


class ShopifyConnecting:
    """The set-up of a Shopify store; made for each invocation."""

    def __init__(
        self, locations: Sequence[str], http: "httpx.Client", sleep: Callable[[float], None] | None = None
    ) -> None:
        self.locations = locations
        self.http = http
        self.sleep = sleep or time.sleep

    def check(self, since: datetime | None = None) -> tuple[str, ...]:
        """Return what the app lacks: access scopes, locations of the channel, and the addresses of newest orders."""
        granted = {scope.handle for scope in self._query(Checked, CHECK, {"located": False}).installation.scopes}
        lacking = [f"the access scope {scope}" for scope in SCOPES if not granted & {scope, _wider(scope)}]
        if not {LOCATIONS, _wider(LOCATIONS)}.isdisjoint(granted):
            absent = [location for location in self.locations if not self._has_location(location)]
            lacking += [f"a location {location}: the store has none of that id" for location in absent]
        if since and since < datetime.now(UTC) - RECENT and ALL_ORDERS not in granted:
            lacking.append(f"the access scope {ALL_ORDERS}, without which orders older than 60 days are not shown")
        if WRITE_ORDERS in granted and self._withholds_addresses():
            lacking.append(NO_ADDRESSES)
        return tuple(lacking)

    def subscriptions(self) -> tuple[Subscription, ...]:
        """Return the app's webhooks of our topics; Shopify deletes one that fails for long, and disables none."""
        return tuple(
            Subscription(each.id, each.topic, each.uri, is_active=True)
            for page in self._pages()
            for each in page
            if each.topic in TOPICS
        )

    def subscribe(self, url: str, secret: str) -> None:  # noqa: ARG002 -- Shopify signs with the app's own
        """Create the webhooks that lack; one that another call has created meanwhile is no failure."""
        present = {each.topic for each in self.subscriptions() if each.url == url}
        for topic in TOPICS:
            if topic not in present:
                self._subscribe(topic, url)

    def unsubscribe(self, url: str) -> None:
        """Delete the webhooks of our topics to an address."""
        for each in self.subscriptions():
            if each.url == url:
                self._query(WasUnsubscribed, UNSUBSCRIBE, {"id": each.id})
        if left := [each.topic for each in self.subscriptions() if each.url == url]:
            raise Rejected(f"Shopify keeps webhooks to {url}: {', '.join(left)}"[:500])

    def listings(self, cursor: str | None) -> ListingPage:
        """Return a page of variants: the reference is the number in a variant's id, which lines of orders have."""
        found = self._query(Listed, LISTINGS, {"first": LISTING_SIZE, "after": cursor}).variants
        items = tuple(ListingFound(each.id.rpartition("/")[2], each.sku, each.title) for each in found.nodes)
        return ListingPage(items, found.page.end if found.page.more else None)

    def _withholds_addresses(self) -> bool:
        try:
            found = self._query(Addresses, ADDRESSES, {}).orders.nodes
        except FieldDenied:
            return True
        addresses = [each.address for each in found if each.address]
        return bool(addresses) and not any(each.street for each in addresses)

    def _has_location(self, location: str) -> bool:
        name = f"gid://shopify/Location/{location_number(location)}"
        return self._query(Checked, CHECK, {"located": True, "location": name}).location is not None

    def _subscribe(self, topic: str, url: str) -> None:
        errors = self._query(WasSubscribed, SUBSCRIBE, {"topic": topic, "uri": url}).outcome.errors
        if errors and topic not in {each.topic for each in self.subscriptions() if each.url == url}:
            raise Rejected(f"Shopify refuses a webhook of {topic} to {url}: {errors[0].message}"[:500])

    def _pages(self) -> Iterator[tuple[TheirSubscription, ...]]:
        after = None
        for _ in range(MOST_PAGES):
            found = self._query(Subscribed, SUBSCRIPTIONS, {"first": SUBSCRIPTION_SIZE, "after": after}).found
            yield found.nodes
            if not found.page.more:
                return
            after = found.page.end
        raise Rejected("the store's webhooks have no end")

    def _query(self, model: type[Model], text: str, variables: Mapping[str, Any]) -> Model:
        return query(self.http, model, text, variables, self.sleep)


def _wider(scope: str) -> str:
    """Return the scope that includes it: Shopify lists only `write_orders` of an app that may read orders, too."""
    return scope.replace("read_", "write_", 1)
