"""The cancellation that the channel of an order is owed: of the whole order, or of units of it.

Nothing lists it: it follows from the order as it is, and as its channel states it.
"""

from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple

from packhorse.domain.orders.notice import NoticeKind, owed_notices
from packhorse.domain.orders.tries import Tries
from packhorse.domain.values import Instant, Units

if TYPE_CHECKING:
    from packhorse.domain.orders.order import Order


class CancelNotice(Tries):
    """What a channel has of an order's cancellation: since when.

    `job` is the channel's id of what the last try began there.
    """

    notified_at: Instant | None = None
    job: str = ""


NEVER_TRIED = CancelNotice()


class OwedCancellation(NamedTuple):
    """What a channel does not have of the cancellation: the units by line, `is_whole` if that is the order."""

    units: Units
    is_whole: bool
    notice: CancelNotice

    @property
    def what(self) -> str:
        """What is cancelled, as a text: tries count for the same only."""
        return "order" if self.is_whole else " ".join(f"{line}:{units}" for line, units in sorted(self.units.items()))

    @property
    def tries(self) -> int:
        """The tries to send it that have failed."""
        return self.notice.failed(self.what)

    @property
    def job(self) -> str:
        """The channel's id of what a try began there; empty if none did."""
        return self.notice.job if self.notice.tried == self.what else ""

    @property
    def due_at(self) -> datetime | None:
        """When it is to be sent; None if it was given up, or left to a person."""
        return self.notice.due_at(self.what)


def owed_cancellation(order: "Order") -> OwedCancellation | None:
    """Return what was cancelled here and its channel does not have yet; None if it has all of it.

    How much is cancelled is open until each fulfiller has agreed.
    """
    return None if order.awaits_cancellation else lacking_cancellation(order)


def lacking_cancellation(order: "Order") -> OwedCancellation | None:
    """Return the same also while a fulfiller has not agreed to some of it."""
    if not order.is_notifiable or order.cancelled_in_channel_at or order.deleted_at or order.is_cancelled_here_only:
        return None
    units = _units_behind(order)
    notice = order.cancel_notice or NEVER_TRIED
    if not units or notice.notified_at:
        return None
    return OwedCancellation(units, order.is_cancelled_whole, notice)


def _units_behind(order: "Order") -> Units:
    """Return the units by line that the channel states, and that were cancelled or taken out here."""
    behind = Units()
    for line in order.lines:
        stated = line.quantity if line.stated_quantity is None else line.stated_quantity
        behind[line.id] = stated - (line.quantity - line.cancelled)
    return +behind


def next_cancellation(order: "Order") -> OwedCancellation | None:
    """Return the cancellation that is to be sent; None if that is nothing, or waits.

    A parcel that is to be withdrawn holds it back: the channel refuses to cancel what it has as sent.
    """
    owed = owed_cancellation(order)
    if owed is None or owed.due_at is None:
        return None
    return None if any(each.kind is NoticeKind.WITHDRAWN for each in owed_notices(order)) else owed
