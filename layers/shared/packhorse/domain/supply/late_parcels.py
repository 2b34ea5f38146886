"""Units that a fulfiller ships after they were taken from it: they count once, and leave whoever had them next."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import NamedTuple

from packhorse.domain.configuration.warehouse import WarehouseKind
from packhorse.domain.orders.change import Change
from packhorse.domain.orders.exceptions import with_current_exception
from packhorse.domain.orders.fulfilment_order import FulfilmentOrder, FulfilmentStatus
from packhorse.domain.orders.order import Order, OrderException, Status
from packhorse.domain.orders.parcel import Parcel, contents_of, parts_of, units_of
from packhorse.domain.orders.rejection import Rejection
from packhorse.domain.orders.releasing import without_lost_units
from packhorse.domain.orders.reported import open_units
from packhorse.domain.orders.shipping import fulfilment_order_of, goods_of
from packhorse.domain.orders.updates import with_entry, with_fulfilment, with_lines
from packhorse.domain.plural import agree
from packhorse.domain.problem import Cause
from packhorse.domain.routing.decision import Allocation
from packhorse.domain.stock.goods import Goods, both
from packhorse.domain.values import Units


class LateParcels(NamedTuple):
    """Parcels of units that were taken from a fulfilment order, and what of their goods is available there.

    `leave_shelf`: so do units that no line counts, as far as they are available.
    """

    parcels: Sequence[Parcel]
    available: Goods
    leave_shelf: bool = False


def is_taken_away(fulfilment: FulfilmentOrder) -> bool:
    """Return whether the whole rest of a fulfilment order was taken from it: its fulfiller rejected it, or was silent.

    Other units of it may have left before, or late.
    """
    is_rejected = fulfilment.status is FulfilmentStatus.REJECTED and bool(fulfilment.rejections)
    return is_rejected or (not fulfilment.is_open and bool(fulfilment.may_come_late))


def taken_units(fulfilment: FulfilmentOrder) -> Units:
    """Return the units by line that were taken from the fulfiller, and that it has not shipped late."""
    return _taken_without_it(fulfilment) + fulfilment.agreed


def _taken_without_it(fulfilment: FulfilmentOrder) -> Units:
    """Return those of them that it did not agree to keep back."""
    taken = Counter(fulfilment.may_come_late)
    if fulfilment.status is FulfilmentStatus.REJECTED:
        taken += fulfilment.wanted - contents_of(fulfilment.uncounted_parcels)
    return taken


def with_units_taken(change: Change, before: FulfilmentOrder) -> Change:
    """Return the change by which a person took units from a partner, as units that may come late.

    Of a fulfilment order that was taken whole they are what it had.
    """
    after = fulfilment_order_of(change.order, before.number)
    taken = after.rejected - before.rejected
    if not before.is_with_partner or not taken or after.status is FulfilmentStatus.REJECTED:
        return change
    late = Counter(before.may_come_late) + taken
    return change._replace(order=with_fulfilment(change.order, after.replace(may_come_late=dict(late))))


def shipped_late(order: Order, number: int, late: LateParcels, at: datetime, who: str) -> Change:
    """Return the order with units that left though they had been taken from the fulfilment order.

    They are taken from whoever has them now: what is not handed over first, then other fulfilment orders, which end as
    cancelled. What has left from there as well, is cancelled, or was of another item than the line is now, is no unit
    of a line: its parcel is kept apart. A person must see that nothing goes out twice.
    """
    fulfilment = fulfilment_order_of(order, number)
    reported = contents_of(late.parcels)
    counted = reported & _countable_units(order, number)
    change = Change(order)
    for line in order.lines:
        if counted[line.id]:
            change = without_lost_units(change, line, counted[line.id])
    others = [each for each in order.fulfilments if each.number != number]
    if counted:
        change = _with_parcels(change, fulfilment, late, counted)
        detail = f"from {fulfilment.warehouse} after it was taken from it: {order.in_words(counted)}"
        change = change._replace(order=with_entry(change.order, at, "shipped", who, detail))
    twice = reported - counted
    if late.leave_shelf:
        change = _off_shelf(change, fulfilment, late.available, twice - _former_units(order, number, twice))
    after = _with_accounted(change.order, fulfilment, late.parcels, twice)
    unwanted = Units() if is_taken_away(fulfilment) else twice - fulfilment.refused
    if unwanted:
        after, twice = _with_unwanted(after, fulfilment, late.parcels, unwanted, at), twice - unwanted
    same = twice - _former_units(order, number, twice)
    asked = [each for each in others if _has_less(each, after) or contents_of(each.parcels) & same]
    if asked or twice:
        after = _with_finding(after, fulfilment, late.parcels, asked, twice, at)
    return change._replace(order=after)


def _countable_units(order: Order, number: int) -> Units:
    """Return the units by line that may still leave, of lines that are the item which the fulfilment order had."""
    if order.status is Status.CANCELLED:
        return Counter()
    wanted = open_units(order)
    return wanted - _former_units(order, number, wanted)


def _former_units(order: Order, number: int, units: Units) -> Units:
    """Return those of a fulfilment order's units by line that were of another item than the line is now."""
    former = {line.id for line in order.lines if line.called_in(number) != line.called}
    return Counter({name: quantity for name, quantity in units.items() if name in former})


def _has_less(fulfilment: FulfilmentOrder, after: Order) -> bool:
    now = after.fulfilment(fulfilment.number)
    return (
        fulfilment.status is not FulfilmentStatus.QUEUED and now is not None and now.remaining != fulfilment.remaining
    )


def _with_parcels(change: Change, fulfilment: FulfilmentOrder, late: LateParcels, counted: Units) -> Change:
    """Return the change with the parcels, as far as they count, and their goods taken from what is there."""
    order = change.order
    for line in order.lines:
        if units := counted[line.id]:
            added = Allocation(warehouse=fulfilment.warehouse, quantity=units)
            order = with_lines(order, {line.id: line.replace(allocations=(*_merged(line.allocations, added),))})
    remaining = fulfilment.remaining
    shipped = fulfilment.replace(
        status=fulfilment.status if remaining else FulfilmentStatus.SHIPPED,
        lines=parts_of(fulfilment.shipped + counted + remaining),
        parcels=(*fulfilment.parcels, *_parcels_of(late.parcels, counted)),
    )
    given_back = Goods({shelf: -units for shelf, units in change.committed.items() if units < 0})
    goods = goods_of(order, fulfilment.warehouse, counted) & (+late.available + given_back)
    return change._replace(
        order=with_fulfilment(order, shipped),
        committed=both(change.committed, goods),
        shipped=both(change.shipped, goods),
    )


def _off_shelf(change: Change, fulfilment: FulfilmentOrder, available: Goods, units: Units) -> Change:
    """Return the change with the goods of units that no line counts taken from what is there after it."""
    left = Goods(available)
    left.subtract(change.committed)
    goods = goods_of(change.order, fulfilment.warehouse, units) & +left
    return change._replace(committed=both(change.committed, goods), shipped=both(change.shipped, goods))


def _merged(allocations: Iterable[Allocation], added: Allocation) -> list[Allocation]:
    found = {each.warehouse: each for each in allocations}
    before = found.get(added.warehouse)
    found[added.warehouse] = added.replace(quantity=added.quantity + (before.quantity if before else 0))
    return [found[name] for name in sorted(found)]


def _with_accounted(order: Order, before: FulfilmentOrder, parcels: Sequence[Parcel], twice: Units) -> Order:
    """Return the order with the fulfilment order's account of what was taken from it, without what these parcels hold.

    Units count as taken by others, or rejected, first, then as those that it agreed to keep back.
    """
    fulfilment, reported = fulfilment_order_of(order, before.number), contents_of(parcels)
    is_away = is_taken_away(before)
    taken = _taken_without_it(before) if is_away else before.refused
    kept = (reported - taken) & before.agreed
    apart = parcels if twice == reported else [each for each in parcels if each.lines]
    is_rejected = fulfilment.status is FulfilmentStatus.REJECTED  # what it wanted says what is taken
    accounted = fulfilment.replace(
        uncounted_parcels=(*fulfilment.uncounted_parcels, *_parcels_of(apart, twice)),
        may_come_late=dict(taken - reported) if is_away and taken and not is_rejected else fulfilment.may_come_late,
        rejections=tuple(_with_shipped(fulfilment.rejections, reported)),
    )
    if kept and (found := fulfilment.cancellation):
        shipped = dict(Counter(found.shipped) + kept)
        accounted = accounted.replace(cancellation=found.replace(shipped=shipped))
    return with_fulfilment(order, accounted)


def _with_shipped(rejections: Iterable[Rejection], units: Units) -> Iterator[Rejection]:
    """Yield the rejections with those of their units as shipped all the same, each once."""
    for rejection in rejections:
        yield rejection.with_shipped(units)
        units = units - rejection.unshipped


def _parcels_of(parcels: Iterable[Parcel], units: Units) -> Iterable[Parcel]:
    """Yield the parcels that hold any of these units, with those alone, and further boxes, which hold none."""
    left = Counter(units)
    for parcel in parcels:
        held = units_of(parcel.lines) & left
        left -= held
        if held or not parcel.lines:
            yield parcel.replace(lines=parts_of(held))


def _with_unwanted(
    order: Order, before: FulfilmentOrder, parcels: Sequence[Parcel], units: Units, at: datetime
) -> Order:
    """Return the order with an exception: units left that were cancelled, which the fulfiller may have agreed to."""
    words = order.in_words(units, before.number)
    why = "it had agreed to keep that back" if before.agreed & units else "that was cancelled"
    message = f"fulfilment {before.number}: {words} left {before.warehouse} all the same, though {why}; no line "
    message += "counts it"
    problem = OrderException(
        cause=Cause.SHIPPED_AFTER_CANCELLATION,
        fulfilment=before.number,
        tracking=_numbers_in(parcels),
        message=message[:2000],
        opened_at=at,
    )
    return with_current_exception(order, problem)


def _numbers_in(parcels: Iterable[Parcel]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(each.tracking for each in parcels if each.tracking))[:10]


def _with_finding(
    order: Order,
    before: FulfilmentOrder,
    parcels: Sequence[Parcel],
    asked: Sequence[FulfilmentOrder],
    twice: Units,
    at: datetime,
) -> Order:
    others = ", ".join(f"{each.number} in {each.warehouse}" for each in asked) or "none"
    number, is_ours = before.number, before.kind is WarehouseKind.OWN
    shipper = before.warehouse if is_ours else "its supplier"
    said = f"fulfilment {number}: {shipper} shipped units that had been taken from it; others had them: {others}"
    ends = []
    if former := _former_units(order, number, twice):
        ends.append(f"no line wants {order.in_words(former, number)} any more")
    if same := twice - former:
        verbs = agree(same.total(), "has left twice, or is", "have left twice, or are")
        ends.append(f"{order.in_words(same)} {verbs} not wanted any more")
    end = "; ".join(ends) or "make sure they do not ship"
    problem = OrderException(
        cause=Cause.SHIPPED_LATE,
        fulfilment=number,
        tracking=_numbers_in(parcels),
        message=f"{said}; {end}"[:2000],
        opened_at=at,
    )
    return with_current_exception(order, problem)
