"""Erasing the buyer of an order: requested at any time, done once the order is over, since it needs its address.

What people and others wrote about the order goes whole, since it may say anything of the buyer in any words; what code
made stays, unless it has a value of the buyer. What is exported of a buyer's data is what would be erased, beside what
was bought. What stays: items, quantities, money, times, status, stock, tracking, and the country, which taxes are
reported by.
"""

from collections.abc import Collection, Iterator
from datetime import datetime
from typing import Any

from packhorse.domain.address import Address
from packhorse.domain.errors import NotNow
from packhorse.domain.orders.channel_order import ChannelOrder, Customer
from packhorse.domain.orders.fulfilment_order import FulfilmentOrder
from packhorse.domain.orders.order import Order, TimelineEntry
from packhorse.domain.orders.texts import Writer, with_texts
from packhorse.domain.orders.updates import with_entry

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
    blank = _without_texts(order)
    fulfilments = tuple(_without_files(each) for each in blank.fulfilments)
    left = blank.replace(bill_to=None, replaced=(), internal_notes=(), fulfilments=fulfilments, erased_at=at)
    return with_entry(left, at, "erased", "packhorse")


def without_later_texts(order: Order) -> Order:
    """Return an erased order without what people and others wrote about it since; any other order as it is."""
    if not order.erased_at:
        return order
    kept = order.replace(internal_notes=())  # of a note nothing is left
    return with_texts(kept, lambda writer, part: _emptied(part) if writer is Writer.PEOPLE else part)


def entries_about_buyer(order: Order) -> tuple[TimelineEntry, ...]:
    """Return the timeline entries whose details quote what people and others wrote, or name the buyer."""
    return tuple(
        each for each, blank in zip(order.timeline, _without_texts(order).timeline, strict=True) if each != blank
    )


def remarks_about_buyer(order: Order) -> tuple[str, ...]:
    """Return what people and others wrote about the order, beside notes, and what else names the buyer."""
    personal = frozenset(_personal_texts(order))
    found: list[str] = []

    def collect(writer: Writer, part: Any) -> Any:
        if writer in (Writer.PEOPLE, Writer.CODE):
            kept = _texts_of(_erased_part(writer, part, personal))
            found.extend(each for each in _texts_of(part) if each not in kept)
        return part

    with_texts(order.replace(internal_notes=(), timeline=()), collect)
    return tuple(dict.fromkeys(found))


def without_buyer(received: ChannelOrder) -> ChannelOrder:
    """Return a message about an erased order without its buyer, so that it does not bring the data back."""
    ship_to = Address(country=received.ship_to.country) if received.ship_to else None
    return received.replace(customer=Customer(), ship_to=ship_to, bill_to=None, note="", gift_message="")


def label_files(order: Order) -> Iterator[str]:
    """Yield the keys of its label files; one of a shared parcel stays, since another order may need it still."""
    for fulfilment in order.fulfilments:
        yield from (label.file for label in fulfilment.labels if label.file and not label.is_shared)


def _without_files(fulfilment: FulfilmentOrder) -> FulfilmentOrder:
    labels = (label.replace(file=None if not label.is_shared else label.file) for label in fulfilment.labels)
    return fulfilment.replace(labels=tuple(labels))


def _without_texts(order: Order) -> Order:
    personal = frozenset(_personal_texts(order))
    return with_texts(order, lambda writer, part: _erased_part(writer, part, personal))


def _erased_part(writer: Writer, part: Any, personal: Collection[str]) -> Any:
    """Return what an erasure leaves of a text, or of texts, of a writer."""
    match writer:
        case Writer.BUYER | Writer.PEOPLE:
            return _emptied(part)
        case Writer.CODE:
            return _searched(part, personal)
        case Writer.NAME:
            return part


def _texts_of(part: Any) -> tuple[str, ...]:
    """Return one text, or none, or several, as several."""
    return part if isinstance(part, tuple) else (part,) if part else ()


def _emptied(part: Any) -> Any:
    """Return nothing of the same type: None stays None."""
    return type(part)() if part else part


def _searched(part: Any, personal: Collection[str]) -> Any:
    """Return a text, empty if one of the personal texts is in it; of several those with none."""
    if isinstance(part, tuple):
        return tuple(each for each in part if _searched(each, personal))
    folded = (part or "").casefold()
    return "" if any(each in folded for each in personal) else part


def _personal_texts(order: Order) -> Iterator[str]:
    remembered = (part.ship_to for part in order.replaced)
    addresses = [each for each in (order.ship_to, order.bill_to, *remembered) if each]
    customer = order.customer
    texts = [customer.id, customer.name, customer.email, customer.phone, order.note, order.gift_message]
    for each in addresses:
        texts += [each.name, each.company, each.address1, each.address2, each.address3, each.phone]
    return (text.casefold() for text in texts if len(text) >= MIN_TEXT)
