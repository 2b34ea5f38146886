"""Steps that people and channels request of an order: pay, hold, release, cancel."""

from collections import Counter
from collections.abc import Container
from datetime import datetime

from packhorse.domain.errors import NotNow
from packhorse.domain.orders.cancelled_parcels import as_cancelled
from packhorse.domain.orders.cancelling import (
    RequestedBack,
    staying_units,
    with_all_unwanted,
    with_request,
    without_unsent_holds,
)
from packhorse.domain.orders.change import Change
from packhorse.domain.orders.fulfilment_order import FulfilmentOrder
from packhorse.domain.orders.order import Hold, Order, Status, shipped_from
from packhorse.domain.orders.order_line import OrderLine
from packhorse.domain.orders.reported import pending_units
from packhorse.domain.orders.restock import RestockRule, restocked
from packhorse.domain.orders.status import with_status
from packhorse.domain.orders.updates import with_entry, with_lines
from packhorse.domain.routing.decision import Allocation
from packhorse.domain.stock.goods import Goods
from packhorse.domain.values import iso

HELD = "the order is held"
"""Why a fulfiller is to keep units back: the hold's own reason is not for its people."""


def paid(order: Order, paid_at: datetime, at: datetime, who: str) -> Order:
    """Return the order as paid: the money came at `paid_at`, the message `at`; a paid order stays as it is."""
    if order.status is Status.CANCELLED:
        raise NotNow("a cancelled order cannot be paid")
    if order.paid_at is not None:
        return order
    return with_status(with_entry(order.replace(paid_at=paid_at), at, "paid", who), at, who)


def with_hold(order: Order, hold: Hold) -> Order:
    """Return the order with one more hold; it keeps its stock and is not handed over."""
    if order.is_over:
        raise NotNow(f"the order is {order.status}; there is nothing to hold")
    if any(existing.id == hold.id for existing in order.holds):
        return order
    fulfilments = tuple(recalled(fulfilment) for fulfilment in order.fulfilments)
    kept = order.replace(holds=(*order.holds, hold), fulfilments=fulfilments)
    detail = f"until {iso(hold.until)}: {hold.reason}" if hold.until else hold.reason
    held = with_entry(kept, hold.placed_at, "held", hold.owner, detail)
    for fulfilment in fulfilments:
        if fulfilment.is_with_partner:
            wanted = RequestedBack(fulfilment.remaining, reason=HELD)
            held = with_request(held, fulfilment, wanted, hold.placed_at, hold.owner)
    for fulfilment, before in zip(fulfilments, order.fulfilments, strict=True):
        if fulfilment != before:
            held = with_entry(held, hold.placed_at, "taken_back", hold.owner, fulfilment.warehouse)
    return with_status(held, hold.placed_at, hold.owner)


def with_later_hold(order: Order, hold: Hold) -> Order:
    """Return the order with the hold, if it is not over; else with one that is placed once it goes on."""
    if not order.is_over:
        return with_hold(order, hold)
    if any(existing.id == hold.id for existing in order.later_holds):
        return order
    return order.replace(later_holds=(*order.later_holds, hold))


def recalled(fulfilment: FulfilmentOrder) -> FulfilmentOrder:
    """Return a fulfilment order as not handed over; its token is still to be answered.

    What has begun to ship stays with the warehouse, and so does what a partner has accepted.
    """
    if fulfilment.is_with_partner or not fulfilment.is_open or fulfilment.parcels:
        return fulfilment
    return fulfilment.to_hand_over_again()


def without_hold(order: Order, hold_id: str | None, at: datetime, who: str) -> Order:
    """Return the order without that hold, or without any; raises NotNow if it has no such hold.

    One that was held because it may be another order once more is not that order.
    """
    remaining = tuple(hold for hold in order.holds if hold_id is not None and hold.id != hold_id)
    if remaining == order.holds:
        raise NotNow("the order has no such hold")
    others = (hold.other for hold in order.holds if hold.other and hold not in remaining)
    distinct = tuple(dict.fromkeys((*order.distinct_from, *others)))
    released = order.replace(holds=remaining, distinct_from=distinct)
    released = released if remaining else _going_on(without_unsent_holds(released))
    return with_status(with_entry(released, at, "released", who), at, who)


def without_holds(order: Order, hold_ids: Container[str], at: datetime, who: str) -> Order:
    """Return the order without those of its holds that have one of these ids, perhaps none, now or once it goes on."""
    order = order.replace(later_holds=tuple(hold for hold in order.later_holds if hold.id not in hold_ids))
    for hold_id in dict.fromkeys(hold.id for hold in order.holds if hold.id in hold_ids):
        order = without_hold(order, hold_id, at, who)
    return order


def without_ended_holds(order: Order, now: datetime) -> Order:
    """Return the order without the holds whose time is over."""
    ended = {hold.id for hold in order.holds if hold.until and hold.until <= now}
    return without_holds(order, ended, now, "packhorse") if ended else order


def _going_on(order: Order) -> Order:
    """Return the order with what stayed with its warehouse handed over again if a label was bought for it meanwhile."""
    return order.replace(
        fulfilments=tuple(
            each.to_hand_over_again() if each.is_open and each.has_label else each for each in order.fulfilments
        )
    )


def cancelled(order: Order, at: datetime, who: str, reason: str = "", *, restock: RestockRule) -> Change:
    """Return the order with all unshipped units cancelled, and their stock restocked by the warehouses' rule.

    What partners have accepted is requested back, and cancelled once they agree. A part-shipped order is complete with
    what it got; a complete one cannot be cancelled (that is a return).
    """
    if order.status is Status.CANCELLED:
        return Change(order)
    if order.status is Status.COMPLETE:
        raise NotNow("everything has shipped: a return, not a cancellation")
    pending = pending_units(order)
    kept = {line.id: without_unshipped(order, line, pending[line.id]) for line in order.lines}
    asked = with_all_unwanted(order, reason, at, who)
    if order.cancelled_at and with_lines(asked, kept) == order:
        return Change(order)  # all that is left of it has shipped, or is requested back already
    released = sum((_goods(line) - _goods(kept[line.id]) for line in order.lines), Goods())
    fulfilments = tuple(
        each.stopped() if each.is_open and not each.is_with_partner else each for each in order.fulfilments
    )
    ended = with_lines(order, kept).replace(
        fulfilments=fulfilments,
        holds=(),
        # What may be another order once more is that one in the channel, too.
        is_cancelled_here_only=order.is_cancelled_here_only or bool(order.may_be_again),
    )
    ended = as_cancelled(ended, at)
    ended = with_all_unwanted(with_entry(ended, at, "cancel_requested", who, reason), reason, at, who)
    ended = with_status(ended, at, who)
    given_back = Goods({shelf: -units for shelf, units in released.items()})
    return restocked(order, Change(ended, committed=given_back), restock)


def _goods(line: OrderLine) -> Goods:
    return sum((line.goods(part.warehouse, part.quantity) for part in line.allocations), Goods())


def without_unshipped(order: Order, line: OrderLine, pending: int) -> OrderLine:
    """Return the line with what has shipped, what is pending and what partners have, and the rest cancelled."""
    stays = Counter(shipped_from(order, line.id)) + Counter(staying_units(order, line.id))
    warehouses = dict.fromkeys((*(part.warehouse for part in line.allocations), *stays))  # in the line's own order
    allocations = tuple(Allocation(warehouse=each, quantity=stays[each]) for each in warehouses if each in stays)
    remaining = line.quantity - line.elsewhere - stays.total() - pending
    return line.replace(allocations=allocations, cancelled=remaining)
