"""The ports of a kind: what we call it for, driven once, and what the store has of that."""

from collections.abc import Callable, Iterable, Mapping
from typing import NamedTuple

from packhorse.channels.protocol import Page, Quantity
from packhorse.domain.errors import PackhorseError
from tests.channels.kit.place import MUGS, SECRET, Place
from tests.channels.kit.sale import Sale
from tests.channels.listing import all_listings
from tests.channels.setting import set_all

WANTED = (Quantity(MUGS[0], 7, None, "k-1"), Quantity(MUGS[1], 0, None, "k-2"))


class Port(NamedTuple):
    """A part of a kind's record, a call of it, how that is prepared, and what the store has then of its effect."""

    part: str
    run: Callable[[Place], object]
    prepare: Callable[[Place], object] = lambda _: None
    has: Callable[[Place], object] = lambda _: None


def sold(place: Place) -> None:
    """Have an order."""
    place.put(Sale())


def shipped(place: Place) -> None:
    """Have an order of which we sent a parcel."""
    sold(place)
    place.references = place.notices().notify_shipped(place.notice())


class LeftUnread(PackhorseError):
    """An order that is to be read again by itself."""


def read_by_name(place: Place) -> object:
    """Read the order by the name under which a webhook announces it."""
    assert place.adapter.read
    return ids_of([place.adapter.read(place.channel, place.http).orders_named(place.names())])


def polled(place: Place) -> object:
    """Read all orders."""
    return ids_of(place.pages())


def ids_of(pages: Iterable[Page]) -> list[str]:
    """Return the ids of the orders of pages; raises LeftUnread of one that the channel failed to give."""
    found = [*pages]
    for each in (unread for page in found for unread in page.unread):
        raise LeftUnread(each.reason)
    return [order.channel_order_id for page in found for order in page.orders]


def set_quantities(place: Place) -> object:
    """Set two quantities; raise the reason of the first that is refused."""
    answers = set_all(place.stock(), WANTED)
    for refusal in filter(None, answers.values()):
        raise refusal
    return answers


def correct(place: Place) -> object:
    """Give the parcel another number."""
    return place.notices().notify_corrected(place.notice(tracking="1Z2", references=place.references))  # type: ignore[func-returns-value]


def withdraw(place: Place) -> object:
    """Withdraw the parcel."""
    return place.notices().notify_withdrawn(place.notice(references=place.references))  # type: ignore[func-returns-value]


def cancel(place: Place) -> object:
    """Cancel the order."""
    return place.cancelling().cancel_order(place.order_id, restock=True)  # type: ignore[func-returns-value]


def subscribe(place: Place) -> object:
    """Have webhooks sent to us."""
    return place.connecting().subscribe(place.hook, SECRET)  # type: ignore[func-returns-value]


def topics(place: Place) -> object:
    """Read the topics of the webhooks to us."""
    return sorted(each.topic for each in place.connecting().subscriptions())


def listed(place: Place) -> object:
    """Read all listings."""
    return all_listings(place.connecting)


PORTS: Mapping[str, Port] = {
    "poll": Port("poll", polled, sold),
    "read": Port("read", read_by_name, sold),
    "set": Port("stock", set_quantities, has=lambda place: [place.shows(mug) for mug in MUGS]),
    "quantities": Port("stock", lambda place: place.stock().quantities(MUGS), lambda place: set_quantities(place)),
    "ship": Port("notify", lambda place: place.notices().notify_shipped(place.notice()), sold, Place.parcels),
    "correct": Port("notify", correct, shipped, Place.parcels),
    "withdraw": Port("notify", withdraw, shipped, Place.parcels),
    "cancel": Port("cancel", cancel, sold, Place.times_cancelled),
    "check": Port("connect", lambda place: place.connecting().check()),
    "subscriptions": Port("connect", topics, subscribe),
    "subscribe": Port("connect", subscribe, has=Place.hooks),
    "listings": Port("connect", listed),
}
