"""The rules of cancellations, by the documents of orders and the orders that the generic shop has."""

from collections import Counter
from collections.abc import Container, Iterator, Mapping, Sequence
from typing import Any

from simulation.order_documents import OPEN_FULFILMENT, Document

BY_HAND = "channel_not_cancelled"


def faults_of_cancellations(
    orders: Mapping[str, Document], shop: Mapping[str, Mapping[str, Any]], calls: Sequence[str], channel: str
) -> Iterator[str]:
    """Yield each order that was cancelled here alone, in silence; each echo; each exception that stays."""
    for document in orders.values():
        if document["channel"] == channel:
            yield from _faults_of(document, shop.get(document["channel_order_id"], {}), calls)


def _faults_of(document: Document, order: Mapping[str, Any], calls: Sequence[str]) -> Iterator[str]:
    name, causes = document["channel_order_id"], {each["cause"] for each in document.get("exceptions", ())}
    if name in calls and not any(map(_is_by_person, document.get("timeline", ()))):
        yield f"order {name}: the shop was called to cancel what it had cancelled itself"
    if BY_HAND in causes and (document.get("cancelled_in_channel_at") or not units_behind(document)):
        yield f"order {name}: {BY_HAND} stays, and the shop has cancelled it"
    is_silent = BY_HAND not in causes and not _waits_for_withdrawal(document, causes)
    if _is_owed(document) and not order.get("cancelled_at") and is_silent:
        yield f"order {name}: cancelled here, and not in the shop, without an exception"


def _waits_for_withdrawal(document: Document, causes: Container[str]) -> bool:
    """Return whether the shop has a parcel as sent that was voided, keeps it, and an exception says so."""
    voided = (parcel for work in document.get("fulfilments", ()) for parcel in work.get("voided_parcels", ()))
    is_kept = any(not (parcel.get("notice") or {}).get("is_withdrawn") for parcel in voided)
    return is_kept and "channel_not_notified" in causes


def _is_by_person(entry: Mapping[str, Any]) -> bool:
    decisions = {"cancel_requested", "cancellation_requested", "line_cancelled", "edited"}
    return entry["what"] in decisions and not entry["who"].startswith("channel")


def _is_owed(document: Document) -> bool:
    """Return whether the shop has to have a cancellation, of the whole order or of units of it."""
    is_kept = any(document.get(name) for name in ("cancelled_in_channel_at", "deleted_at", "is_cancelled_here_only"))
    if is_kept or not document.get("is_notifiable") or any(map(_awaits_answer, document.get("fulfilments", ()))):
        return False
    return bool(units_behind(document))


def units_behind(document: Document) -> "Counter[str]":
    """Return the units by line that the shop states, and that were cancelled here."""
    return +Counter({line["id"]: _behind(line) for line in document["lines"]})


def _awaits_answer(fulfilment: Mapping[str, Any]) -> bool:
    """Return whether its fulfiller has still to agree to a cancellation."""
    asked = fulfilment.get("cancellation") or {}
    is_pending = asked.get("state", "requested") == "requested" and any(asked.get("unwanted", {}).values())
    return is_pending and fulfilment.get("status", "queued") in OPEN_FULFILMENT


def _behind(line: Mapping[str, Any]) -> int:
    stated = line.get("stated_quantity")
    quantity: int = line["quantity"]
    return (quantity if stated is None else int(stated)) - (quantity - int(line.get("cancelled", 0)))
