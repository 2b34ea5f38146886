"""Fulfilment orders that their warehouse rejects, whole or in part: their units are routed again, without it."""

from collections import Counter
from collections.abc import Container, Iterable, Mapping
from datetime import datetime
from typing import Annotated

from pydantic import Field

from packhorse.domain.errors import NotNow
from packhorse.domain.orders.cancellation import CancellationState
from packhorse.domain.orders.cancelling import unwanted_of
from packhorse.domain.orders.change import Change
from packhorse.domain.orders.editing import with_kept_back
from packhorse.domain.orders.exceptions import without_refused_answer
from packhorse.domain.orders.fulfilment_order import FulfilmentOrder, FulfilmentStatus
from packhorse.domain.orders.order import Order
from packhorse.domain.orders.order_line import OrderLine
from packhorse.domain.orders.parcel import LineQuantity, units_of
from packhorse.domain.orders.rejection import Refusal, Rejection, RejectReason
from packhorse.domain.orders.releasing import released, with_less
from packhorse.domain.orders.restock import RestockRule, restocked
from packhorse.domain.orders.shipping import fulfilment_order_of, goods_of, lines_beyond, refuse_beyond
from packhorse.domain.orders.status import with_status
from packhorse.domain.orders.updates import with_entry, with_fulfilment, with_lines
from packhorse.domain.stock.goods import Goods, Shelf
from packhorse.domain.values import Text, Units, Value, WarehouseId

Arrivals = Mapping[Shelf, datetime | None]
"""Shelves that got new units, with the time of the last ones, None if it is unknown."""


STOCK_STAYS = frozenset({RejectReason.TOO_BUSY, RejectReason.OTHER})
"""Reasons that say nothing about the stock; any other one says what became of the units."""


class RejectedUnits(Value):
    """Units that a warehouse does not ship, and why; without `lines` all that is left of the fulfilment order."""

    lines: Annotated[tuple[LineQuantity, ...], Field(max_length=500)] = ()
    reason: RejectReason
    note: Text = ""


def rejected(
    order: Order,
    number: int,
    report: RejectedUnits,
    report_id: str,
    available: Goods,
    at: datetime,
    who: str,
    *,
    restock: RestockRule,
    feeds_available: bool = False,
) -> Change:
    """Return the order without those units of the fulfilment order: they have no warehouse, and are routed next.

    Routing goes without the warehouse, and what is `available` there changes by the reason. Unwanted units are
    cancelled, and restocked by the warehouse's rule. A report that is recorded already changes nothing.
    `feeds_available`: its supplier's feed says what is available there, without the units of orders that it has.
    """
    fulfilment = fulfilment_order_of(order, number)
    if any(each.id == report_id for each in fulfilment.rejections):
        return Change(order)
    units = _rejected_units(fulfilment, report)
    rejection = Rejection(
        id=report_id,
        reason=report.reason,
        units=dict(units),
        note=report.note,
        who=who,
        at=at,
        was_unsent=fulfilment.batch is None,
    )
    less = with_less(fulfilment, units, FulfilmentStatus.REJECTED)
    found = fulfilment.cancellation
    request = found.without(units, CancellationState.ACCEPTED) if found and found.is_live else found
    less = less.replace(rejections=(*fulfilment.rejections, rejection), cancellation=request)
    unwanted = units & unwanted_of(fulfilment)
    change = released(Change(with_fulfilment(order, less)), fulfilment.warehouse, unwanted)
    if report.reason in STOCK_STAYS:
        change = restocked(order, change, restock)
    change = released(change, fulfilment.warehouse, units - unwanted)
    refusal = Refusal(warehouse=fulfilment.warehouse, reason=report.reason, at=at)
    change = change._replace(order=with_refusing_lines(change.order, units, refusal))
    # Units that nobody wants any more are not routed again: a rejection of them is what was requested.
    change = with_kept_back(change, unwanted, at, who)
    entered = with_entry(change.order, at, "rejected", who, _detail(order, fulfilment, rejection))
    change = change._replace(order=with_status(without_refused_answer(entered, number), at, who))
    change = _with_lesson(change, fulfilment.warehouse, rejection, available)
    if feeds_available and not rejection.was_unsent:
        unsaid = units - unwanted if report.reason in STOCK_STAYS else units - _of_single_products(order, units)
        change = change._replace(lacking=change.lacking + goods_of(order, fulfilment.warehouse, unsaid))
    return change


def require_own_or_override(order: Order, number: int, report_id: str) -> None:
    """Raise NotNow where a partner has the fulfilment order: it may ship what would be routed to another warehouse.

    A report that is recorded already passes, since it changes nothing.
    """
    fulfilment = fulfilment_order_of(order, number)
    if fulfilment.is_with_partner and all(each.id != report_id for each in fulfilment.rejections):
        raise NotNow(
            f"{fulfilment.warehouse} has it and may ship it: take it back (…/take-back), which requests that of it; "
            "if it says that it does not ship, reject with override: true"
        )


def rejected_shelves(order: Order, number: int) -> set[Shelf]:
    """Return the shelves that a rejection of the fulfilment order may change, or a parcel of it that comes late."""
    fulfilment = fulfilment_order_of(order, number)
    units = fulfilment.wanted + Counter(fulfilment.may_come_late) + fulfilment.agreed + fulfilment.refused
    return set(goods_of(order, fulfilment.warehouse, units))


def _with_lesson(change: Change, warehouse: WarehouseId, rejection: Rejection, available: Goods) -> Change:
    """Return the change with what the reason says about the stock of the warehouse.

    With `none_left` its shelves lack the rejected units and all that is available. Those of a kit's components stay as
    they are: the report does not say which one is lacking.
    """
    goods = goods_of(change.order, warehouse, _of_single_products(change.order, rejection.units))
    change = change._replace(reason=f"rejected by {warehouse}: {rejection.reason.words}")
    match rejection.reason:
        case RejectReason.NONE_LEFT:
            rest = Goods({shelf: available[shelf] for shelf in goods})
            return change._replace(lacking=goods + rest, emptied=rest)
        case RejectReason.MISMATCH:
            return change._replace(lacking=goods)
        case RejectReason.DAMAGED:
            return change._replace(quarantined=goods)
        case _:
            return change


def _of_single_products(order: Order, units: Mapping[str, int]) -> Units:
    """Return the units of lines that are not of a kit."""
    single = {line.id for line in order.lines if len(line.recipe) == 1}
    return Counter({line: quantity for line, quantity in units.items() if line in single})


def _rejected_units(fulfilment: FulfilmentOrder, report: RejectedUnits) -> Units:
    if not fulfilment.is_open:
        raise NotNow(f"fulfilment {fulfilment.number} is {fulfilment.status}; nothing is left to reject")
    units = units_of(report.lines) or fulfilment.remaining
    refuse_beyond(lines_beyond(fulfilment, report.lines, fulfilment.remaining, "rejected", "left"), "ship")
    labelled = units - fulfilment.unlabelled
    if labelled and units != fulfilment.remaining:
        lines = ", ".join(labelled)
        raise NotNow(f"a label is paid for units of line {lines}: void it, then reject them")
    return units


def with_refusing_lines(order: Order, names: Iterable[str], refusal: Refusal) -> Order:
    """Return the order with those lines routed without a warehouse, also if a person or a file had named it."""
    lines = {line.id: _refused(line, refusal) for line in order.lines}
    return with_lines(order, {name: lines[name] for name in names})


def _refused(line: OrderLine, refusal: Refusal) -> OrderLine:
    others = (each for each in line.refused if each.warehouse != refusal.warehouse)
    named = None if line.warehouse == refusal.warehouse else line.warehouse
    return line.replace(warehouse=named, refused=(*others, refusal))


def without_refusals(order: Order, arrived: Arrivals, counted_elsewhere: Container[str] = ()) -> Order:
    """Return the order whose lines that lack units may be routed to the warehouses of shelves that got new units.

    `arrived` is when they came: a warehouse that rejected a line after that has not got them for it. At one whose stock
    is `counted_elsewhere`, by Amazon or a supplier's feed, they may be units that it did not count for a while, and are
    no reason to send it an order again that it rejected for what the order is, or that was taken from it.
    """
    changed = {}
    for line in order.lines if arrived else ():
        times = {str(at.warehouse): when for at, when in arrived.items() if at.sku in line.recipe and line.unallocated}
        over = {
            each.warehouse
            for each in line.refused
            if each.warehouse in times
            and each.is_over(times[each.warehouse])
            and not (each.reason is RejectReason.OTHER and each.warehouse in counted_elsewhere)
        }
        kept = tuple(each for each in line.refused if each.warehouse not in over)
        if kept != line.refused:
            changed[line.id] = line.replace(refused=kept)
    return with_lines(order, changed) if changed else order


def _detail(order: Order, fulfilment: FulfilmentOrder, rejection: Rejection) -> str:
    units = order.in_words(rejection.units)
    parts = (f"{fulfilment.warehouse}: {units}, {rejection.reason.words}", rejection.note)
    return ". ".join(filter(None, parts))
