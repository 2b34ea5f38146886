"""Facts of an order that its channel does not state any more: that it was paid, or cancelled.

Of messages about the same moment none takes back what another one says.
"""

from datetime import datetime

from packhorse.domain.orders.channel_order import ChannelOrder
from packhorse.domain.orders.exceptions import with_exception
from packhorse.domain.orders.order import Hold, Order, OrderException
from packhorse.domain.orders.status import with_status
from packhorse.domain.orders.steps import with_later_hold, without_holds
from packhorse.domain.plural import agree, plural
from packhorse.domain.problem import Cause

UNPAID = "unpaid"
"""The id of the hold of an order whose channel takes its payment back."""


def with_payment(order: Order, received: ChannelOrder, now: datetime, who: str, *, is_newest: bool) -> Order:
    """Return the order with a hold if its channel takes back that it was paid, in full, or why it ships unpaid.

    That is until it is paid there, or ships unpaid, again. One that is over is held once it goes on. A person who
    releases the hold is not overruled. What a person marked as paid is not taken back by a channel that never said so.
    """
    if not received.lists_parcels:
        return order
    was_taken_back = _is_payment_taken_back(order)
    order = order.replace(paid_in_channel_at=order.paid_in_channel_at or received.paid_at)
    if is_newest and (received.is_unpaid or received.payment_due or received.ships_unpaid or received.paid_at):
        order = order.replace(
            is_unpaid_in_channel=received.is_unpaid and not received.ships_unpaid,
            payment_due=received.payment_due and not received.ships_unpaid,
        )
    if not _is_payment_taken_back(order):
        return without_holds(order, {UNPAID}, now, who)
    if was_taken_back or (received.shipped_at and not order.is_over):
        return order
    reason = f"its channel has it as {_what_is_unpaid(order)}; cancel it, or release it to send it"
    return with_later_hold(order, Hold(id=UNPAID, reason=reason, owner=who, placed_at=now))


def _what_is_unpaid(order: Order) -> str:
    if order.payment_due:
        return "not paid in full any more"
    return "not paid any more" if order.paid_in_channel_at else "not paid, nor to be sent before that, any more"


def _is_payment_taken_back(order: Order) -> bool:
    if order.paid_in_channel_at:
        return order.is_unpaid_in_channel or order.payment_due
    return order.is_unpaid_in_channel and order.ships_unpaid and order.paid_at is None


def with_cancellation(
    before: Order, order: Order, received: ChannelOrder, now: datetime, who: str, *, is_newest: bool
) -> Order:
    """Return the order with an exception if its channel cancelled it and has it as one to be sent again.

    An order that goes on, since the channel added units, has it for the units that stay cancelled. It ends once the
    channel has the order as none to be sent. `before` is the order without this message, whose cancellation may be
    older than what its channel said since.
    """
    if not received.lists_parcels:
        return order
    if is_newest:
        is_back = order.cancelled_in_channel_at is not None and _is_to_be_sent(received)
        since = order.reopened_in_channel_at or received.modified_at
    else:
        was_cancelled = before.cancelled_at or before.cancelled_in_channel_at  # one that goes on was, too
        is_cancelled_since = received.cancelled_at is not None and not was_cancelled
        is_back = order.reopened_in_channel_at is not None or (is_cancelled_since and _was_to_be_sent(before))
        since = order.reopened_in_channel_at or order.modified_at
    reopened_at = since if is_back else None
    if order.reopened_in_channel_at == reopened_at:
        return order
    order = with_status(order.replace(reopened_in_channel_at=reopened_at), now, who)
    if reopened_at is None or any(each.cause == Cause.PAID_AFTER_CANCELLATION for each in order.exceptions):
        return order  # that exception asks for the same decision
    if (what := _what_stays_cancelled(order)) is None:
        return order
    message = f"the channel has taken its cancellation back; here {what} cancelled"
    problem = OrderException(cause=Cause.UNCANCELLED_IN_CHANNEL, message=message, opened_at=now)
    return with_exception(order, problem)


def _what_stays_cancelled(order: Order) -> str | None:
    """Return what of the order stays cancelled, as the start of a clause; of one that goes on those units, if any."""
    if order.cancelled_at:
        return "the order stays"
    units = sum(line.cancelled for line in order.lines)
    return f"{plural(units, 'unit')} {agree(units, 'stays', 'stay')}" if units else None


def _is_to_be_sent(received: ChannelOrder) -> bool:
    is_over = received.cancelled_at or received.refunded_at or received.shipped_at
    return not is_over and (received.ships_unpaid or received.paid_at is not None)


def _was_to_be_sent(order: Order) -> bool:
    is_unpaid = order.is_unpaid_in_channel or order.payment_due
    return order.may_ship and not (order.is_over or order.refunded_at or is_unpaid)
