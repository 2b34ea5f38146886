"""The rules of holds, by the documents of orders and the holds that the Shopify store has of us."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from simulation.order_documents import OVER, Document

LATEST = 1800.0
"""Seconds after which an ended hold is released, whatever has failed meanwhile."""


def faults_of_holds(orders: Mapping[str, Document], theirs: Mapping[str, Any], channel: str) -> Iterator[str]:
    """Yield each order that is on hold on one side only.

    The store may say no with an exception, and an order that is over in the store has nothing to hold.
    """
    for document in orders.values():
        order = theirs.get(document["channel_order_id"])
        if document["channel"] != channel or order is None or _may_differ(document, order):
            continue
        wanted = document["status"] not in OVER and any(hold.get("is_shared") for hold in document.get("holds", ()))
        has = any(hold.get("ours") for hold in order.get("holds") or ())
        if wanted != has:
            yield f"order {document['channel_order_id']}: {'not ' * wanted}on hold in the store, unlike here"


def _may_differ(document: Document, order: Mapping[str, Any]) -> bool:
    """Return whether it has an exception, cannot be held in the store, or is not notified to it."""
    is_over_there = order.get("cancelled_at") or order.get("fulfillment_status") == "fulfilled"
    is_out = not document.get("is_notifiable") or document.get("deleted_at") or document.get("cancelled_in_channel_at")
    return bool(is_over_there or is_out) or any("channel" in each["cause"] for each in document.get("exceptions", ()))


def faults_of_ended_holds(orders: Mapping[str, Document], now: float) -> Iterator[str]:
    """Yield each order that is held although the time of its hold was over long ago, by clocks ten minutes wrong."""
    for document in orders.values():
        ends = [datetime.fromisoformat(hold["until"]) for hold in document.get("holds", ()) if hold.get("until")]
        if document["status"] not in OVER and any(end.timestamp() + LATEST < now for end in ends):
            yield f"order {document['channel_order_id']} is held although its hold is over"


def faults_of_reading(last: Document, document: Document) -> Iterator[str]:
    """Yield that holds of the channel were replaced by what had been read of them before."""
    before, after = last.get("holds_read_at"), document.get("holds_read_at")
    if before and (not after or datetime.fromisoformat(after) < datetime.fromisoformat(before)):
        yield f"what was read of holds at {before} is replaced by what was read at {after}"
