"""Amazon: orders, packages and quantities of a seller in one marketplace, by the Selling Partner API.

A channel's `base_url` is the endpoint of its region. Its credentials are those of Login with Amazon: the application's
`client_id` and `client_secret`, and the refresh token of the seller's authorisation (`token`).
"""

from typing import TYPE_CHECKING

from packhorse.channels.amazon.rates import rate_holder, rate_of
from packhorse.channels.protocol import Adapter, Keys

if TYPE_CHECKING:
    import httpx

    from packhorse.channels.amazon.connecting import AmazonConnecting
    from packhorse.channels.amazon.inventory import AmazonInventory
    from packhorse.channels.amazon.notices import AmazonNotices
    from packhorse.channels.amazon.outbound import AmazonOutbound
    from packhorse.channels.amazon.polling import AmazonPolling
    from packhorse.channels.amazon.stock import AmazonStock
    from packhorse.domain.configuration.channel import Channel


def sign_in(http: "httpx.Client", keys: Keys) -> None:
    """Have each request get a token of the seller."""
    from packhorse.channels.amazon.login import AmazonLogin  # not above: it imports httpx, a tenth of a second

    http.auth = AmazonLogin(http.base_url, keys)


def polling(channel: "Channel", http: "httpx.Client") -> "AmazonPolling":
    """Return the orders of a seller."""
    from packhorse.channels.amazon.polling import AmazonPolling  # not above: its many models are slow to make
    from packhorse.channels.amazon.seller import seller_of

    return AmazonPolling(channel.id, seller_of(channel).marketplace, http)


def notices(channel: "Channel", http: "httpx.Client") -> "AmazonNotices":
    """Return the packages of a seller's orders."""
    from packhorse.channels.amazon.notices import AmazonNotices  # as above
    from packhorse.channels.amazon.seller import seller_of

    return AmazonNotices(seller_of(channel).marketplace, http)


def stock(channel: "Channel", http: "httpx.Client") -> "AmazonStock":
    """Return the quantities of a seller's listings."""
    from packhorse.channels.amazon.seller import seller_of
    from packhorse.channels.amazon.stock import AmazonStock  # as above

    return AmazonStock(seller_of(channel), http)


def connecting(channel: "Channel", http: "httpx.Client") -> "AmazonConnecting":
    """Return what is set up at Amazon for a seller."""
    from packhorse.channels.amazon.connecting import AmazonConnecting  # as above
    from packhorse.channels.amazon.seller import seller_of

    return AmazonConnecting(seller_of(channel), http)


def outbound(channel: "Channel", http: "httpx.Client") -> "AmazonOutbound":
    """Return what Amazon ships for a seller."""
    from packhorse.channels.amazon.outbound import AmazonOutbound  # as above
    from packhorse.channels.amazon.seller import seller_of

    return AmazonOutbound(seller_of(channel).marketplace, http)


def inventory(channel: "Channel", http: "httpx.Client") -> "AmazonInventory":
    """Return what a seller has in Amazon's own warehouses."""
    from packhorse.channels.amazon.inventory import AmazonInventory  # as above
    from packhorse.channels.amazon.seller import seller_of

    return AmazonInventory(seller_of(channel).marketplace, http)


AMAZON = Adapter(
    poll=polling,
    read=polling,
    stock=stock,
    notify=notices,
    outbound=outbound,
    inventory=inventory,
    connect=connecting,
    sign_in=sign_in,
    sign_in_by=(("client_id", "client_secret", "token"),),
    rate_of=rate_of,
    rate_holder=rate_holder,
    by_queue=True,
)
