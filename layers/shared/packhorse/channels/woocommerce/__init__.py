"""WooCommerce: signed webhooks with the whole order; polls, quantities and parcels by its REST API, version 3."""

from base64 import b64encode
from typing import TYPE_CHECKING

from packhorse.channels.protocol import Adapter, Keys, Polling
from packhorse.channels.woocommerce.orders import WooCommerce, is_ping
from packhorse.channels.woocommerce.states import STATES
from packhorse.channels.woocommerce.stock import WooStock

if TYPE_CHECKING:
    import httpx

    from packhorse.domain.configuration.channel import Channel


def sign_in(http: "httpx.Client", keys: Keys) -> None:
    """Set the consumer key and secret for HTTP Basic authentication."""
    pair = f"{keys.client_id}:{keys.client_secret}"
    http.headers["Authorization"] = f"Basic {b64encode(pair.encode()).decode()}"


def polling(channel: "Channel", http: "httpx.Client") -> Polling:
    """Return the orders of a store."""
    from packhorse.channels.woocommerce.polling import WooPolling  # not above: a webhook needs none of it

    return WooPolling(channel, http)


WOOCOMMERCE = Adapter(
    receive=WooCommerce,
    is_ping=is_ping,
    poll=polling,
    stock=lambda _, http: WooStock(http),
    sign_in=sign_in,
    has_order_ids=True,
    order_states=STATES,
)
