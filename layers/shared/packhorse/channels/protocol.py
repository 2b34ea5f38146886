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

    `last` is what the channel confirmed last, None where nobody knows; `key` is another one whenever it is told: a
    number that comes back is news, and a channel that knows a key does nothing.
    """

    reference: str
    quantity: int
    last: int | None
    key: str


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


class Notifying(Protocol):
    """A channel that can be notified of what happened here. Notifying it twice is harmless."""

    def notify_shipped(self, channel_order_id: str, parcel_id: str, parcel: Parcel) -> None:
        """Say that a parcel left; `parcel_id` is ours and travels as their idempotency key."""
        ...


class Publishing(Protocol):
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
