"""Erasing the buyer of an order: requested at any time, done once the order is over, since it needs its address.

What is exported of a buyer's data is what would be erased, beside what was bought.
What stays: items, quantities, money, times, status, stock, tracking, and the country, which taxes are reported by.
"""

from collections.abc import Collection, Iterator
from datetime import datetime

from packhorse.domain.address import Address
from packhorse.domain.errors import NotNow
from packhorse.domain.orders.channel_order import ChannelOrder, Customer
from packhorse.domain.orders.fulfilment_order import FulfilmentOrder
from packhorse.domain.orders.order import Order, TimelineEntry
from packhorse.domain.orders.updates import with_entry

QUOTING = frozenset({"address_changed", "edited", "edit_overwritten", "noted", "note_removed"})
"""Timeline entries whose details quote addresses and notes."""
EXPORTED = "exported"
"""The timeline entry that a buyer's data was given out."""
MIN_TEXT = 4
"""A shorter text is in too many words to be looked for."""


def erasure_requested(order: Order, at: datetime, who: str) -> Order:
    """Return the order marked, to be erased once it is over; a second time changes nothing. Raises NotNow."""
    _require_buyer(order)
    if order.erase_requested_at:
        return order
    return with_entry(order.replace(erase_requested_at=at), at, "erasure_requested", who)


def exported(order: Order, at: datetime, who: str) -> Order:
    """Return the order with an entry that its buyer's data was given out. Raises NotNow."""
    _require_buyer(order)
    return with_entry(order, at, EXPORTED, who)


def _require_buyer(order: Order) -> None:
    if order.is_placeholder:
        raise NotNow("its channel deleted the order before it was received; no buyer of it is stored")


def awaits_erasure(order: Order) -> bool:
    """Return whether it is marked and not erased yet."""
    return order.erase_requested_at is not None and order.erased_at is None


def erased(order: Order, at: datetime) -> Order:
    """Return the order without its buyer, if it is marked and over; otherwise as it is."""
    if not awaits_erasure(order) or not order.is_over:
        return order
    texts = frozenset(_personal_texts(order))
    blank = order.replace(
        customer=Customer(),
        ship_to=_country_of(order.ship_to),
        bill_to=None,
        note="",
        gift_message="",
        replaced=(),
        internal_notes=(),
        holds=tuple(each.replace(reason=_without(each.reason, texts)) for each in order.holds),
        exceptions=tuple(each.replace(message=_without(each.message, texts)) for each in order.exceptions),
        fulfilments=tuple(_without_files(each) for each in order.fulfilments),
        timeline=tuple(_blank_entry(each, texts) for each in order.timeline),
        erased_at=at,
    )
    return with_entry(blank, at, "erased", "packhorse")


def entries_about_buyer(order: Order) -> tuple[TimelineEntry, ...]:
    """Return the timeline entries whose details name the buyer, or quote addresses and notes."""
    texts = frozenset(_personal_texts(order))
    return tuple(each for each in order.timeline if each != _blank_entry(each, texts))


def remarks_about_buyer(order: Order) -> tuple[str, ...]:
    """Return the reasons of holds and the messages of exceptions that name the buyer."""
    texts = frozenset(_personal_texts(order))
    written = (*(each.reason for each in order.holds), *(each.message for each in order.exceptions))
    return tuple(each for each in written if each != _without(each, texts))


def without_buyer(received: ChannelOrder) -> ChannelOrder:
    """Return a message about an erased order without its buyer, so that it does not bring the data back."""
    ship_to = _country_of(received.ship_to)
    return received.replace(customer=Customer(), ship_to=ship_to, bill_to=None, note="", gift_message="")


def label_files(order: Order) -> Iterator[str]:
    """Yield the keys of its label files; one of a shared parcel stays, since another order may need it still."""
    for fulfilment in order.fulfilments:
        yield from (label.file for label in fulfilment.labels if label.file and not label.is_shared)


def _country_of(address: Address | None) -> Address | None:
    return Address(country=address.country) if address else None


def _without_files(fulfilment: FulfilmentOrder) -> FulfilmentOrder:
    labels = (label.replace(file=None if not label.is_shared else label.file) for label in fulfilment.labels)
    return fulfilment.replace(labels=tuple(label.replace(problem="") for label in labels))


def _blank_entry(entry: TimelineEntry, texts: Collection[str]) -> TimelineEntry:
    return entry.replace(detail="" if entry.what in QUOTING else _without(entry.detail, texts))


def _without(text: str, personal: Collection[str]) -> str:
    """Return a text, empty if one of the personal texts is in it."""
    folded = text.casefold()
    return "" if any(each in folded for each in personal) else text


def _personal_texts(order: Order) -> Iterator[str]:
    remembered = (part.ship_to for part in order.replaced)
    addresses = [each for each in (order.ship_to, order.bill_to, *remembered) if each]
    customer = order.customer
    texts = [customer.id, customer.name, customer.email, customer.phone, order.note, order.gift_message]
    for each in addresses:
        texts += [each.name, each.company, each.address1, each.address2, each.address3, each.phone]
    return (text.casefold() for text in texts if len(text) >= MIN_TEXT)
