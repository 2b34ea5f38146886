"""What each outlet believes at the end: our parcels, each once, our cancellations, and our orders as it has them."""

from collections import Counter
from collections.abc import Iterator, Mapping

from simulation.books import Document
from simulation.cancel_rules import faults_of_cancellations
from simulation.outlets.ebay import OWN
from simulation.outlets.outlet import Outlet, Units, plain
from simulation.outlets.woocommerce import WooOutlet

UNNOTIFIED = "channel_not_notified"


def faults_of_outlet(outlet: Outlet, orders: Mapping[str, Document]) -> Iterator[str]:
    """Yield what an outlet lacks, has twice, or has otherwise."""
    documents = {each["channel_order_id"]: each for each in orders.values() if each["channel"] == outlet.id}
    for number, document in documents.items():
        if number in outlet.orders and document.get("is_notifiable") and not _is_excepted(document):
            yield from _faults_of_parcels(outlet, number, document)
    stated = {number: outlet.in_shop_terms(number) for number in outlet.orders}
    yield from faults_of_cancellations(orders, stated, outlet.cancel_calls, outlet.id)


def _is_excepted(document: Document) -> bool:
    return any(each["cause"] == UNNOTIFIED for each in document.get("exceptions", ()))


def _faults_of_parcels(outlet: Outlet, number: str, document: Document) -> Iterator[str]:
    about, theirs = f"order {number} of {outlet.id}", outlet.parcels(number)
    ours = [parcel for work in document.get("fulfilments", ()) for parcel in _sent(work)]
    numbers = {plain(parcel.get("tracking")) for parcel in ours}
    counted = Counter(each.number for each in theirs if each.number)
    counted_here = Counter(plain(parcel.get("tracking")) for parcel in ours)
    for each, times in counted.items():
        if each in numbers and times > counted_here[each]:
            yield f"{about} has parcel {each} {times} times"
        elif each not in numbers and not each.startswith(OWN):
            yield f"{about} has parcel {each}, which has not left"
    has: Units = sum((each.units for each in theirs), Counter())
    left: Units = Counter()
    for parcel in ours:
        left.update({part["line"]: part["quantity"] for part in parcel.get("lines", ())})
    if lacking := (left & _ordered(outlet, number)) - has:
        yield f"{about} was not notified of {dict(lacking)}"
    if isinstance(outlet, WooOutlet) and outlet.shown(number) != len(theirs):
        yield f"{about} shows {outlet.shown(number)} parcels, and has {len(theirs)}"


def _ordered(outlet: Outlet, number: str) -> Units:
    """Return the units that an outlet can have parcels of; a person may have sent more."""
    return Counter({line["id"]: line["quantity"] for line in outlet.in_shop_terms(number)["lines"]})


def _sent(work: Document) -> list[Document]:
    return [parcel for parcel in work.get("parcels", ()) if not parcel.get("is_reported")]


def erased_in_part(orders: Mapping[str, Document], erased: set[str]) -> Iterator[str]:
    """Yield the orders that are over and still name a buyer whose data was to be erased."""
    for name in sorted(erased & orders.keys()):
        document = orders[name]
        if document["status"] in ("complete", "cancelled") and "Lovelace" in str(document):
            yield f"order {document['channel_order_id']} is over, its buyer was to be erased, and is named"
