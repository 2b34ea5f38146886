"""What is sent next to the channel of an order: a hold or its release, a parcel, a cancellation."""

from datetime import datetime
from typing import TYPE_CHECKING

from packhorse.domain.orders.cancel_notice import OwedCancellation, next_cancellation, owed_cancellation
from packhorse.domain.orders.hold_notice import OwedHold, owed_hold
from packhorse.domain.orders.notice import OwedNotice, next_notice, owed_notices

if TYPE_CHECKING:
    from packhorse.domain.orders.order import Order

Due = OwedNotice | OwedCancellation | OwedHold
"""What is to be sent to a channel."""


def is_owed(order: "Order") -> bool:
    """Return whether the channel of an order is owed anything, also if it was given up."""
    return bool(owed_hold(order) or owed_notices(order) or owed_cancellation(order))


def due_now(order: "Order", now: datetime) -> Due | None:
    """Return what to send, parcels before a cancellation; None if nothing is due yet."""
    return next((each for each in _next_ones(order) if each.due_at and each.due_at <= now), None)


def next_due_at(order: "Order") -> datetime | None:
    """Return when the channel of an order is to be notified next; None if it is not."""
    return min(filter(None, (each.due_at for each in _next_ones(order))), default=None)


def _next_ones(order: "Order") -> list[Due]:
    """Return the next one of each kind; a hold that is to be released holds the others back, unless it is given up."""
    hold = owed_hold(order)
    if hold and hold.is_release and hold.due_at:
        return [hold]
    return [each for each in (hold, next_notice(order), next_cancellation(order)) if each]
