"""The rules of notices, by the documents of orders and the shipments that the generic shop has."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from simulation.line_ids import in_channel_terms, is_heard
from simulation.order_documents import Document, units_of

Shipments = Sequence[Mapping[str, Any]]


def faults_of_notices(orders: Mapping[str, Document], shipments: Shipments, channel: str) -> Iterator[str]:
    """Yield each parcel that the shop lacks, has twice, in another way, or although its label is void.

    Units that it reported itself, under whatever number, are not sent to it. An order may have an exception that says
    what it was not notified of.
    """
    theirs = {(str(each["order"]), str(each["id"])): each["parcels"][0] for each in shipments}
    if len(theirs) < len(shipments):
        yield "the shop has a shipment twice"
    expected: dict[tuple[str, str], Mapping[str, Any]] = {}
    for document in map(in_channel_terms, orders.values()):
        if document["channel"] == channel and is_heard(document):
            for name, parcel in _sent(document):
                expected[document["channel_order_id"], name] = parcel
                yield from _fault_of(document, parcel, theirs.get((document["channel_order_id"], name)))
    for order, name in theirs.keys() - expected.keys():
        yield f"the shop has shipment {name} of order {order}, which has not left"


def _sent(document: Document) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Yield the parcels that we sent, by our id of each."""
    for work in document.get("fulfilments", ()):
        unlabelled = 0
        for parcel in work.get("parcels", ()):
            if not parcel.get("is_reported"):
                unlabelled += not parcel.get("label")
                yield f"{work['id']}-{parcel.get('label') or unlabelled}", parcel


def _fault_of(document: Document, parcel: Mapping[str, Any], theirs: Mapping[str, Any] | None) -> Iterator[str]:
    if any(each["cause"] == "channel_not_notified" for each in document.get("exceptions", ())):
        return
    number = parcel.get("tracking")
    if theirs is None:
        if not _is_theirs(document, parcel):
            yield f"order {document['channel_order_id']}: the shop was not notified of {number}"
    elif theirs["tracking"] != number:
        yield f"order {document['channel_order_id']}: the shop has {theirs['tracking']}, and {number} left"
    elif (there := units_of(theirs.get("lines", ()))) != (units := units_of(parcel.get("lines", ()))):
        yield f"order {document['channel_order_id']}: the shop has {there} in {number}, and {units} left in it"


def _is_theirs(document: Document, parcel: Mapping[str, Any]) -> bool:
    """Return whether parcels of the shop's own hold the units of one of ours, or have its number."""
    made = document.get("made_fulfilments", ())
    own = [each for each in document.get("told_parcels", ()) if each.get("id") not in made]
    units = units_of(part for each in own for part in each.get("lines", ()))
    holds = all(units[part["line"]] >= part["quantity"] for part in parcel.get("lines", ()))
    return holds or parcel.get("tracking") in {each.get("tracking") for each in own}
