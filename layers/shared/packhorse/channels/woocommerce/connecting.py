"""Setting up a WooCommerce store from here: what its key may do, its webhooks, its products."""

import html
from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING

from pydantic import ValidationError

from packhorse.channels.decoration import Words
from packhorse.channels.protocol import ListingFound, ListingPage, Subscription
from packhorse.channels.woocommerce.lists import Place, all_models, read_part
from packhorse.channels.woocommerce.orders import DELETED, TOPICS
from packhorse.channels.woocommerce.rest import API, call, change, list_in, model_in, models_of
from packhorse.channels.woocommerce.stock import PRODUCTS, Product
from packhorse.domain.configuration.channel import Channel
from packhorse.domain.configuration.web_address import split_url
from packhorse.domain.errors import CredentialsRefused, Rejected
from packhorse.domain.values import Text
from packhorse.http.body import ExternalId, ExternalModel

if TYPE_CHECKING:
    import httpx

WEBHOOKS = f"{API}/webhooks"
MANAGES_STOCK = f"{API}/settings/products/woocommerce_manage_stock"
WANTED = (*sorted(TOPICS), DELETED)
PAGE_SIZE = 20
"""Products in a page: the variations of each take a call or more."""


class Webhook(ExternalModel):
    """A webhook, without its secret."""

    id: ExternalId
    status: Text = ""
    topic: Text = ""
    delivery_url: Words = ""


class Setting(ExternalModel):
    """A setting of the store."""

    value: Words


class Attribute(ExternalModel):
    """What a variation differs in."""

    option: Words = ""


class Listed(Product):
    """A product or a variation with its names."""

    name: Words = ""
    type: Text = ""
    attributes: tuple[Attribute, ...] = ()


class WooConnecting:
    """The set-up of a WooCommerce store."""

    def __init__(self, channel: Channel, http: "httpx.Client") -> None:
        self.channel = channel
        self.http = http

    def check(self, since: datetime | None = None) -> tuple[str, ...]:  # noqa: ARG002 -- all orders can be read
        """Return what the key may not do, and whether the store counts stock; a key that is none is refused."""
        list_in(call(self.http, "GET", f"{API}/orders", params={"per_page": 1}))
        return tuple(self._lacks())

    def subscriptions(self) -> tuple[Subscription, ...]:
        """Return the webhooks about orders to the address of this channel."""
        path = f"/webhooks/{self.channel.id}"
        return tuple(
            Subscription(each.id, each.topic, each.delivery_url, each.status == "active")
            for each in self._webhooks()
            if each.topic in WANTED and split_url(each.delivery_url).path.endswith(path)
        )

    def subscribe(self, url: str, secret: str) -> None:
        """Create the webhooks that lack; give the others the secret, and enable them, as WooCommerce disables some."""
        found = {each.topic: each for each in self._webhooks() if each.delivery_url == url}
        for topic in WANTED:
            body = {"status": "active", "secret": secret}
            if topic in found:
                change(self.http, "PUT", f"{WEBHOOKS}/{found[topic].id}", body)
            else:
                new = {"name": f"Packhorse {topic}", "topic": topic, "delivery_url": url}
                change(self.http, "POST", WEBHOOKS, {**new, **body})

    def unsubscribe(self, url: str) -> None:
        """Delete the webhooks about orders to an address; without `force` WooCommerce deletes none."""
        for each in self.subscriptions():
            if each.url == url:
                call(self.http, "DELETE", f"{WEBHOOKS}/{each.id}", params={"force": "true"})

    def listings(self, cursor: str | None) -> ListingPage:
        """Return a page of products and variations that have a stock of their own."""
        part = read_part(self.http, PRODUCTS, {}, _place(cursor), PAGE_SIZE)
        products = models_of(part.response, part.bodies, Listed)
        items = tuple(listing for product in products for listing in self._listings(product))
        return ListingPage(items, part.next.model_dump_json() if part.next else None)

    def _listings(self, product: Listed) -> Iterator[ListingFound]:
        if product.type in ("grouped", "external"):
            return
        if product.type != "variable":
            yield ListingFound(product.id, product.sku, html.unescape(product.name))
            return
        variations = list(all_models(self.http, f"{PRODUCTS}/{product.id}/variations", Listed, {}))
        if any(each.manage_stock == "parent" for each in variations):
            yield ListingFound(product.id, product.sku, html.unescape(product.name))
        for each in variations:
            if each.manage_stock != "parent":
                options = ", ".join(part.option for part in each.attributes if part.option)
                title = " - ".join(filter(None, (product.name, options)))
                yield ListingFound(f"{product.id}:{each.id}", each.sku, html.unescape(title)[:255])

    def _lacks(self) -> Iterator[str]:
        try:
            call(self.http, "POST", f"{PRODUCTS}/batch", json={})  # an empty batch changes nothing
        except CredentialsRefused:
            yield "the key may only read; give it the permission Read/Write"
        try:
            if model_in(call(self.http, "GET", MANAGES_STOCK), Setting).value == "no":
                yield "the store counts no stock; switch on stock management in its settings"
            list_in(call(self.http, "GET", WEBHOOKS, params={"per_page": 1}))
        except CredentialsRefused:
            yield "the user of the key may not manage the store; make the key for an administrator or shop manager"

    def _webhooks(self) -> list[Webhook]:
        return list(all_models(self.http, WEBHOOKS, Webhook, {}))


def _place(cursor: str | None) -> Place:
    if cursor is None:
        return Place()
    try:
        return Place.model_validate_json(cursor)
    except ValidationError:
        raise Rejected("the stored place among the listings is unreadable") from None
