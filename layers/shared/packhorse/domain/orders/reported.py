"""What the channel of an order reports as shipped: units by line, and tracking numbers.

Every message of a channel lists all of its parcels. Shipped is, by line, the greatest of what we sent and of what the
channel ever reported; tracking numbers never count a unit. A unit that the channel takes back stays shipped, with an
exception.
"""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from packhorse.domain.orders.channel_order import ChannelParcel
from packhorse.domain.orders.exceptions import with_current_exception
from packhorse.domain.orders.notice import NoticeKind, owed_notices
from packhorse.domain.orders.order import Order, OrderException, Status
from packhorse.domain.orders.parcel import Parcel, contents_of, numbers_of, parts_of, tracking_numbers, units_of
from packhorse.domain.orders.updates import with_fulfilment
from packhorse.domain.problem import Cause
from packhorse.domain.values import Units


def wanted_units(order: Order) -> Units:
    """Return the units of each line without the cancelled ones."""
    return Counter({line.id: line.quantity - line.cancelled for line in order.lines})


def elsewhere_units(order: Order) -> Units:
    """Return the units of each line that left without our stock."""
    return Counter({line.id: line.elsewhere for line in order.lines})


def open_units(order: Order) -> Units:
    """Return the units of each line that have not left."""
    return wanted_units(order) - elsewhere_units(order) - order.shipped


def own_parcels(order: Order, parcels: Iterable[ChannelParcel]) -> Iterator[ChannelParcel]:
    """Yield the channel's own parcels: without fulfilments that we made there, which are counted as ours."""
    return (parcel for parcel in parcels if not is_made(order, parcel))


def reported_units(order: Order) -> Units:
    """Return the units in the channel's own parcels."""
    return contents_of(own_parcels(order, order.told_parcels))


def made_units(order: Order) -> Units:
    """Return the units in those of the channel's parcels that we made there."""
    return contents_of(parcel for parcel in order.told_parcels if is_made(order, parcel))


def is_made(order: Order, parcel: ChannelParcel) -> bool:
    """Return whether a parcel of the channel is one that we notified it of, withdrawn or not.

    It has an id that the channel answered; where the channel lists it under another one, or none, its number and units.
    """
    if parcel.id in order.made_fulfilments:
        return True
    sent = (each for fulfilment in order.fulfilments for each in (*fulfilment.parcels, *fulfilment.voided_parcels))
    units = units_of(parcel.lines)
    return any(
        each.channel_fulfilment in order.made_fulfilments
        and each.is_named(parcel.tracking)
        and units_of(each.lines) == units
        for each in sent
    )


def linked_units(order: Order) -> Units:
    """Return the units in our parcels of which we made a fulfilment in the channel."""
    return contents_of(parcel for parcel in order.parcels if parcel.channel_fulfilment in order.made_fulfilments)


def is_reported(order: Order, parcel: Parcel) -> bool:
    """Return whether the channel's own parcels hold what one of ours does: it is not sent to the channel once more.

    They are counted as ours, whatever their numbers, as far as ours are no fulfilments there (see `pending_units`).
    """
    ours, theirs = order.shipped - linked_units(order), reported_units(order)
    if parcel.lines:
        return all(theirs[part.line] >= ours[part.line] > 0 for part in parcel.lines)
    return any(parcel.is_named(each.tracking) for each in own_parcels(order, order.told_parcels))


def pending_units(order: Order) -> Units:
    """Return the open units that the channel reported as shipped: they take stock as soon as they are allocated."""
    if not order.told_parcels and not order.taken_back:
        return Units()  # nearly every order at nearly every step
    counted = order.shipped + elsewhere_units(order) - linked_units(order)
    return (reported_units(order) + Counter(order.taken_back) - counted) & open_units(order)


def gone_units(order: Order) -> Units:
    """Return the units of each line that have left, whether their stock is taken already or not."""
    return order.shipped + elsewhere_units(order) + pending_units(order)


def foreign_units(order: Order) -> Units:
    """Return the pending units that did not leave a warehouse of ours."""
    foreign = contents_of(each for each in own_parcels(order, order.told_parcels) if each.is_foreign)
    return (foreign - elsewhere_units(order)) & pending_units(order)


def pending_parcels(order: Order) -> Iterator[tuple[ChannelParcel, Units]]:
    """Yield the channel's own parcels with the pending units that none of our parcels with their number holds.

    Of those without a number the place says which they are. Those that left a place of certain warehouses come first;
    what none of them explains comes last, in one that names nothing.
    """
    pending = pending_units(order)
    ours = [(each.warehouse, parcel, units_of(parcel.lines)) for each in order.fulfilments for parcel in each.parcels]
    own = [each for each in own_parcels(order, order.told_parcels) if not each.is_foreign]
    for parcel in sorted(own if pending else (), key=lambda each: not each.warehouses):
        units, numbers = units_of(parcel.lines), tracking_numbers(parcel.tracking)
        for warehouse, recorded, held in ours:
            if tracking_numbers(recorded.tracking) == numbers and (numbers or is_at(warehouse, parcel.warehouses)):
                same = units & held
                held -= same
                units -= same
        units &= pending
        pending -= units
        if units:
            yield parcel, units
    if pending:
        yield ChannelParcel(), pending


def is_at(warehouse: str, warehouses: Collection[str]) -> bool:
    """Return whether a warehouse is one of those; where none are named, each is."""
    return not warehouses or warehouse in warehouses


# ---- the newest message ------------------------------------------------------------------------------------------


class ParcelChange(NamedTuple):
    """A parcel of the channel as it is now, and as the channel reported it before."""

    now: ChannelParcel
    before: ChannelParcel | None


def with_parcels_of_channel(order: Order, parcels: Sequence[ChannelParcel], *, everything: bool) -> Order:
    """Return the order with the channel's parcels as its newest message lists them; with `everything` all has left."""
    changes = [*_changes(parcels, order.told_parcels)]
    stated = order.replace(told_parcels=(*_with_contents(order, changes, everything=everything),))
    stated = _with_taken_back(stated, peak_units(order) - _listed_since(order, stated) | reported_units(stated))
    for change in changes:
        stated = _with_number(stated, change)
    return stated


def with_known_parcels(order: Order, parcels: Sequence[ChannelParcel]) -> tuple[ChannelParcel, ...]:
    """Return the parcels that the channel has listed so far, each as it is now, and those that are new."""
    changes = [*_changes(parcels, order.told_parcels)]
    now = {id(change.before): change.now for change in changes if _is_one(change)}
    known = (now.get(id(each), each) for each in order.told_parcels)  # two of them may be equal
    return (*known, *(change.now for change in changes if not _is_one(change)))


def _is_one(change: ParcelChange) -> bool:
    """Return whether both are one parcel: those with different ids of the channel are two, whatever they hold."""
    now, before = change
    return before is not None and (not now.id or not before.id or now.id == before.id)


def with_older_report(order: Order, units: Units) -> Order:
    """Return the order after an older message, by which these units had left."""
    return _with_taken_back(order, peak_units(order) | (units & whole_units(order)))


def _listed_since(before: Order, stated: Order) -> Units:
    """Return the units of a state "all has left" that are listed as ours since, and not taken back.

    The channel had them before it had our parcel: it got that once its own people had completed the order.
    """
    return (_implied_units(before) - _implied_units(stated)) & (made_units(stated) - made_units(before))


def _implied_units(order: Order) -> Units:
    return contents_of(parcel for parcel in order.told_parcels if is_implied(parcel))


def is_implied(parcel: ChannelParcel) -> bool:
    """Return whether no fulfilment of the channel is behind a parcel: its order's state alone says that it left."""
    return parcel.is_whole and not parcel.id and not parcel.tracking


def peak_units(order: Order) -> Units:
    """Return the most units of each line that the channel ever reported."""
    return reported_units(order) + Counter(order.taken_back)


def _with_taken_back(order: Order, peak: Units) -> Order:
    return order.replace(taken_back=dict(peak - reported_units(order)))


def _changes(parcels: Sequence[ChannelParcel], before: Iterable[ChannelParcel]) -> Iterator[ParcelChange]:
    """Yield each parcel with its former version: that of its id, else of its number, else of its contents."""
    remaining = list(before)
    found: dict[int, ChannelParcel] = {}
    for is_same in (_has_id_of, _has_number_of, _has_units_of, _is_whole_like):
        for index, parcel in enumerate(parcels):
            former = next((each for each in remaining if is_same(parcel, each)), None)
            if former and index not in found:
                found[index] = former
                remaining.remove(former)
    return (ParcelChange(parcel, found.get(index)) for index, parcel in enumerate(parcels))


def _has_id_of(parcel: ChannelParcel, former: ChannelParcel) -> bool:
    return bool(parcel.id) and parcel.id == former.id


def _has_number_of(parcel: ChannelParcel, former: ChannelParcel) -> bool:
    numbers = tracking_numbers(parcel.tracking)
    return bool(numbers) and numbers == tracking_numbers(former.tracking)


def _has_units_of(parcel: ChannelParcel, former: ChannelParcel) -> bool:
    return bool(parcel.lines) and units_of(parcel.lines) == units_of(former.lines)


def _is_whole_like(parcel: ChannelParcel, former: ChannelParcel) -> bool:
    return not parcel.lines and former.is_whole


def _with_contents(order: Order, changes: Iterable[ParcelChange], *, everything: bool) -> Iterator[ChannelParcel]:
    """Yield the parcels with their lines.

    One without lines holds what the others do not; what that is stays as it was when it was first reported, so that an
    order which grows later is not shipped by it. Where all has left and the parcels hold less, one more has the rest.
    """
    known = [_with_known_lines(change) for change in changes]
    holds_rest = everything or any(not parcel.lines and not parcel.is_whole for parcel in known)
    rest = whole_units(order) - contents_of(known) if holds_rest else _kept_rest(order, known)
    for parcel in known:
        if parcel.lines or parcel.is_whole:
            yield parcel
        else:
            yield parcel.replace(lines=parts_of(rest), is_whole=True)
            rest = Counter()
    if rest:
        yield ChannelParcel(lines=parts_of(rest), is_whole=True)


def whole_units(order: Order) -> Units:
    """Return the units that have left if the channel says that all has: of a cancelled order what was cancelled.

    Of a line that a person enlarged it means those that it knows of.
    """
    if order.status is Status.CANCELLED:
        return Counter({line.id: line.quantity for line in order.lines})
    wanted = wanted_units(order)
    stated = {line.id: line.stated_quantity for line in order.lines if line.stated_quantity is not None}
    return Counter({line: min(units, stated.get(line, units)) for line, units in wanted.items()})


def _with_known_lines(change: ParcelChange) -> ChannelParcel:
    if change.now.lines or change.before is None or not change.before.is_whole:
        return change.now
    return change.now.replace(lines=change.before.lines, is_whole=True)


def _kept_rest(order: Order, known: Sequence[ChannelParcel]) -> Units:
    """Return the units that had left of an order that was reported as shipped whole and has grown since."""
    before = contents_of(order.told_parcels)
    was_whole = any(parcel.is_whole for parcel in order.told_parcels) and wanted_units(order) > before
    return before - contents_of(known) if was_whole else Counter()


def _with_number(order: Order, change: ParcelChange) -> Order:
    """Return the order with a tracking number that the channel added or corrected, in the parcels of its units."""
    now, before = change
    if before is None or not now.tracking or before.tracking == now.tracking:
        return order
    remaining = units_of(before.lines)
    for fulfilment in order.fulfilments:
        parcels = []
        for parcel in fulfilment.parcels:
            units = units_of(parcel.lines)
            if _is_reported(parcel) and parcel.tracking == before.tracking and units <= remaining:
                remaining -= units
                parcel = parcel.replace(carrier=now.carrier, tracking=now.tracking)
            parcels.append(parcel)
        order = with_fulfilment(order, fulfilment.replace(parcels=tuple(parcels)))
    return order


def _is_reported(parcel: Parcel) -> bool:
    """Return whether the parcel is the channel's, or one of an order that a person completed without a number."""
    return parcel.is_reported or not (parcel.tracking or parcel.former)


# ---- what a person has to look at --------------------------------------------------------------------------------


def with_findings(before: Order, order: Order, at: datetime) -> Order:
    """Open the exceptions that follow from the channel's parcels, if its report has changed; a dismissed one stays so.

    They end in `with_status`, once `is_over` says so.
    """
    if (before.told_parcels, before.taken_back) == (order.told_parcels, order.taken_back):
        return order
    for cause in FINDINGS:
        order = _with_finding(order, cause, at)
    return order


def with_shipped_without_stock(order: Order, at: datetime) -> Order:
    """Open an exception for each routed line more units of which left than warehouses have."""
    return _with_finding(order, Cause.SHIPPED_WITHOUT_STOCK, at)


def _with_finding(order: Order, cause: str, at: datetime) -> Order:
    for line, message in FINDINGS[cause](order):
        order = with_current_exception(order, OrderException(cause=cause, line=line, message=message, opened_at=at))
    return order


def is_over(problem: OrderException, order: Order) -> bool:
    """Return whether an exception about the channel's parcels is not true any more."""
    find = FINDINGS.get(problem.cause)
    return find is not None and problem.line not in {line for line, _ in find(order)}


Finding = tuple[str | None, str]


def _overshipped(order: Order) -> Iterator[Finding]:
    has = wanted_units(order)
    for line, units in (reported_units(order) + linked_units(order) - has).items():
        yield line, f"line {line}: {units} more in parcels than the order has; check whether they were shipped twice"


def _taken_back(order: Order) -> Iterator[Finding]:
    for line, units in order.taken_back.items():
        yield line, f"line {line}: the channel has no fulfilment of {units} that had been reported as shipped"


def _other_numbers(order: Order) -> Iterator[Finding]:
    ours = numbers_of(parcel.tracking for parcel in order.parcels if not _is_reported(parcel))
    listed = numbers_of(each.tracking for each in order.told_parcels if is_made(order, each) or not each.is_foreign)
    theirs = listed - _to_be_replaced(order)
    if ours and theirs and not (ours <= theirs or theirs <= ours):
        names = ", ".join(sorted(theirs - ours)), ", ".join(sorted(ours - theirs))
        yield None, f"the channel names {names[0]}, the warehouse {names[1]}: counted once"


def _to_be_replaced(order: Order) -> set[str]:
    """Return numbers that the channel has of us until it takes a correction or void that it is owed.

    If it does not, that is the exception.
    """
    owed = [each for each in owed_notices(order) if each.kind is not NoticeKind.SHIPPED]
    voided = numbers_of(each.parcel.tracking for each in owed if each.kind is NoticeKind.WITHDRAWN)
    return voided | numbers_of(each.notice.tracking for each in owed)


def _without_stock(order: Order) -> Iterator[Finding]:
    routed = {line.id for line in order.lines if line.routing}
    for line, units in pending_units(order).items():
        if line in routed:
            yield line, f"line {line}: {units} left according to the channel, and no warehouse has them"


FINDINGS: Mapping[str, Callable[[Order], Iterator[Finding]]] = {
    Cause.OVERSHIPPED: _overshipped,
    Cause.FULFILMENT_CANCELLED: _taken_back,
    Cause.TRACKING_DIFFERS: _other_numbers,
    Cause.SHIPPED_WITHOUT_STOCK: _without_stock,
}
