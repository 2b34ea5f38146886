"""Protocols of what a kind of channel can do, and their values."""

import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from packhorse.channels.outbound import Inventory, Outbound
from packhorse.channels.privacy import PrivacyRequest
from packhorse.domain.configuration.channel import Channel
from packhorse.domain.errors import CallFailed, CredentialsRefused, Rejected
from packhorse.domain.orders.channel_order import ChannelOrder, DeletedOrder
from packhorse.domain.orders.hold_notice import HoldCategory
from packhorse.domain.orders.parcel import LineQuantity, units_of
from packhorse.http.rates import CallRate

if TYPE_CHECKING:
    import httpx


Failure = CallFailed | CredentialsRefused
"""A call for one listing that the channel failed at, or that it has no right for: others may work."""
Answer = Rejected | Failure | None
"""What became of the quantity of a listing: it is set, refused, or the channel failed at this listing."""

MOST_PAGES = 100
"""Pages of a list that is read in one go: one with more names pages without an end."""


class UnreadableOrder(NamedTuple):
    """An order of a page that does not fit our model: its id if it could be read, its JSON, and the reason.

    `raw` is equal whenever it is read, unless the order changed.
    With `headers` the adapter can read `raw` like a webhook; without, it cannot be read alone.
    """

    id: str | None
    raw: str
    reason: str
    headers: Mapping[str, str] = {}


class OrderNotRead(NamedTuple):
    """An order that the channel lists and failed to give as a whole: the name to read it by alone, and why."""

    name: str
    reason: str


class Page(NamedTuple):
    """One page of a channel's orders; `next` is the cursor of the page after it, `raw` the body as it came.

    `read_until`: all changes before that moment are in this page or in those before it, also of orders that are not for
    us; None where pages come oldest first, so that the newest order says it. `ours` are the ids that we gave to orders
    which the channel ships for other ones. `deleted` are those that the channel has deleted, `unread` those to be read
    again by themselves.
    """

    orders: tuple[ChannelOrder, ...]
    refused: tuple[UnreadableOrder, ...]
    next: str | None
    raw: bytes
    read_until: datetime | None = None
    ours: tuple[str, ...] = ()
    deleted: tuple[DeletedOrder, ...] = ()
    unread: tuple[OrderNotRead, ...] = ()


class Quantity(NamedTuple):
    """The quantity of a listing to set, not to add.

    `last` is the confirmed quantity, None if it is unknown. `key` is an idempotency key, new for every publish: a
    channel ignores a key that it has, and an earlier quantity may be published again.
    """

    reference: str
    quantity: int
    last: int | None
    key: str


class ReportedQuantity(NamedTuple):
    """A quantity that a channel shows since it changed its stock, for whatever reason; None where it counts none.

    `stock_id` is its own id of that stock, `at` the time of the report by its own clock.
    """

    stock_id: str
    quantity: int | None
    at: datetime


class ChannelStock(NamedTuple):
    """The stock behind a reference in the channel's terms: its id of it, and when by its clock we set it last.

    `was_below`: it showed less than it had confirmed then, as after a sale, and shows as much less than ours now.
    """

    id: str
    set_at: datetime | None = None
    was_below: bool = False


class BusDelivery(NamedTuple):
    """A webhook that came by an event bus: the host of the shop that sent it, its headers and its body."""

    host: str
    headers: Mapping[str, str]
    payload: bytes


class Challenge(NamedTuple):
    """The request by which a channel checks who is behind the url of its webhooks."""

    url: str
    parameters: Mapping[str, str]


class ChallengeAnswer(NamedTuple):
    """The body that proves it, with its media type."""

    body: str
    media_type: str = "text/plain; charset=utf-8"


class TrackingOfBox(NamedTuple):
    """Carrier, as the channel names it, and tracking number of an extra box: units of another parcel are in it, too.

    `is_named_there`: the carrier is a name of the channel's `carrier_names`.
    """

    carrier: str | None
    tracking: str | None
    is_named_there: bool = False


class ParcelNotice(NamedTuple):
    """A parcel as its channel is to have it: `order` is the channel's id of the order, `id` our id of the parcel.

    `carrier` is the channel's name of it, to be sent as it is where `is_named_there`: it is in its `carrier_names`.
    `references` are the channel's ids of the parcel, as it answered them, and `others` those of other parcels of the
    order; `former` are the tracking numbers under which the channel may have it, since calls with them were not
    answered; `shipped_at` is when it left. `boxes` are the extra boxes of the parcel, which the channel may have or
    not; `main` is the parcel whose extra box this is, which then has no lines. `warehouse` is the one that it left
    from. `lines` have the channel's ids; `renamed` are its present ids by former ones.
    """

    order: str
    id: str
    carrier: str | None
    tracking: str | None
    lines: tuple[LineQuantity, ...]
    references: tuple[str, ...] = ()
    others: tuple[str, ...] = ()
    former: tuple[str | None, ...] = ()
    shipped_at: datetime | None = None
    boxes: tuple[TrackingOfBox, ...] = ()
    main: "ParcelNotice | None" = None
    warehouse: str = ""
    renamed: Mapping[str, str] = {}
    is_named_there: bool = False

    def require_lines(self, existing: Collection[str], channel: str) -> None:
        """Raise Rejected if the parcel has lines that the channel's order does not have, of whatever quantity."""
        if absent := [line for line in units_of(self.lines) if line not in existing]:
            raise Rejected(
                f"{channel} has no line {', '.join(absent)} in order {self.order}: enter there what left, then retry"
                " this, or dismiss it"
            )

    @property
    def versions(self) -> "tuple[ParcelNotice, ...]":
        """The parcel as it is, and as the channel may have it."""
        return (self, *(self._replace(tracking=each) for each in self.former))


def carrier_there(sent: ParcelNotice | TrackingOfBox, name_of: Callable[[str], str]) -> str:
    """Return the channel's name of a carrier: of its `carrier_names` as it is, else that which its adapter gives it."""
    return sent.carrier if sent.carrier and sent.is_named_there else name_of(sent.carrier or "")


class Receiving(Protocol):
    """A channel that sends webhooks; `topic` is the header that names the kind of message, in lower case."""

    topic: str

    def verify(self, headers: Mapping[str, str], raw: bytes, secrets: Sequence[str]) -> bool:
        """Return whether one of the active secrets signed these bytes; never raises, whatever the headers."""
        ...

    def read(self, headers: Mapping[str, str], raw: bytes) -> ChannelOrder | DeletedOrder | None:
        """Return the order; None for a message without one; raises Rejected for one that is unreadable."""
        ...

    def order_id_in(self, raw: bytes) -> str | None:
        """Return the channel's id of the order in an unreadable body; None if that is unreadable, too."""
        ...


class Announcement(NamedTuple):
    """What a notification is about, by the channel's ids: orders to be read, and buyers whose data is to be erased."""

    orders: tuple[str, ...] = ()
    erased: tuple[str, ...] = ()


class Announcing(Protocol):
    """A channel whose webhooks, its notifications, are signed with a key of its own and name what is to be read."""

    def verify(self, headers: Mapping[str, str], raw: bytes) -> bool:
        """Return whether the channel signed these bytes; raises Unavailable if its key cannot be read."""
        ...

    def read(self, raw: bytes) -> Announcement:
        """Return what the notification is about, nothing for another topic; raises Rejected if it is unreadable."""
        ...


class Reading(Protocol):
    """A channel whose orders can be read by their ids."""

    def orders_named(self, names: Sequence[str]) -> Page:
        """Read these orders, without those that the channel does not have."""
        ...


class Polling(Protocol):
    """A channel whose orders can be read."""

    def orders_since(self, since: datetime, cursor: str | None) -> Page:
        """Read a page of the orders modified at `since` or later, oldest first or with `read_until`.

        `cursor` is the previous page's `next`.
        """
        ...


class Notifying(Protocol):
    """A channel that can be notified of parcels. Notifying it twice is harmless.

    Each call raises Rejected if the channel refuses, Unavailable if it does not answer. `finds_parcels`: it knows a
    parcel by its tracking number, also one that it reported itself.
    """

    finds_parcels: bool

    def notify_shipped(self, notice: ParcelNotice) -> tuple[str, ...]:
        """Send a parcel that left; return the channel's ids of it: none if it had those units as sent already.

        An extra box comes after its main parcel, and is Rejected where the channel has no place for its number.
        """
        ...

    def notify_corrected(self, notice: ParcelNotice) -> None:
        """Send the carrier and tracking number that a parcel has instead of others."""
        ...

    def notify_withdrawn(self, notice: ParcelNotice) -> None:
        """Withdraw a parcel that has not left after all; one that the channel does not have is no failure."""
        ...


class Cancelling(Protocol):
    """A channel whose orders can be cancelled there. Cancelling twice is harmless."""

    def cancel_order(self, order: str, *, restock: bool, job: str = "") -> None:
        """Cancel a whole order, by the channel's id of it; no money moves. `job` is that of the last NotYet.

        Raises Rejected if the channel refuses, Unavailable if it does not answer, NotYet if it has not done it yet.
        """
        ...


class Holding(Protocol):
    """A channel whose orders can be put on hold there. Each call raises Rejected, Unavailable, NotYet.

    Orders are named by the channel's ids. Its own holds are never released.
    """

    def hold_order(self, order: str, category: HoldCategory, held_before: Collection[str]) -> tuple[str, ...]:
        """Put a hold on all that is to be fulfilled of an order; return the channel's ids of these parts.

        What was `held_before` and is released there stays so. Doing it twice is harmless.
        """
        ...

    def release_order(self, order: str) -> None:
        """Release our hold of an order; one that has none, or does not exist any more, is no failure."""
        ...


class Publishing(Protocol):
    """A channel whose listings can be published and read. Publishing twice is harmless.

    `at_once` is how many one call takes.
    """

    at_once: int

    def set_quantities(self, wanted: Sequence[Quantity]) -> Iterator[Mapping[str, Answer]]:
        """Yield the answers by reference as they come, one for each; no call is made before its answer is wanted.

        Raises Unavailable, which is no CallFailed, if the channel is busy or cannot be reached. Which of the quantities
        without an answer it set is unknown, also where it failed; they may be published again under other keys.
        """
        ...

    def quantities(self, references: Sequence[str]) -> Mapping[str, int]:
        """Return the quantities that the channel shows, without references that it does not have.

        Raises Rejected if they cannot be read.
        """
        ...

    def stock_behind(self, references: Sequence[str]) -> Mapping[str, ChannelStock]:
        """Return the stock of references that were set or read before; empty for a channel that reports no changes."""
        ...

    def fulfilled_by_channel(self, references: Sequence[str]) -> Collection[str]:
        """Return those of the references that were read before which the channel ships itself; none if it cannot."""
        ...


class Subscription(NamedTuple):
    """A webhook that a channel sends: its id there, its topic, the url, and whether it is active."""

    id: str
    topic: str
    url: str
    is_active: bool


class ListingFound(NamedTuple):
    """A listing as a channel has it: the reference that quantities are published to, its sku there, and its title.

    `fulfilled_by_channel`: the channel ships it from stock of its own place; None if it does not say.
    """

    reference: str
    sku: str
    title: str
    fulfilled_by_channel: bool | None = None


class ListingPage(NamedTuple):
    """A page of a channel's listings; `next` is the cursor of the page after it."""

    items: tuple[ListingFound, ...]
    next: str | None


class Connecting(Protocol):
    """A channel that can be set up from here."""

    def check(self, since: datetime | None = None) -> tuple[str, ...]:
        """Return what the credentials lack, in words (scopes, locations); empty if all works.

        `since`: from when orders are to be read. Raises Rejected, Unavailable.
        """
        ...

    def subscriptions(self) -> tuple[Subscription, ...]:
        """Return the webhooks of ours that the channel has."""
        ...

    def subscribe(self, url: str, secret: str) -> None:
        """Create what lacks and re-enable what was disabled of the webhooks to `url`; doing it twice is harmless."""
        ...

    def unsubscribe(self, url: str) -> None:
        """Delete our webhooks to `url`, and no others; doing it twice is harmless."""
        ...

    def listings(self, cursor: str | None) -> ListingPage:
        """Return a page of the channel's listings; `cursor` is the previous page's `next`."""
        ...


class Keys(NamedTuple):
    """The credentials of a channel's API: a token, or the id and secret of an app that fetches tokens itself.

    `others` are the channel's other secrets: as these, they are blanked wherever an answer is quoted.
    """

    token: str
    client_id: str = ""
    client_secret: str = ""
    others: tuple[str, ...] = ()


class Adapter(NamedTuple):
    """All that a kind of channel can do, each made with the channel and a signed-in client; None: it cannot."""

    receive: "Callable[[Channel], Receiving] | None" = None
    """Reads webhooks; made without a client, which that does not need."""
    is_ping: "Callable[[bytes], bool] | None" = None
    """Whether a request only tries the url of the webhooks: it has no signature, is answered and not stored."""
    report: "Callable[[Mapping[str, str], bytes], ReportedQuantity | None] | None" = None
    """The quantity that a webhook is about, None for one about anything else; never raises."""
    privacy: "Callable[[Mapping[str, str], bytes], PrivacyRequest] | None" = None
    """What a webhook of `privacy_topics` requests about personal data; raises Rejected if it is unreadable."""
    privacy_topics: frozenset[str] = frozenset()
    challenge: "Callable[[Challenge, Sequence[str]], ChallengeAnswer | None] | None" = None
    """The answer by the channel's webhook secrets, None to a challenge that is not meant for one of them."""
    names: "Callable[[Mapping[str, str], bytes], tuple[str, ...]] | None" = None
    """What a webhook names for `read`, nothing for one that has an order; never raises."""
    bus: "Callable[[Mapping[str, Any]], BusDelivery] | None" = None
    """A webhook from an event of an EventBridge bus, whose access is its authentication; raises Rejected for none."""
    sender: "Callable[[Mapping[str, str]], str] | None" = None
    """The host of the store that a webhook names in its headers, where several stores may share a url; or nothing."""
    announce: "Callable[[Channel, httpx.Client], Announcing] | None" = None
    """Reads notifications, in a function of their own; what they name is read by `read`."""
    announced_by: str = ""
    """The header that a notification has."""
    poll: "Callable[[Channel, httpx.Client], Polling] | None" = None
    read: "Callable[[Channel, httpx.Client], Reading] | None" = None
    stock: "Callable[[Channel, httpx.Client], Publishing] | None" = None
    notify: "Callable[[Channel, httpx.Client], Notifying] | None" = None
    connect: "Callable[[Channel, httpx.Client], Connecting] | None" = None
    cancel: "Callable[[Channel, httpx.Client], Cancelling] | None" = None
    hold: "Callable[[Channel, httpx.Client], Holding] | None" = None
    outbound: "Callable[[Channel, httpx.Client], Outbound] | None" = None
    inventory: "Callable[[Channel, httpx.Client], Inventory] | None" = None
    sign_in: "Callable[[httpx.Client, Keys], None] | None" = None
    """Puts credentials into a new client, which has the channel's base url."""
    sign_in_by: tuple[tuple[str, ...], ...] = ()
    """Sets of fields of `Keys`, each of which signs in alone: one that is sent as a whole replaces the others."""
    rate_of: "Callable[[str, str], CallRate | None] | None" = None
    """The rate of a request by method and path, where the kind limits each operation."""
    rate_holder: "Callable[[Channel, Keys], str] | None" = None
    """Whose calls are counted together by these rates, where several channels may share them."""
    webhook_secret: re.Pattern[str] | None = None
    """What a webhook secret of the kind has to be, where the kind takes not every one."""
    by_queue: bool = False
    """Its notifications come by the deployment's queue for them, if it has one: `subscribe` takes the queue's ARN."""
    has_order_ids: bool = False
    """An order's id is another text than its number."""
    signs_with_app: bool = False
    """Its webhooks are signed with the secret of the app that created them, not with ours."""
    order_states: frozenset[str] = frozenset()
    """States of orders that the channel's setting of that name may map others to."""

    @property
    def is_notified(self) -> bool:
        """Whether such a channel is notified of what happens to its orders here."""
        return self.notify is not None or self.cancel is not None or self.hold is not None
