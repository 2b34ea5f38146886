"""What a kind of channel can do, as protocols, and the values that they exchange."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple, Protocol

from packhorse.domain.configuration.channel import Channel
from packhorse.domain.errors import Rejected
from packhorse.domain.orders.channel_order import ChannelOrder
from packhorse.domain.orders.fulfilment_order import Parcel

if TYPE_CHECKING:
    import httpx


class UnreadableOrder(NamedTuple):
    """An order of a page that makes no sense: its id as far as it could be read, its JSON, and what is wrong.

    `headers` are those under which the adapter reads it like a webhook; none: it cannot be read alone.
    """

    id: str | None
    raw: str
    reason: str
    headers: Mapping[str, str] = {}


class Page(NamedTuple):
    """One page of a channel's orders; `next` is the cursor of the page after it, `raw` the body as it came."""

    orders: tuple[ChannelOrder, ...]
    refused: tuple[UnreadableOrder, ...]
    next: str | None
    raw: bytes


class Quantity(NamedTuple):
    """How many of a listing can be sold: a number to set, not to add.

    `last` is the confirmed quantity, None if it is unknown; `key` is new for every publish, since a channel ignores a
    key that it has, and a quantity may come back.
    """

    reference: str
    quantity: int
    last: int | None
    key: str


class Receiving(Protocol):
    """A channel that posts to us; `topic` is the header that says what a message is about, in lower case."""

    topic: str

    def verify(self, headers: Mapping[str, str], raw: bytes, secrets: Sequence[str]) -> bool:
        """Return whether one of the active secrets signed these bytes; never raises, whatever was sent."""
        ...

    def read(self, headers: Mapping[str, str], raw: bytes) -> ChannelOrder | None:
        """Return the order; None for a message about something else; raises Rejected for one that makes no sense."""
        ...


class Polling(Protocol):
    """A channel whose orders can be read."""

    def orders_since(self, since: datetime, cursor: str | None) -> Page:
        """Read a page of the orders modified at `since` or later, oldest first.

        `cursor` is the previous page's `next`.
        """
        ...


class Notifying(Protocol):
    """A channel that can be notified of what happened here. Notifying it twice is harmless."""

    def notify_shipped(self, channel_order_id: str, parcel_id: str, parcel: Parcel) -> None:
        """Say that a parcel left; `parcel_id` is ours and travels as their idempotency key."""
        ...


class Publishing(Protocol):
    """A channel whose listings can be published and read. Publishing twice is harmless.

    `at_once` is how many one call takes.
    """

    at_once: int

    def set_quantities(self, wanted: Sequence[Quantity]) -> Mapping[str, Rejected | None]:
        """Map each reference to None if set, or to its rejection; one rejection does not affect the others.

        Raises Unavailable where the channel is busy or silent: what it set until then is unknown, and the same may be
        published again under other keys.
        """
        ...

    def quantities(self, references: Sequence[str]) -> Mapping[str, int]:
        """Read the quantities that the channel shows, without unknown references.

        Raises Rejected if it cannot be read.
        """
        ...


class Keys(NamedTuple):
    """The credentials of a channel's API: a token, or the id and secret of an app that fetches tokens itself."""

    token: str
    client_id: str = ""
    client_secret: str = ""


class Adapter(NamedTuple):
    """All that a kind of channel can do, each made with the channel and a client that is signed in; None: it cannot.

    `receive` is made with the channel's id alone: reading a webhook needs no client. `sign_in` puts credentials into a
    new client, which has the channel's base url.
    """

    receive: "Callable[[str], Receiving] | None" = None
    poll: "Callable[[Channel, httpx.Client], Polling] | None" = None
    stock: "Callable[[Channel, httpx.Client], Publishing] | None" = None
    notify: "Callable[[Channel, httpx.Client], Notifying] | None" = None
    sign_in: "Callable[[httpx.Client, Keys], None] | None" = None
