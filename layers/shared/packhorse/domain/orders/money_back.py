"""Orders whose money went back: what of them had left, and the hold of what had not."""

from datetime import datetime

from packhorse.domain.orders.channel_order import ChannelLine, ChannelOrder
from packhorse.domain.orders.exceptions import without_exception
from packhorse.domain.orders.order import Hold, Order
from packhorse.domain.orders.parcel import contents_of
from packhorse.domain.orders.reported import gone_units, is_implied, peak_units, wanted_units
from packhorse.domain.orders.steps import with_later_hold, without_holds
from packhorse.domain.problem import Cause
from packhorse.domain.values import Units

REFUNDED = "refunded"
"""The id of the hold of an order whose money went back."""


def with_what_had_left(order: Order | None, received: ChannelOrder) -> ChannelOrder:
    """Return the message of an order whose money went back so that it says what had left: a state does not.

    `refunded` may take the place of the state that said it. All has left if the message before said so, by its state
    alone; units that are refunded as returned, and never left, are not sent.
    """
    if received.refunded_at is None or received.shipped_at or not received.lists_parcels:
        return received
    if order and _had_all_left(order):
        return received.replace(shipped_at=order.modified_at)
    if not all(parcel.lines for parcel in received.parcels):
        return received  # one of them holds whatever the others do not
    left = contents_of(received.parcels) | (gone_units(order) | peak_units(order) if order else Units())
    return received.replace(lines=tuple(_without_unsent(line, left[line.id]) for line in received.lines))


def _had_all_left(order: Order) -> bool:
    """Return whether the channel's last message said, by the order's state, that all of it had left."""
    is_said = any(is_implied(parcel) for parcel in order.told_parcels)
    return is_said and not wanted_units(order) - contents_of(order.told_parcels)


def _without_unsent(line: ChannelLine, left: int) -> ChannelLine:
    unsent = max(line.returned - left, 0)
    return line.replace(quantity=max(line.quantity - unsent, 0), returned=line.returned - unsent)


def refunded(order: Order, received: ChannelOrder, now: datetime, who: str) -> Order:
    """Return the order with a hold if its money went back, until the channel has it; none if all of it has left.

    One that is over is held once it goes on, as by the void of a label.
    """
    if not received.lists_parcels:  # a file or a person, who does not say
        return order
    if received.refunded_at is None:
        return without_holds(order.replace(refunded_at=None), {REFUNDED}, now, who)
    order = without_exception(order, Cause.NOT_REFUNDED)
    has_left = received.shipped_at or not wanted_units(order) - gone_units(order)
    if order.refunded_at or (has_left and not order.is_over):
        return order
    hold = Hold(
        id=REFUNDED, reason="its money went back; cancel it, or release it to send it", owner=who, placed_at=now
    )
    return with_later_hold(order.replace(refunded_at=received.refunded_at), hold)
