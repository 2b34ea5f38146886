"""What people write on an order: internal notes, and tags."""

from datetime import datetime

from packhorse.domain.errors import FieldError, NotFound, NotNow, Rejected
from packhorse.domain.orders.order import InternalNote, Order
from packhorse.domain.orders.updates import with_entry

MAX_NOTES = 50


def with_note(order: Order, note: InternalNote) -> Order:
    """Return the order with one more internal note; one of the same id, a repeated request, changes nothing.

    Raises NotNow for an order whose buyer was erased, Rejected for one with too many notes.
    """
    if any(existing.id == note.id for existing in order.internal_notes):
        return order
    if order.erased_at:
        raise NotNow("its buyer was erased: what is written about the order is not kept any more")
    if len(order.internal_notes) >= MAX_NOTES:
        raise Rejected("the order has too many notes", [FieldError("text", f"an order has at most {MAX_NOTES} notes")])
    noted = order.replace(internal_notes=(*order.internal_notes, note))
    return with_entry(noted, note.written_at, "noted", note.author)


def without_note(order: Order, note_id: str, at: datetime, who: str) -> Order:
    """Return the order without that note; raises NotFound."""
    remaining = tuple(note for note in order.internal_notes if note.id != note_id)
    if remaining == order.internal_notes:
        raise NotFound(f"the order has no note {note_id}")
    return with_entry(order.replace(internal_notes=remaining), at, "note_removed", who)


def with_tags(order: Order, tags: tuple[str, ...], at: datetime, who: str) -> Order:
    """Return the order with these tags in place of its own, sorted, each once in lower case."""
    found = tuple(sorted({" ".join(tag.casefold().split()) for tag in tags}))
    if found == order.tags:
        return order
    return with_entry(order.replace(tags=found), at, "tagged", who, ", ".join(found))
