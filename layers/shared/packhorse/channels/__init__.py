"""Places that sell, one file each, and what each kind of channel can do.

Importing this never imports httpx: the door only verifies and reads. Those who call hand over a ready client.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Protocol

from packhorse.channels.generic import Generic
from packhorse.channels.page import Page
from packhorse.channels.quantity import Quantity as Quantity
from packhorse.channels.shopify import Shopify
from packhorse.channels.shopify_stock import ShopifyStock
from packhorse.domain.channel_order import ChannelOrder
from packhorse.domain.configuration import Channel
from packhorse.domain.errors import Rejected
from packhorse.domain.fulfilment_order import Parcel

if TYPE_CHECKING:
    import httpx


class Receiving(Protocol):
    """A channel that posts to us; `topic` is the header that says what a message is about, in lower case."""

    topic: str

    def verify(self, headers: Mapping[str, str], raw: bytes, secrets: Sequence[str]) -> bool:
        """Whether one of the active secrets signed these bytes; never raises, whatever was sent."""
        ...

    def read(self, headers: Mapping[str, str], raw: bytes) -> ChannelOrder | None:
        """The order in our terms; None where the message is about nothing of ours; Rejected if it makes no sense."""
        ...


class Polling(Protocol):
    """A channel that can be asked for its orders."""

    def orders_since(self, since: datetime, cursor: str | None) -> Page:
        """A page of the orders modified at `since` or later, oldest first; `cursor` is the page before's `next`."""
        ...


class Telling(Protocol):
    """A channel that can be told what happened here. Telling it twice is harmless."""

    def tell_shipped(self, channel_order_id: str, parcel_id: str, parcel: Parcel) -> None:
        """Say that a parcel left; `parcel_id` is ours and travels as their idempotency key."""
        ...


class Stocking(Protocol):
    """A channel that can be told how many of its listings can be sold, and asked. Telling it twice is harmless.

    `at_once` is of how many it can be told in one call.
    """

    at_once: int

    def set_quantities(self, wanted: Sequence[Quantity]) -> Mapping[str, Rejected | None]:
        """What became of each reference: None, it is so now; or why it cannot be, every other being so all the same.

        Unavailable where the channel is busy or silent: what it did until then is not known, and the same may be said
        again, under other keys.
        """
        ...

    def quantities(self, references: Sequence[str]) -> Mapping[str, int]:
        """What the channel says now, without the references that it does not know; Rejected if it cannot be asked."""
        ...


CHANNELS: dict[str, Callable[[str], Receiving]] = {"shopify": Shopify, "generic": Generic}
"""By the kind of the channel; made with the channel's id."""

POLLED: dict[str, Callable[[str, "httpx.Client"], Polling]] = {"generic": Generic}
"""The kinds that can be polled; made with the channel's id and a client that has its base url and credentials."""

TOLD: dict[str, Callable[[str, "httpx.Client"], Telling]] = {"generic": Generic}
"""The kinds that can be told, made likewise."""

STOCKED: dict[str, Callable[[Channel, "httpx.Client"], Stocking]] = {
    "generic": lambda channel, http: Generic(channel.id, http),
    "shopify": lambda channel, http: ShopifyStock(channel.location, http),
}
"""The kinds that can be told quantities; made with the channel and a client of `connection.connect`."""
