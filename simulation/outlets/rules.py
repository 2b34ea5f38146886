"""What each outlet believes at the end: our parcels, each once, our cancellations, and our orders as it has them."""

from collections import Counter
from collections.abc import Iterator, Mapping

from simulation.cancel_rules import faults_of_cancellations
from simulation.line_ids import in_channel_terms
from simulation.order_documents import Document
from simulation.outlets.ebay import EbayOutlet, is_own
from simulation.outlets.outlet import Outlet, Seen, Units, plain
from simulation.outlets.parcels import InStore, faults_of_parcels, is_compared
from simulation.outlets.woocommerce import WooOutlet


def faults_of_outlet(outlet: Outlet, orders: Mapping[str, Document]) -> Iterator[str]:
    """Yield what an outlet lacks, has twice, or has otherwise."""
    documents = {each["channel_order_id"]: each for each in orders.values() if each["channel"] == outlet.id}
    for number, document in documents.items():
        if number in outlet.orders and is_compared(document):
            yield from _faults_of_parcels(outlet, number, in_channel_terms(document))
    stated = {number: outlet.in_shop_terms(number) for number in outlet.orders}
    yield from faults_of_cancellations(orders, stated, outlet.cancel_calls, outlet.id)


def _faults_of_parcels(outlet: Outlet, number: str, document: Document) -> Iterator[str]:
    about, theirs = f"order {number} of {outlet.id}", outlet.parcels(number)
    own: Units = sum((each.units for each in theirs if is_own(each)), Counter())
    ordered = Counter({line["id"]: line["quantity"] for line in outlet.in_shop_terms(number)["lines"]})
    made = [each for each in theirs if not is_own(each)]
    if isinstance(outlet, EbayOutlet):
        made = _by_our_numbers(made, document)
    if isinstance(outlet, WooOutlet):
        own += outlet.own.get(number, Counter())
    yield from faults_of_parcels(about, document, InStore(made, own, ordered))
    if isinstance(outlet, WooOutlet) and outlet.shown(number) != outlet.to_show(number):
        yield f"{about} shows {outlet.shown(number)} parcels, and has {outlet.to_show(number)}"


def _by_our_numbers(made: list[Seen], document: Document) -> list[Seen]:
    """Return the parcels by the numbers that they have here: a second one of a number has only an id there."""
    parcels = [parcel for work in document.get("fulfilments", ()) for parcel in work.get("parcels", ())]
    ours = {plain(parcel.get("channel_fulfilment")): plain(parcel.get("tracking")) for parcel in parcels}
    return [each._replace(number=ours.get(each.number, each.number)) for each in made]


def erased_in_part(orders: Mapping[str, Document], erased: set[str]) -> Iterator[str]:
    """Yield the orders that are over and still name a buyer whose data was to be erased."""
    for name in sorted(erased & orders.keys()):
        document = orders[name]
        if document["status"] in ("complete", "cancelled") and "Lovelace" in str(document):
            yield f"order {document['channel_order_id']} is over, its buyer was to be erased, and is named"
