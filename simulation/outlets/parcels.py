"""What a store has of parcels against what we sent: each of ours that it was notified of, once, with number and units.

A store that fulfilled units itself takes no parcel of ours for them; one that it has under another number is excused by
the exception that says so. A parcel without units is shown beside one that has some: alone, as a part of a kit that is
shipped whole from elsewhere, it is no parcel that a store takes. An order that a person edited may have more units here
than there: the store takes as many as it has, of whichever parcels come first.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from simulation.line_ids import in_channel_terms, is_heard
from simulation.order_documents import Document, units_in
from simulation.outlets.outlet import Seen, Units, plain
from simulation.storefront import STORE, Storefront

EXCUSES = frozenset({"channel_not_notified", "tracking_differs"})
UNKNOWN_LINES = "has no line"
"""What no store says of a parcel that is sent to it by its own ids of the lines."""


class InStore(NamedTuple):
    """What a store has of an order: parcels that we made, the units that it fulfilled itself, and the ordered ones."""

    made: Sequence[Seen]
    own: Units
    ordered: Units


def faults_of_store(storefront: Storefront, orders: Mapping[str, Document]) -> Iterator[str]:
    """Yield what the Shopify store has of parcels otherwise than we do."""
    for document in orders.values():
        number = document["channel_order_id"]
        if document["channel"] == STORE and number in storefront.store.orders and is_compared(document):
            order = storefront.store.orders[number]
            lines = () if order.get("cancelled_at") else order["line_items"]  # which takes no parcel any more
            ordered = Counter({str(line["id"]): line["current_quantity"] for line in lines})
            made, own = storefront.parcels(number)
            units: Units = sum((each.units for each in own), Counter())
            there = InStore(made, units, ordered)
            yield from faults_of_parcels(f"order {number} of {STORE}", in_channel_terms(document), there)


def is_compared(document: Document) -> bool:
    """Return whether the parcels of an order must agree: its channel has sent it, and no exception is about that."""
    problems = document.get("exceptions", ())
    causes = {each["cause"] for each in problems if UNKNOWN_LINES not in each.get("message", "")}
    return is_heard(document) and not causes & EXCUSES


def faults_of_parcels(about: str, document: Document, there: InStore) -> Iterator[str]:
    """Yield each parcel that the store lacks, has twice, has with other units, or has although it has not left.

    A box without units of its own is sent with those of another one, which the store then has under its number.
    """
    ours = [each for work in document.get("fulfilments", ()) for each in _sent(work)]
    for each in ours:
        if not (each.get("notice") or {}).get("notified_at"):
            yield f"{about} was not notified of {each.get('tracking')}"
    notified = [each for each in ours if (each.get("notice") or {}).get("notified_at")]
    shown = [each for each in notified if not each["notice"].get("is_theirs")]
    times, counted = (Counter(each.number for each in there.made), Counter(map(_number, shown)))
    for number, several in (times - counted).items():
        reason = f"{several} times more than it left" if number in counted else "which has not left"
        yield f"{about} has parcel {number}, {reason}"
    held = units_in(notified) & there.ordered
    has: Units = sum((each.units for each in there.made), Counter(there.own))
    if lacking := held - has:
        yield f"{about} lacks {dict(lacking)} of its parcels"
    taken: Units = sum((each.units for each in there.made if each.number in counted), Counter(there.own))
    for number in times.keys() & counted.keys():
        theirs: Units = sum((each.units for each in there.made if each.number == number), Counter())
        together = {each.get("channel_fulfilment") for each in shown if _number(each) == number} - {None}
        sent = units_in(each for each in shown if _number(each) == number or each.get("channel_fulfilment") in together)
        if theirs - sent or (sent - theirs) & (there.ordered - taken):
            yield f"{about} has {dict(theirs)} in parcel {number}, and {dict(sent)} left in it"


def _sent(work: Document) -> list[Document]:
    ours = [parcel for parcel in work.get("parcels", ()) if not parcel.get("is_reported")]
    has_units = any(parcel.get("lines") for parcel in ours)
    return [parcel for parcel in ours if has_units or (parcel.get("notice") or {}).get("notified_at")]


def _number(parcel: Document) -> str:
    return plain(parcel.get("tracking"))
