"""Edits to the lines of a stored order: by its channel, and by people who cancel units of it."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from packhorse.domain.errors import FieldError, NotFound, NotNow
from packhorse.domain.orders.cancelled_parcels import as_cancelled, as_going_on
from packhorse.domain.orders.cancelling import (
    staying_units,
    unwanted_units,
    with_units_requested,
    with_units_wanted_again,
)
from packhorse.domain.orders.change import Change
from packhorse.domain.orders.channel_order import ChannelLine
from packhorse.domain.orders.exceptions import with_exception, without_exception
from packhorse.domain.orders.field_words import field_words
from packhorse.domain.orders.order import Order, OrderException
from packhorse.domain.orders.order_line import OrderLine
from packhorse.domain.orders.releasing import free_units, given_back, taken_back, without_units
from packhorse.domain.orders.reported import gone_units
from packhorse.domain.orders.restock import RestockRule, restocked
from packhorse.domain.orders.status import with_status
from packhorse.domain.orders.updates import with_entry, with_lines
from packhorse.domain.plural import agree
from packhorse.domain.problem import Cause

DESCRIPTION = ("reference", "sku", "barcode", "name", "unit_price", "has_price", "discount", "tax")


def edited(order: Order, received: Iterable[ChannelLine], at: datetime, who: str, *, restock: RestockRule) -> Change:
    """Return the order with its lines as the channel has them now; units that a person cancelled stay cancelled.

    The units that a new or larger line has more are routed later. A line that is smaller, removed or replaced by
    another item gives up units that have not shipped: first those that were cancelled here (their refund
    lowers the channel's quantity), then short ones, then allocated ones, then those of open fulfilment orders. What
    partners have accepted is requested back, and stays in the line until they agree.
    """
    if order.is_cancelled_whole:
        return Change(order)
    now = {line.id: line for line in received}
    change = Change(_with_new_lines(order, now, at, who))
    for line in order.lines:
        change = _changed(change, line, now.get(line.id), at, who)
    going_on = with_status(going_on_with_more(order, change.order), at, who)
    return restocked(order, change._replace(order=going_on), restock)


def going_on_with_more(before: Order, order: Order) -> Order:
    """Return the order as one that goes on if more units are to be shipped than before, of a cancelled one."""
    return as_going_on(order) if order.cancelled_at and _units_to_ship(order) > _units_to_ship(before) else order


def _units_to_ship(order: Order) -> int:
    """Return how many units are wanted and have not left, by the channel's account either."""
    unwanted = sum(unwanted_units(order, line.id) for line in order.lines)
    return sum(line.quantity - line.cancelled for line in order.lines) - gone_units(order).total() - unwanted


def line_cancelled(
    order: Order, line_id: str, keep: int, at: datetime, who: str, reason: str = "", *, restock: RestockRule
) -> Change:
    """Return the order with all but `keep` units of a line cancelled; shipped units count as kept.

    Short units are cancelled first, then allocated ones, then those of open fulfilment orders. What partners have
    accepted is requested back last, and cancelled once they agree.
    """
    line = order.line(line_id)
    if line is None:
        raise NotFound(f"the order has no line {line_id}")
    shipped = gone_units(order)[line_id]
    if keep < shipped:
        problem = f"{shipped} of line {line_id} {agree(shipped, 'has', 'have')} shipped"
        raise NotNow("less than has shipped", [FieldError("keep", problem)])
    units = line.quantity - line.cancelled - keep - unwanted_units(order, line_id, refused=False)
    if units <= 0:
        return Change(order)
    change, requested = without_units(Change(order), line, units, at, who, reason)
    if cancelled := units - requested:
        fewer = with_cancelled_units(change.order, {line_id: cancelled})
        detail = f"{cancelled} of {line.called}. {reason}".removesuffix(". ")
        change = change._replace(order=with_entry(fewer, at, "line_cancelled", who, detail))
    ended = with_status(cancelled_if_empty(change.order, at), at, who)
    return restocked(order, change._replace(order=ended), restock)


def with_cancelled_units(order: Order, units: Mapping[str, int]) -> Order:
    """Return the order with so many more units of its lines cancelled."""
    lines = {line.id: line.replace(cancelled=line.cancelled + units.get(line.id, 0)) for line in order.lines}
    return with_lines(order, {name: lines[name] for name in units})


def with_kept_back(change: Change, units: Mapping[str, int], at: datetime, who: str) -> Change:
    """Return the change without so many unwanted units of its lines, which their fulfiller has given up.

    Those that the channel removed are in the line no more, which is the item now that the channel put in their place;
    the others are cancelled, which the channel is owed.
    """
    lines = change.order.lines
    kept = {line.id: _kept_back(line, units[line.id]) for line in lines if units.get(line.id)}
    change = with_late_items(change._replace(order=with_lines(change.order, kept)), at, who)
    # A channel that removed every line may add some: only what was cancelled here ends an order for good.
    if not any(line.cancelled for line in change.order.lines):
        return change
    return change._replace(order=cancelled_if_empty(change.order, at))


def _kept_back(line: OrderLine, units: int) -> OrderLine:
    removed = min(units, line.removed_late)
    return line.replace(
        quantity=line.quantity - removed,
        removed_late=line.removed_late - removed,
        cancelled=line.cancelled + units - removed,
    )


def cancelled_if_empty(order: Order, at: datetime) -> Order:
    """Return the order, with `cancelled_at` if no unit is left: its channel does not open it again."""
    wanted = sum(line.quantity - line.cancelled for line in order.lines)
    return order if wanted else as_cancelled(order, at).replace(holds=())


def _with_new_lines(order: Order, now: Mapping[str, ChannelLine], at: datetime, who: str) -> Order:
    existing = {line.id for line in order.lines}
    added = tuple(OrderLine(**line.model_dump()) for line in now.values() if line.id not in existing and line.quantity)
    if not added:
        return order
    longer = order.replace(lines=(*order.lines, *added))
    return with_entry(
        longer, at, "edited", who, "added " + ", ".join(f"{line.quantity} x {line.sku}" for line in added)
    )


def _changed(change: Change, line: OrderLine, now: ChannelLine | None, at: datetime, who: str) -> Change:
    if now and is_another_item(line, now):
        return _replaced(change, line, now, at, who)
    order, line = _with_late_item(change.order, line, None)
    if now is None:
        return _shrunk(change._replace(order=order), line, line.quantity, at, who)
    order, line = _described(order, line, now, at, who)
    if now.quantity > line.quantity:
        order = _grown(order, line, now.quantity - line.quantity, at, who)
    return _shrunk(change._replace(order=order), line, max(0, line.quantity - now.quantity), at, who)


def is_another_item(line: ChannelLine, now: ChannelLine) -> bool:
    """Return whether the channel put another item into the line: no name that both have, reference or sku, is equal."""
    names = ((line.reference, now.reference), (line.sku, now.sku))
    stayed = [before == after for before, after in names if before and after]
    return bool(stayed) and not any(stayed)


def _described(order: Order, line: OrderLine, now: ChannelLine, at: datetime, who: str) -> tuple[Order, OrderLine]:
    """Return the line with the channel's present DESCRIPTION; the warehouse that a person named is no part of it."""
    changes = {name: getattr(now, name) for name in DESCRIPTION if getattr(now, name) != getattr(line, name)}
    if now.returned > line.returned:
        back = f"{now.returned - line.returned} of {line.called} came back and were refunded in the channel"
        line = line.replace(returned=now.returned)
        order = with_entry(with_lines(order, {line.id: line}), at, "returned", who, back)
    if not changes:
        return order, line
    described = line.replace(**changes)
    return with_entry(
        with_lines(order, {line.id: described}), at, "updated", who, f"{line.called}: {field_words(changes)}"
    ), described


def _replaced(change: Change, line: OrderLine, now: ChannelLine, at: datetime, who: str) -> Change:
    shipped = gone_units(change.order)[line.id]
    replacement = f"{now.quantity} x {now.sku or now.reference} instead of {line.sku or line.reference}"
    if shipped:
        order = _replaced_late(change.order, line, now, f"{replacement}, of which {shipped} had shipped", at)
        return change._replace(order=order)
    if sum(staying_units(change.order, line.id).values()):
        # The line stays what its fulfiller has of it until that agrees.
        replacement = f"{replacement}, which a fulfiller has: its cancellation is requested"
        change = _shrunk(change, line, line.quantity, at, who, "another item was ordered")
        return change._replace(order=_replaced_late(change.order, line, now, replacement, at))
    change, _ = given_back(change, line, line.allocated)
    change, _ = taken_back(change, line, line.allocated)
    replaced = OrderLine(**now.model_dump(), ids_there=line.ids_there)
    replaced = replaced.with_former(line, len(change.order.fulfilments))
    order = with_lines(change.order, {line.id: replaced})
    for cause in (Cause.UNMATCHED_SKU, Cause.EXCLUDED_WAREHOUSE):
        order = without_exception(order, cause, line.id)
    return change._replace(order=with_entry(order, at, "edited", who, replacement))


def _grown(order: Order, line: OrderLine, units: int, at: datetime, who: str) -> Order:
    grown = line.replace(quantity=line.quantity + units)
    return with_entry(with_lines(order, {line.id: grown}), at, "edited", who, f"{units} more of {line.called}")


def _shrunk(
    change: Change, line: OrderLine, units: int, at: datetime, who: str, reason: str = "fewer are ordered"
) -> Change:
    if not units:
        return _with_removed_late(change, line.id, 0, at, who)
    cancelled = min(units, line.cancelled)
    requested = min(units - cancelled, unwanted_units(change.order, line.id))
    remaining = units - cancelled - requested
    remaining -= min(remaining, free_units(change.order, line))
    change, remaining = given_back(change, line, remaining)
    change, remaining = taken_back(change, line, remaining)
    order, more = with_units_requested(change.order, line.id, remaining, reason, at, who)
    change, remaining, requested = change._replace(order=order), remaining - more, requested + more
    if remaining and remaining + requested > line.removed_late:  # else it repeats what it removed before
        order = _too_late(
            order, line, f"{line.called}: the channel removed {units}, of which {remaining} had shipped", at
        )
    change = _with_removed_late(change._replace(order=order), line.id, remaining + requested, at, who)
    order = change.order
    done = units - remaining - requested
    if not done:
        return change
    now = order.line(line.id) or line
    less = now.replace(quantity=now.quantity - done, cancelled=now.cancelled - cancelled)
    fewer = with_lines(order, {line.id: less})
    return change._replace(order=with_entry(fewer, at, "edited", who, f"{done} fewer of {line.called}"))


def _with_removed_late(change: Change, line_id: str, units: int, at: datetime, who: str) -> Change:
    """Return the change with how many units of a line the channel removed too late: they stay in it (see OrderLine).

    Of units that fulfillers have, and that were removed before, only as many stay unwanted.
    """
    line = change.order.line(line_id)
    if line is None or line.removed_late == units:
        return change
    again = min(line.removed_late, unwanted_units(change.order, line_id)) - units
    order = with_units_wanted_again(change.order, line_id, max(0, again), at, who)
    return change._replace(order=with_lines(order, {line_id: line.replace(removed_late=units)}))


def _replaced_late(order: Order, line: OrderLine, item: ChannelLine, message: str, at: datetime) -> Order:
    """Return the order with an exception about another item of its channel in a line that stays; once for each item."""
    before = line.late_item
    order, line = _with_late_item(order, order.line(line.id) or line, item)
    is_repeated = before is not None and not is_another_item(before, item) and before.quantity == item.quantity
    return order if is_repeated else _too_late(order, line, message, at)


def _with_late_item(order: Order, line: OrderLine, item: ChannelLine | None) -> tuple[Order, OrderLine]:
    if line.late_item == item:
        return order, line
    changed = line.replace(late_item=item)
    return with_lines(order, {line.id: changed}), changed


def without_late_units(change: Change, at: datetime, who: str) -> Change:
    """Return the change without units that the channel removed when they had left, as far as they are back by a void.

    A line that is as the channel has it then has no exception of that any more.
    """
    for line in change.order.lines:
        if not line.removed_late:
            continue
        change = _shrunk(change, line, line.removed_late, at, who)
        now = change.order.line(line.id)
        if now is None or now.removed_late <= unwanted_units(change.order, line.id):
            change = change._replace(order=without_exception(change.order, Cause.EDITED_AFTER_SHIPPING, line.id))
    return change


def with_late_items(change: Change, at: datetime, who: str) -> Change:
    """Return the change with what the channel put into lines too late, where nothing of the former item is gone now.

    Nothing of it is with a fulfiller either. In an order that is cancelled it is cancelled, too.
    """
    for line in change.order.lines:
        item = line.late_item
        is_there = gone_units(change.order)[line.id] or staying_units(change.order, line.id)
        if item and not is_there:
            change = _replaced(change, line, item, at, who)
            order = without_exception(change.order, Cause.EDITED_AFTER_SHIPPING, line.id)
            order = with_cancelled_units(order, {line.id: item.quantity}) if order.cancelled_at else order
            change = change._replace(order=order)
    return change


def _too_late(order: Order, line: OrderLine, message: str, at: datetime) -> Order:
    problem = OrderException(cause=Cause.EDITED_AFTER_SHIPPING, line=line.id, message=message, opened_at=at)
    return with_exception(order, problem)
