"""The hold that the channel of an order is owed: to be put there, or released there.

Nothing lists it: it follows from the order's shared holds, and from what its channel has of them.
"""

from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

from packhorse.domain.orders.notice import NoticeKind, owed_notices
from packhorse.domain.orders.tries import Tries
from packhorse.domain.values import Instant

if TYPE_CHECKING:
    from packhorse.domain.orders.order import Hold, Order


class HoldCategory(StrEnum):
    """Why an order is held, in a word that its channel gets; the reason itself, which may be personal, stays here."""

    PAYMENT = "payment"
    FRAUD = "fraud"
    ADDRESS = "address"
    STOCK = "stock"
    DELIVERY_DATE = "delivery_date"
    RETURN = "return"
    OTHER = "other"


class HoldNotice(Tries):
    """What a channel has of the holds of an order that were placed here: since when.

    `is_held`: all that it had to fulfil was on hold when it answered. `parts` are its ids of what it had; of these a
    person there has released those `released`, which stays so also when a parcel had all others released. `is_absent`:
    no try has put a hold there, since the channel refused it, or was not called at all.
    """

    is_held: bool = False
    parts: tuple[str, ...] = ()
    released: tuple[str, ...] = ()
    notified_at: Instant | None = None
    is_absent: bool = False

    @property
    def may_be_held(self) -> bool:
        """Whether the channel has a hold of ours, or may have one since an answer was lost."""
        return self.is_held or bool(self.parts) or (bool(self.tried) and not self.is_absent)


NEVER_TRIED = HoldNotice()


class OwedHold(NamedTuple):
    """What a channel is to do about an order: put a hold on it, or release ours."""

    is_release: bool
    category: HoldCategory
    notice: HoldNotice

    @property
    def what(self) -> str:
        """What is sent, as a text: tries count for the same only."""
        return "release" if self.is_release else "hold"

    @property
    def tries(self) -> int:
        """The tries to send it that have failed."""
        return self.notice.failed(self.what)

    @property
    def due_at(self) -> datetime | None:
        """When it is to be sent; None if it was given up."""
        return self.notice.due_at(self.what)


def owed_hold(order: "Order") -> OwedHold | None:
    """Return what the channel of an order is to do about its shared holds; None if that is nothing.

    A parcel that is to be sent has the hold released there, since what is on hold cannot be fulfilled; what is left of
    the order is held again then. A cancelled order stays on hold there until it is cancelled there, too.
    """
    if not order.is_notifiable or order.cancelled_in_channel_at or order.deleted_at:
        return None
    notice = order.hold_notice or NEVER_TRIED
    shared = _shared_hold(order)
    if shared and not _sends_parcels(order):
        return None if notice.is_held else OwedHold(False, shared.category, notice)
    if not notice.may_be_held or (order.is_cancelled_whole and not order.is_cancelled_here_only):
        return None
    return OwedHold(True, HoldCategory.OTHER, notice)


def is_to_hold(order: "Order") -> bool:
    """Return whether an order that is not over has a hold for its channel, which a parcel may suspend."""
    return _shared_hold(order) is not None


def _shared_hold(order: "Order") -> "Hold | None":
    return None if order.is_over else next((hold for hold in order.holds if hold.is_shared), None)


def _sends_parcels(order: "Order") -> bool:
    return any(each.kind is NoticeKind.SHIPPED and each.due_at for each in owed_notices(order))
