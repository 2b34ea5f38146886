"""Shopify: signed webhooks with the whole order; polls and quantities by its GraphQL Admin API."""

from typing import TYPE_CHECKING

from packhorse.channels.protocol import Adapter, Keys
from packhorse.channels.shopify.orders import Shopify
from packhorse.channels.shopify.polling import ShopifyPolling
from packhorse.channels.shopify.stock import ShopifyStock

if TYPE_CHECKING:
    import httpx


def sign_in(http: "httpx.Client", keys: Keys) -> None:
    """Set the token of a custom app, which never expires, or have one fetched daily by client credentials."""
    if keys.client_id and keys.client_secret:
        from packhorse.channels.shopify.login import AppLogin  # not above: it imports httpx, a tenth of a second

        http.auth = AppLogin(http.base_url, keys.client_id, keys.client_secret)
    else:
        http.headers["X-Shopify-Access-Token"] = keys.token


SHOPIFY = Adapter(
    receive=Shopify,
    poll=lambda channel, http: ShopifyPolling(channel.id, http),
    stock=lambda channel, http: ShopifyStock(channel.location, http),
    sign_in=sign_in,
    has_order_ids=True,
)
