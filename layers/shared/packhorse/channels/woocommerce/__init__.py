"""WooCommerce: signed webhooks with the whole order; polls, quantities and parcels by its REST API, version 3."""

from base64 import b64encode
from typing import TYPE_CHECKING

from packhorse.channels.protocol import Adapter, Cancelling, Connecting, Keys, Notifying
from packhorse.channels.woocommerce.orders import WooCommerce, is_ping, orders_with_refunds
from packhorse.channels.woocommerce.states import STATES
from packhorse.channels.woocommerce.stock import WooStock

if TYPE_CHECKING:
    import httpx

    from packhorse.channels.woocommerce.polling import WooPolling
    from packhorse.domain.configuration.channel import Channel


def sign_in(http: "httpx.Client", keys: Keys) -> None:
    """Set the consumer key and secret for HTTP Basic authentication."""
    pair = f"{keys.client_id}:{keys.client_secret}"
    http.headers["Authorization"] = f"Basic {b64encode(pair.encode()).decode()}"


def polling(channel: "Channel", http: "httpx.Client") -> "WooPolling":
    """Return the orders of a store."""
    from packhorse.channels.woocommerce.polling import WooPolling  # not above: a webhook needs none of it

    return WooPolling(channel, http)


def notices(channel: "Channel", http: "httpx.Client") -> Notifying:
    """Return the parcels of a store."""
    from packhorse.channels.woocommerce.notices import WooNotices  # see above

    return WooNotices(channel, http)


def cancelling(channel: "Channel", http: "httpx.Client") -> Cancelling:
    """Return the orders of a store that can be cancelled."""
    from packhorse.channels.woocommerce.cancelling import WooCancelling  # see above

    return WooCancelling(channel, http)


def connecting(channel: "Channel", http: "httpx.Client") -> Connecting:
    """Return the set-up of a store."""
    from packhorse.channels.woocommerce.connecting import WooConnecting  # see above

    return WooConnecting(channel, http)


WOOCOMMERCE = Adapter(
    receive=WooCommerce,
    is_ping=is_ping,
    names=orders_with_refunds,
    poll=polling,
    read=polling,
    stock=lambda _, http: WooStock(http),
    notify=notices,
    cancel=cancelling,
    connect=connecting,
    sign_in=sign_in,
    sign_in_by=(("client_id", "client_secret"),),
    has_order_ids=True,
    order_states=STATES,
)
