"""Setting up a seller from here: what the credentials lack, subscriptions to notifications, and listings."""

from collections.abc import Container, Iterator, Mapping
from datetime import datetime
from http import HTTPStatus
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl

from pydantic import Field, StrictInt

from packhorse.channels.body import parse_answer
from packhorse.channels.ebay.listings import ITEMS, listing_page
from packhorse.channels.ebay.topics import SUBSCRIBED, VERIFICATION_TOKEN
from packhorse.channels.protocol import MOST_PAGES, ListingPage, Subscription
from packhorse.domain.configuration.web_address import split_url
from packhorse.domain.errors import CredentialsRefused, Rejected, Unavailable
from packhorse.http.body import ExternalModel
from packhorse.http.calls import call

if TYPE_CHECKING:
    import httpx

NOTIFICATIONS = "/commerce/notification/v1"
PAGE_SIZE = 100
ENABLED, NAME = "ENABLED", "packhorse"
NO_ALERTS = "195003"
SET_ALERTS = (
    "eBay sends no notifications before it has an e-mail address for alerts: set one in eBay's developer account,"
    " Alerts and Notifications; they are set up within an hour then, or connect again"
)
NEEDED: Mapping[str, tuple[str, Mapping[str, int]]] = {
    "sell.fulfillment, with which orders are read and shipped": ("/sell/fulfillment/v1/order", {"limit": 1}),
    "sell.inventory, with which quantities are set": (ITEMS, {"limit": 1}),
    "commerce.notification.subscription, with which notifications are set up": (f"{NOTIFICATIONS}/subscription", {}),
}
"""Scopes that the seller must have granted, and a call that each allows."""


class DeliveryConfig(ExternalModel):
    """Where notifications go, and the token that proves who is there."""

    url: str = Field("", validation_alias="endpoint")
    token: str = Field("", validation_alias="verificationToken", repr=False)


class Destination(ExternalModel):
    """An endpoint of the application."""

    id: str = Field(validation_alias="destinationId")
    name: str = ""
    status: str = ""
    config: DeliveryConfig = Field(default_factory=DeliveryConfig, validation_alias="deliveryConfig")


class Destinations(ExternalModel):
    """A page of the endpoints."""

    total: StrictInt
    parts: tuple[Destination, ...] = Field((), validation_alias="destinations")
    next: str = ""


class TheirSubscription(ExternalModel):
    """A topic that is sent to an endpoint."""

    id: str = Field(validation_alias="subscriptionId")
    topic: str = Field("", validation_alias="topicId")
    status: str = ""
    destination: str = Field("", validation_alias="destinationId")


class Subscriptions(ExternalModel):
    """A page of the subscriptions of a seller."""

    total: StrictInt
    parts: tuple[TheirSubscription, ...] = Field((), validation_alias="subscriptions")
    next: str = ""


class Payload(ExternalModel):
    """A version of a topic's content."""

    version: str = Field("1.0", validation_alias="schemaVersion")
    is_old: bool = Field(False, validation_alias="deprecated")


class Topic(ExternalModel):
    """A topic."""

    payloads: tuple[Payload, ...] = Field(validation_alias="supportedPayloads")


class Counted(ExternalModel):
    """A list, of which only the length is read."""

    total: StrictInt


class EbayConnecting:
    """What is set up at eBay for a seller; made for each invocation."""

    def __init__(self, http: "httpx.Client") -> None:
        self.http = http

    def check(self, since: datetime | None = None) -> tuple[str, ...]:  # noqa: ARG002 -- all orders can be read
        """Return the scopes that the seller did not grant; raises CredentialsRefused for a consent that has ended."""
        return tuple(f"the scope {scope}" for scope, (path, given) in NEEDED.items() if not self._allows(path, given))

    def subscriptions(self) -> tuple[Subscription, ...]:
        """Return the subscriptions of the seller, with the urls of their destinations."""
        places = {each.id: each for each in self._destinations()}
        return tuple(
            Subscription(
                id=each.id,
                topic=each.topic,
                url=place.config.url,
                is_active=each.status == place.status == ENABLED,
            )
            for each in self._subscriptions()
            if (place := places.get(each.destination))
        )

    def subscribe(self, url: str, secret: str) -> None:
        """Subscribe to orders; eBay sends the challenge to the url at once, which the webhook function answers.

        A destination of an address before is moved: its own challenge, without which eBay changes nothing of it, would
        not be answered any more.
        """
        if not VERIFICATION_TOKEN.fullmatch(secret):
            raise Rejected("eBay takes a webhook secret of 32 to 80 letters, digits, - and _ only: set another one")
        try:
            self._subscribe_to_all(url, secret)
        except Rejected as error:
            if NO_ALERTS in error.in_full:
                raise Rejected(SET_ALERTS) from error
            raise

    def _subscribe_to_all(self, url: str, secret: str) -> None:
        existing = {each.topic: each for each in self._subscriptions()}
        place = self._destination(url, secret, {each.destination for each in existing.values()})
        for topic in SUBSCRIBED:
            self._subscribe(topic, place, existing.get(topic))

    def unsubscribe(self, url: str) -> None:
        """Delete the destination of an address, which eBay takes once nothing is sent there and it is disabled.

        Raises Rejected where the address does not answer eBay's challenge any more: eBay then keeps it, unused.
        """
        place = self._place_of(url)
        if place is None:
            return
        for each in list(self._subscriptions()):
            if each.destination == place.id:
                call(self.http, "DELETE", f"{NOTIFICATIONS}/subscription/{each.id}")
        path = f"{NOTIFICATIONS}/destination/{place.id}"
        if place.status == ENABLED:
            call(self.http, "PUT", path, json=_body(url, place.config.token, "DISABLED"))
        call(self.http, "DELETE", path)

    def listings(self, cursor: str | None) -> ListingPage:
        """Return a page of the items of the Inventory API, then of all other active listings."""
        return listing_page(self.http, cursor)

    # ---- credentials

    def _allows(self, path: str, parameters: Mapping[str, int]) -> bool:
        try:
            parse_answer(Counted, call(self.http, "GET", path, params=dict(parameters)), f"GET {path}")
        except CredentialsRefused as error:
            if error.status != HTTPStatus.FORBIDDEN:
                raise
            return False
        return True

    # ---- subscriptions

    def _destination(self, url: str, secret: str, used: Container[str]) -> str:
        """Return the id of the enabled destination of a url, which has this verification token; `used` are ours."""
        body = _body(url, secret, ENABLED)
        found = self._place_of(url) or self._place_before(url, used)
        if found is None:
            call(self.http, "POST", f"{NOTIFICATIONS}/destination", json=body)
        elif (found.status, found.config.url, found.config.token) != (ENABLED, url, secret):  # or down for a day
            call(self.http, "PUT", f"{NOTIFICATIONS}/destination/{found.id}", json=body)
        made = found or self._place_of(url)
        if made is None:
            raise Unavailable("the new destination is not listed yet")
        return made.id

    def _place_of(self, url: str) -> Destination | None:
        return next((each for each in self._destinations() if each.config.url == url), None)

    def _place_before(self, url: str, used: Container[str]) -> Destination | None:
        """Return the destination that the seller's notifications went to while the API had another address."""
        path = split_url(url).path
        for each in self._destinations():
            if each.id in used and each.name == NAME and split_url(each.config.url).path == path:
                return each
        return None

    def _subscribe(self, topic: str, place: str, existing: TheirSubscription | None) -> None:
        if existing and (existing.status, existing.destination) == (ENABLED, place):
            return
        versions = [each.version for each in self._topic(topic).payloads if not each.is_old] or ["1.0"]
        payload = {"format": "JSON", "schemaVersion": versions[-1], "deliveryProtocol": "HTTPS"}
        body = {"status": ENABLED, "destinationId": place, "payload": payload}
        if existing:
            call(self.http, "PUT", f"{NOTIFICATIONS}/subscription/{existing.id}", json=body)
        else:
            call(self.http, "POST", f"{NOTIFICATIONS}/subscription", json={"topicId": topic, **body})

    def _topic(self, topic: str) -> Topic:
        path = f"{NOTIFICATIONS}/topic/{topic}"
        return parse_answer(Topic, call(self.http, "GET", path), f"GET {path}")

    def _destinations(self) -> Iterator[Destination]:
        for page in self._pages(Destinations, f"{NOTIFICATIONS}/destination"):
            yield from page.parts

    def _subscriptions(self) -> Iterator[TheirSubscription]:
        for page in self._pages(Subscriptions, f"{NOTIFICATIONS}/subscription"):
            yield from page.parts

    def _pages(self, model: type[Any], path: str) -> Iterator[Any]:
        parameters: dict[str, str | int | list[str]] = {"limit": PAGE_SIZE}
        for _ in range(MOST_PAGES):
            page = parse_answer(model, call(self.http, "GET", path, params=parameters), f"GET {path}")
            yield page
            token = dict(parse_qsl(split_url(page.next).query)).get("continuation_token")
            if not token:
                return
            parameters["continuation_token"] = token
        raise Rejected(f"GET {path}: the list has no end")


def _body(url: str, token: str, status: str) -> Mapping[str, Any]:
    return {"name": NAME, "status": status, "deliveryConfig": {"endpoint": url, "verificationToken": token}}
