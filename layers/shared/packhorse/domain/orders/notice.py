"""What the channel of an order was notified of, and what it is owed: parcels that left, corrections and voids.

Nothing lists what is to be sent: it follows from each parcel as it is, and as its channel has it.
"""

from collections.abc import Iterator
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

from packhorse.domain.orders.tries import AT_ONCE, Tries
from packhorse.domain.values import Instant, Value

if TYPE_CHECKING:
    from packhorse.domain.orders.fulfilment_order import FulfilmentOrder
    from packhorse.domain.orders.order import Order
    from packhorse.domain.orders.parcel import Parcel


class NoticeContent(Value):
    """What a call says, or said, of a parcel: its carrier and tracking number then."""

    carrier: str | None = None
    tracking: str | None = None


class Notice(Tries):
    """What a channel has of a parcel: since when, with which carrier and tracking number, under which ids of its own.

    `is_theirs`: it has the units in a parcel of its own, which it reported before it confirmed ours. `unanswered` is
    what was sent since its last answer, as are its tries: the channel may have the parcel as any of these says.
    """

    notified_at: Instant | None = None
    carrier: str | None = None
    tracking: str | None = None
    references: tuple[str, ...] = ()
    is_withdrawn: bool = False
    is_theirs: bool = False
    unanswered: tuple[NoticeContent, ...] = ()


NEVER_TRIED = Notice()


class NoticeKind(StrEnum):
    """What a channel is notified of: in this order, since what is withdrawn makes room for what left instead."""

    WITHDRAWN = "withdrawn"
    CORRECTED = "corrected"
    SHIPPED = "shipped"


class OwedNotice(NamedTuple):
    """What a channel is owed: about a parcel of a fulfilment order, by the parcel's name there, which never changes."""

    kind: NoticeKind
    fulfilment: "FulfilmentOrder"
    name: str
    parcel: "Parcel"

    @property
    def notice(self) -> Notice:
        """What the channel has of the parcel."""
        return self.parcel.notice or NEVER_TRIED

    @property
    def sending(self) -> NoticeContent:
        """What is sent of the parcel."""
        return NoticeContent(carrier=self.parcel.carrier, tracking=self.parcel.tracking)

    @property
    def earlier(self) -> tuple[NoticeContent, ...]:
        """What was sent of the parcel otherwise than it is now, and was not answered."""
        return tuple(each for each in self.notice.unanswered if each != self.sending)

    @property
    def id(self) -> str:
        """Our id of the parcel, under which the channel may know it."""
        return f"{self.fulfilment.id}-{self.name}"

    @property
    def what(self) -> str:
        """What is sent, as a text: tries count for the same only."""
        return f"{self.kind} {self.parcel.carrier} {self.parcel.tracking}"

    @property
    def tries(self) -> int:
        """The tries to send it that have failed."""
        return self.notice.failed(self.what)

    @property
    def due_at(self) -> datetime | None:
        """When it is to be sent; None if it was given up."""
        return self.notice.due_at(self.what)


def owed_notices(order: "Order") -> list[OwedNotice]:
    """Return all that the channel of an order is owed, in the order in which it is sent."""
    if not order.is_notifiable:
        return []
    return sorted(_owed(order), key=lambda owed: (list(NoticeKind).index(owed.kind), owed.parcel.shipped_at, owed.id))


def next_notice(order: "Order") -> OwedNotice | None:
    """Return the notice that is sent next, if its time has come; None if nothing is owed, or all is given up.

    What is withdrawn holds all others back, also while it fails: the channel has no room for them until then.
    """
    owed = owed_notices(order)
    first = [each for each in owed if each.kind is NoticeKind.WITHDRAWN] or owed
    return min((each for each in first if each.due_at), key=lambda each: each.due_at or AT_ONCE, default=None)


def _owed(order: "Order") -> Iterator[OwedNotice]:
    for fulfilment in order.fulfilments:
        for name, parcel in named_parcels(fulfilment).items():
            is_void = parcel in fulfilment.voided_parcels
            if not is_void and not parcel.lines and not _is_notified(main_of(fulfilment, parcel)):
                continue  # an extra box is shown beside its main parcel, which is sent first
            kind = _kind_of(parcel.notice or NEVER_TRIED, parcel, is_void=is_void)
            if kind:
                yield OwedNotice(kind, fulfilment, name, parcel)


def _is_notified(main: "Parcel | None") -> bool:
    return bool(main and main.notice and main.notice.notified_at)


def main_of(fulfilment: "FulfilmentOrder", parcel: "Parcel") -> "Parcel | None":
    """Return the parcel that holds the units of an extra box, which has no lines: the last before it, else the next."""
    place = next((place for place, each in enumerate(fulfilment.parcels) if each is parcel), None)
    if parcel.lines or place is None:
        return None
    before, after = fulfilment.parcels[:place], fulfilment.parcels[place:]
    return next((each for each in (*reversed(before), *after) if each.lines and not each.is_reported), None)


def boxes_of(fulfilment: "FulfilmentOrder", parcel: "Parcel") -> "list[Parcel]":
    """Return the extra boxes of a parcel."""
    return [each for each in fulfilment.parcels if not each.lines and main_of(fulfilment, each) is parcel]


def _kind_of(notice: Notice, parcel: "Parcel", *, is_void: bool) -> NoticeKind | None:
    if is_void:  # also if no answer says that the channel has it: the answer may be lost
        return None if notice.is_withdrawn else NoticeKind.WITHDRAWN
    if notice.notified_at is None:
        return NoticeKind.SHIPPED
    if notice.is_theirs:  # its number there is the channel's own
        return None
    has_changed = (notice.carrier, notice.tracking) != (parcel.carrier, parcel.tracking)
    return NoticeKind.CORRECTED if has_changed or notice.unanswered else None


def named_parcels(fulfilment: "FulfilmentOrder") -> dict[str, "Parcel"]:
    """Return the parcels that a fulfilment order sent, by name: the label of it, else its place among those without.

    One without a label is never voided: its place stays.
    """
    ours = [each for each in fulfilment.parcels if not each.is_reported]
    unlabelled = [each for each in ours if not each.label]
    labelled = [each for each in (*ours, *fulfilment.voided_parcels) if each.label]
    return {f"{place}": each for place, each in enumerate(unlabelled, 1)} | {str(each.label): each for each in labelled}
