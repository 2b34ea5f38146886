"""Edits to the lines of an order that we have: by its channel, and by people who cancel a part of it."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import TypeVar

from packhorse.domain.errors import FieldError, NotFound, NotNow
from packhorse.domain.orders.allocation import movable_units
from packhorse.domain.orders.change import Change
from packhorse.domain.orders.channel_order import ChannelLine
from packhorse.domain.orders.exceptions import with_exception, without_exception
from packhorse.domain.orders.fulfilment_order import FulfilmentOrder, FulfilmentStatus, LineQuantity
from packhorse.domain.orders.order import Order, OrderException, OrderLine, Status
from packhorse.domain.orders.restock import RestockRule, restocked
from packhorse.domain.orders.status import with_status
from packhorse.domain.orders.updates import with_entry, with_fulfilment, with_lines
from packhorse.domain.problem import Cause
from packhorse.domain.routing.decision import Allocation
from packhorse.domain.stock.goods import Goods
from packhorse.domain.values import WarehouseId

Part = TypeVar("Part", Allocation, LineQuantity)
DESCRIPTION = ("reference", "sku", "barcode", "name", "unit_price", "discount", "tax")


def edited(order: Order, told: Iterable[ChannelLine], at: datetime, who: str, *, restock: RestockRule) -> Change:
    """The order with its lines as the channel has them now; what somebody cancelled stays cancelled.

    The quantity of a line is what the channel wants of it. One that grew or is new is left to be routed for the
    difference; one that shrank, is gone or has become another thing gives back what has not shipped: first what was
    cancelled here anyway (whoever cancels here has it refunded there), then what is short, then what is only allocated,
    then what a warehouse was asked for.
    """
    if order.status is Status.CANCELLED and order.cancelled_at:
        return Change(order)
    now = {line.id: line for line in told}
    change = Change(_with_new_lines(order, now, at, who))
    for line in order.lines:
        change = _changed(change, line, now.get(line.id), at, who)
    return restocked(order, change._replace(order=with_status(change.order, at, who)), restock)


def line_cancelled(
    order: Order, line_id: str, keep: int, at: datetime, who: str, reason: str = "", *, restock: RestockRule
) -> Change:
    """The order with all but `keep` units of a line cancelled; what has shipped is among those that are kept.

    It gives back first what is short, then what is only allocated, then what a warehouse was asked for.
    """
    line = order.line(line_id)
    if line is None:
        raise NotFound(f"the order has no line {line_id}")
    gone = order.shipped[line_id] + line.elsewhere
    if keep < gone:
        raise NotNow("less than has shipped", [FieldError("keep", f"{gone} of line {line_id} have shipped")])
    units = line.quantity - line.cancelled - keep
    if units <= 0:
        return Change(order)
    change, left = _given_back(Change(order), line, units - min(units, line.unallocated))
    change, _ = _taken_back(change, line, left)
    now = change.order.line(line_id) or line
    fewer = with_lines(change.order, {line_id: now.replace(cancelled=now.cancelled + units)})
    told = with_entry(fewer, at, "line_cancelled", who, f"{units} of line {line_id}. {reason}".removesuffix(". "))
    ended = with_status(_cancelled_if_empty(told, at), at, who)
    return restocked(order, change._replace(order=ended), restock)


def _cancelled_if_empty(order: Order, at: datetime) -> Order:
    """Cancelled by somebody, if nothing of it is left; its channel does not open it again."""
    wanted = sum(line.quantity - line.cancelled for line in order.lines)
    return order if wanted else order.replace(cancelled_at=order.cancelled_at or at, holds=())


def _with_new_lines(order: Order, now: Mapping[str, ChannelLine], at: datetime, who: str) -> Order:
    known = {line.id for line in order.lines}
    added = tuple(OrderLine(**line.model_dump()) for line in now.values() if line.id not in known and line.quantity)
    if not added:
        return order
    longer = order.replace(lines=(*order.lines, *added))
    return with_entry(
        longer, at, "edited", who, "added " + ", ".join(f"{line.quantity} x {line.sku}" for line in added)
    )


def _changed(change: Change, line: OrderLine, now: ChannelLine | None, at: datetime, who: str) -> Change:
    if now is None:
        return _shrunk(change, line, line.quantity, at, who)
    if _is_another_thing(line, now):
        return _replaced(change, line, now, at, who)
    order, line = _described(change.order, line, now, at, who)
    if now.quantity > line.quantity:
        order = _grown(order, line, now.quantity - line.quantity, at, who)
    return _shrunk(change._replace(order=order), line, max(0, line.quantity - now.quantity), at, who)


def _is_another_thing(line: OrderLine, now: ChannelLine) -> bool:
    """Whether the channel has put something else there: neither reference nor sku, as far as both are told, stayed."""
    names = ((line.reference, now.reference), (line.sku, now.sku))
    stayed = [before == after for before, after in names if before and after]
    return bool(stayed) and not any(stayed)


def _described(order: Order, line: OrderLine, now: ChannelLine, at: datetime, who: str) -> tuple[Order, OrderLine]:
    """The line as the channel describes it now; which warehouse somebody named for it is no description."""
    news = {name: getattr(now, name) for name in DESCRIPTION if getattr(now, name) != getattr(line, name)}
    if not news:
        return order, line
    told = line.replace(**news)
    return with_entry(
        with_lines(order, {line.id: told}), at, "updated", who, f"line {line.id}: {', '.join(news)}"
    ), told


def _replaced(change: Change, line: OrderLine, now: ChannelLine, at: datetime, who: str) -> Change:
    gone = change.order.shipped[line.id] + line.elsewhere
    news = f"line {line.id}: {now.quantity} x {now.sku or now.reference} instead of {line.sku or line.reference}"
    if gone:
        return change._replace(order=_too_late(change.order, line, f"{news}, of which {gone} had shipped", at))
    change, _ = _given_back(change, line, line.allocated)
    change, _ = _taken_back(change, line, line.allocated)
    order = with_lines(change.order, {line.id: OrderLine(**now.model_dump())})
    for cause in (Cause.UNMATCHED_SKU, Cause.EXCLUDED_WAREHOUSE):
        order = without_exception(order, cause, line.id)
    return change._replace(order=with_entry(order, at, "edited", who, news))


def _grown(order: Order, line: OrderLine, units: int, at: datetime, who: str) -> Order:
    grown = line.replace(quantity=line.quantity + units)
    return with_entry(with_lines(order, {line.id: grown}), at, "edited", who, f"{units} more of line {line.id}")


def _shrunk(change: Change, line: OrderLine, units: int, at: datetime, who: str) -> Change:
    if not units:
        return change
    cancelled = min(units, line.cancelled)
    left = units - cancelled
    left -= min(left, line.unallocated)
    change, left = _given_back(change, line, left)
    change, left = _taken_back(change, line, left)
    order = change.order
    if left:
        order = _too_late(order, line, f"line {line.id}: the channel removed {units}, of which {left} had shipped", at)
    if units == left:
        return change._replace(order=order)
    now = order.line(line.id) or line
    less = now.replace(quantity=now.quantity - units + left, cancelled=now.cancelled - cancelled)
    fewer = with_lines(order, {line.id: less})
    return change._replace(order=with_entry(fewer, at, "edited", who, f"{units - left} fewer of line {line.id}"))


def _too_late(order: Order, line: OrderLine, message: str, at: datetime) -> Order:
    problem = OrderException(cause=Cause.EDITED_AFTER_SHIPPING, line=line.id, message=message, opened_at=at)
    return with_exception(order, problem)


def _given_back(change: Change, line: OrderLine, units: int) -> tuple[Change, int]:
    """Units that were allocated and not handed over."""
    for warehouse, held in movable_units(change.order, line).items():
        taken = min(held, units)
        change, units = _released(change, line.id, warehouse, taken), units - taken
    return change, units


def _taken_back(change: Change, line: OrderLine, units: int) -> tuple[Change, int]:
    """Units that a warehouse was asked for and has not shipped."""
    for work in change.order.fulfilments:
        taken = min(units, work.remaining[line.id])
        if taken:
            change = change._replace(order=with_fulfilment(change.order, _with_less(work, line.id, taken)))
            change, units = _released(change, line.id, work.warehouse, taken), units - taken
    return change, units


def _with_less(work: FulfilmentOrder, line_id: str, units: int) -> FulfilmentOrder:
    """The work without so many units of a line; it ends where nothing is left to ship, and tells what it was for."""
    lines = tuple(_less(part, units) if part.line == line_id else part for part in work.lines)
    less = work.replace(lines=tuple(part for part in lines if part.quantity))
    if less.remaining:
        return less
    if work.parcels:
        return less.replace(status=FulfilmentStatus.SHIPPED)
    return work.replace(status=FulfilmentStatus.CANCELLED)


def _released(change: Change, line_id: str, warehouse: WarehouseId, units: int) -> Change:
    line = change.order.line(line_id)
    if line is None or not units:
        return change
    allocations = tuple(_less(part, units) if part.warehouse == warehouse else part for part in line.allocations)
    kept = tuple(part for part in allocations if part.quantity)
    committed = Goods(change.committed)
    committed.subtract(line.goods(warehouse, units))
    fewer = with_lines(change.order, {line_id: line.replace(allocations=kept)})
    return change._replace(order=fewer, committed=committed)


def _less(part: Part, units: int) -> Part:
    return part.replace(quantity=part.quantity - units)
