"""Shopify: signed webhooks with the whole order, or with a quantity; polls and quantities by its GraphQL Admin API."""

from typing import TYPE_CHECKING

from packhorse.channels.protocol import Adapter, Connecting, Holding, Keys
from packhorse.channels.shopify.bus import read_event, sending_shop
from packhorse.channels.shopify.cancelling import ShopifyCancelling
from packhorse.channels.shopify.hold_topics import held_orders
from packhorse.channels.shopify.levels import reported_quantity
from packhorse.channels.shopify.notices import ShopifyNotices
from packhorse.channels.shopify.orders import Shopify
from packhorse.channels.shopify.privacy import KINDS, privacy_request
from packhorse.channels.shopify.stock import ShopifyStock

if TYPE_CHECKING:
    import httpx

    from packhorse.channels.shopify.polling import ShopifyPolling
    from packhorse.domain.configuration.channel import Channel


def sign_in(http: "httpx.Client", keys: Keys) -> None:
    """Set the token of a custom app, which never expires, or have one fetched daily by client credentials."""
    if keys.client_id and keys.client_secret:
        from packhorse.channels.shopify.login import AppLogin  # not above: it imports httpx, a tenth of a second

        http.auth = AppLogin(http.base_url, keys.client_id, keys.client_secret)
    else:
        http.headers["X-Shopify-Access-Token"] = keys.token


def polling(channel: "Channel", http: "httpx.Client") -> "ShopifyPolling":
    """Return the orders of a store."""
    from packhorse.channels.shopify.polling import ShopifyPolling  # not above: its many models are slow to make

    return ShopifyPolling(channel.id, http)


def holding(_: "Channel", http: "httpx.Client") -> Holding:
    """Return the orders of a store, to hold."""
    from packhorse.channels.shopify.holding import ShopifyHolding  # not above: its models, as above

    return ShopifyHolding(http)


def connecting(channel: "Channel", http: "httpx.Client") -> Connecting:
    """Return the set-up of a store."""
    from packhorse.channels.shopify.connecting import ShopifyConnecting  # not above: its models, as above

    named = [location for place in channel.places if (location := channel.at(place).location)]
    return ShopifyConnecting(named, http)


SHOPIFY = Adapter(
    receive=lambda channel: Shopify(channel.id),
    report=reported_quantity,
    privacy=privacy_request,
    privacy_topics=frozenset(KINDS),
    bus=read_event,
    sender=sending_shop,
    names=held_orders,
    poll=polling,
    read=polling,
    stock=lambda channel, http: ShopifyStock(channel.location, http),
    notify=lambda channel, http: ShopifyNotices(channel.location_of, http, writes_to_buyers=channel.notify_customer),
    connect=connecting,
    cancel=lambda channel, http: ShopifyCancelling(http, writes_to_buyers=channel.notify_customer),
    hold=holding,
    sign_in=sign_in,
    sign_in_by=(("client_id", "client_secret"), ("token",)),
    signs_with_app=True,
    has_order_ids=True,
)
