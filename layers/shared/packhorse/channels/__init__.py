"""Places that sell, one file each, and what each kind of channel can do.

Importing this never imports httpx: the door only verifies and reads. Those who call hand over a ready client.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Protocol

from packhorse.channels.generic import Generic
from packhorse.channels.page import Page
from packhorse.channels.shopify import Shopify
from packhorse.domain.channel_order import ChannelOrder
from packhorse.domain.fulfilment_order import Parcel

if TYPE_CHECKING:
    import httpx


class Receiving(Protocol):
    """A channel that posts to us."""

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

    def set_quantity(self, reference: str, quantity: int) -> None:
        """Say how many of a listing can be sold: a number to set, not to add."""
        ...


CHANNELS: dict[str, Callable[[str], Receiving]] = {"shopify": Shopify, "generic": Generic}
"""By the kind of the channel; made with the channel's id."""

POLLED: dict[str, Callable[[str, "httpx.Client"], Polling]] = {"generic": Generic}
"""The kinds that can be polled; made with the channel's id and a client that has its base url and credentials."""

TOLD: dict[str, Callable[[str, "httpx.Client"], Telling]] = {"generic": Generic}
"""The kinds that can be told, made likewise."""
