"""eBay: orders and parcels by the Fulfillment API, quantities by the Inventory and Trading APIs, signed notifications.

A channel's `base_url` is https://api.ebay.com, or https://api.sandbox.ebay.com. Its credentials are the App ID and Cert
ID of an application (`client_id`, `client_secret`) and a refresh token of the seller (`token`).
"""

from typing import TYPE_CHECKING

from packhorse.channels.ebay.topics import SIGNATURE, VERIFICATION_TOKEN, answer_challenge
from packhorse.channels.protocol import Adapter, Keys

if TYPE_CHECKING:
    import httpx

    from packhorse.channels.ebay.connecting import EbayConnecting
    from packhorse.channels.ebay.notices import EbayNotices
    from packhorse.channels.ebay.notifications import EbayNotifications
    from packhorse.channels.ebay.polling import EbayPolling
    from packhorse.channels.ebay.stock import EbayStock
    from packhorse.domain.configuration.channel import Channel


def sign_in(http: "httpx.Client", keys: Keys) -> None:
    """Have each request get the token that it needs: of the seller, or of the application."""
    from packhorse.channels.ebay.login import EbayLogin  # not above: it imports httpx, a tenth of a second for webhooks

    http.auth = EbayLogin(http.base_url, keys)


def polling(channel: "Channel", http: "httpx.Client") -> "EbayPolling":
    """Return the orders of a seller."""
    from packhorse.channels.ebay.polling import EbayPolling  # not above: its many models are slow to make

    return EbayPolling(channel.id, http)


def notices(_: "Channel", http: "httpx.Client") -> "EbayNotices":
    """Return the parcels of a seller's orders."""
    from packhorse.channels.ebay.notices import EbayNotices  # as above

    return EbayNotices(http)


def stock(channel: "Channel", http: "httpx.Client") -> "EbayStock":
    """Return the quantities of a seller's listings."""
    from packhorse.channels.ebay.stock import EbayStock  # as above

    return EbayStock(http, f"{channel.id} {channel.base_url}")


def notifications(_: "Channel", http: "httpx.Client") -> "EbayNotifications":
    """Return the notifications of a seller."""
    from packhorse.channels.ebay.notifications import EbayNotifications  # not above: only one function has its layer

    return EbayNotifications(http)


def connecting(_: "Channel", http: "httpx.Client") -> "EbayConnecting":
    """Return what is set up at eBay for a seller."""
    from packhorse.channels.ebay.connecting import EbayConnecting  # as above

    return EbayConnecting(http)


EBAY = Adapter(
    challenge=answer_challenge,
    announce=notifications,
    announced_by=SIGNATURE,
    poll=polling,
    read=polling,
    stock=stock,
    notify=notices,
    connect=connecting,
    sign_in=sign_in,
    sign_in_by=(("client_id", "client_secret", "token"),),
    webhook_secret=VERIFICATION_TOKEN,
)
