"""Shipments that Packhorse did not request: orders that people complete, and parcels that the channel reports."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import NamedTuple

from packhorse.domain.configuration.warehouse import WarehouseKind
from packhorse.domain.errors import NotNow
from packhorse.domain.orders.allocation import movable_units
from packhorse.domain.orders.change import Change
from packhorse.domain.orders.channel_order import ChannelParcel
from packhorse.domain.orders.exceptions import with_exception
from packhorse.domain.orders.fulfilment_order import FulfilmentOrder, Parcel, parts_of, units_of
from packhorse.domain.orders.order import Order, OrderException, Status
from packhorse.domain.orders.shipping import with_parcel
from packhorse.domain.orders.status import with_status
from packhorse.domain.orders.updates import with_entry, with_fulfilment, with_lines
from packhorse.domain.problem import Cause
from packhorse.domain.values import WarehouseId


def completed(order: Order, at: datetime, who: str) -> Change:
    """Return the order after a person said that all of it has shipped."""
    if order.status is Status.AWAITING_PAYMENT:
        raise NotNow("the order is not paid; mark it paid first")
    if order.status is Status.CANCELLED:
        raise NotNow("the order is cancelled")
    return shipped_by_channel(order, (), everything=True, at=at, who=who)


def shipped_by_channel(
    order: Order, parcels: Sequence[ChannelParcel], *, everything: bool, at: datetime, who: str
) -> Change:
    """Return the order after its channel reported all parcels so far, and with `everything` that no unit is left.

    Units come from open fulfilment orders first, then from allocations not handed over; the rest counts as shipped
    elsewhere and takes no stock. Parcels that we sent, or that the channel reported before, change nothing, also when
    their tracking number is added or corrected later.
    """
    if order.status is Status.CANCELLED:
        return _too_late(order, at)
    changes = tuple(_compare_parcels(order, tuple(_merged(parcels))))
    change = Change(order)
    for parcel in changes:
        change = _with_units_shipped(change, parcel.units(_open_units(change.order)), parcel.now, at, who)
    if everything:
        change = _with_units_shipped(change, _open_units(change.order), ChannelParcel(), at, who)
    return change._replace(order=with_status(_with_channel_parcels(change.order, changes, at), at, who))


def units_shipped_by_channel(order: Order, units: "Counter[str]", *, at: datetime, who: str) -> Change:
    """Return the order after its channel reported these units, by line, as shipped; the open ones of them ship now."""
    if units and order.status is Status.CANCELLED:
        return _too_late(order, at)
    change = _with_units_shipped(Change(order), units, ChannelParcel(), at, who)
    return change._replace(order=with_status(change.order, at, who))


def _too_late(order: Order, at: datetime) -> Change:
    message = "the channel shipped a cancelled order"
    problem = OrderException(cause=Cause.SHIPPED_AFTER_CANCELLATION, message=message, opened_at=at)
    return Change(with_exception(order, problem))


class ParcelChange(NamedTuple):
    """A parcel of the channel as it is now, and as the channel reported it before."""

    now: ChannelParcel
    before: ChannelParcel | None

    def units(self, remaining: "Counter[str]") -> "Counter[str]":
        """Return the units not reported before; a parcel without lines holds all `remaining`, the first time."""
        if self.before is None:
            return units_of(self.now.lines) or remaining
        return units_of(self.now.lines) - units_of(self.before.lines) if self.before.lines else Counter()


def _merged(parcels: Iterable[ChannelParcel]) -> Iterable[ChannelParcel]:
    """Return the parcels with those of one tracking number merged."""
    merged: dict[str | int, ChannelParcel] = {}
    for index, parcel in enumerate(parcels):
        name = parcel.tracking or index
        merged[name] = _together(merged[name], parcel) if name in merged else parcel
    return merged.values()


def _together(one: ChannelParcel, other: ChannelParcel) -> ChannelParcel:
    both = parts_of(units_of((*one.lines, *other.lines)))
    return one.replace(lines=both if one.lines and other.lines else ())


def _compare_parcels(order: Order, parcels: Sequence[ChannelParcel]) -> Iterator[ParcelChange]:
    """Yield the parcels that are not ours, each with its former version: by tracking number, else by equal lines."""
    stored = {parcel.tracking: parcel for parcel in order.told_parcels if parcel.tracking}
    with_number = {parcel.tracking for parcel in parcels}
    others = [parcel for parcel in order.told_parcels if not parcel.tracking or parcel.tracking not in with_number]
    ours = _trackings(order) - stored.keys()
    for parcel in parcels:
        if parcel.tracking in stored:
            yield ParcelChange(parcel, stored[parcel.tracking])
        elif parcel.tracking not in ours:
            before = next((other for other in others if units_of(other.lines) == units_of(parcel.lines)), None)
            if before:
                others.remove(before)
            yield ParcelChange(parcel, before)


def _trackings(order: Order) -> set[str | None]:
    return {parcel.tracking for fulfilment in order.fulfilments for parcel in fulfilment.parcels if parcel.tracking}


def _open_units(order: Order) -> "Counter[str]":
    wanted = Counter({line.id: line.quantity - line.cancelled - line.elsewhere for line in order.lines})
    return wanted - order.shipped


def _with_units_shipped(
    change: Change, reported: "Counter[str]", parcel: ChannelParcel, at: datetime, who: str
) -> Change:
    remaining = reported & _open_units(change.order)
    if not remaining:
        return change
    for fulfilment in change.order.fulfilments:
        if units := remaining & fulfilment.remaining:
            change = with_parcel(change, fulfilment, _parcel(parcel, units, at))
            remaining -= units
    change, remaining = _from_allocations(change, remaining, parcel, at)
    return change._replace(
        order=with_entry(_with_elsewhere(change.order, remaining), at, "shipped", who, _outside(parcel))
    )


def _parcel(reported: ChannelParcel, units: "Counter[str]", at: datetime) -> Parcel:
    return Parcel(carrier=reported.carrier, tracking=reported.tracking, shipped_at=at, lines=parts_of(units))


def _outside(parcel: ChannelParcel) -> str:
    return f"outside Packhorse, by {parcel.carrier}, {parcel.tracking}" if parcel.tracking else "outside Packhorse"


def _from_allocations(
    change: Change, remaining: "Counter[str]", parcel: ChannelParcel, at: datetime
) -> tuple[Change, "Counter[str]"]:
    units: dict[WarehouseId, Counter[str]] = {}
    for line in change.order.lines:
        for warehouse, held in movable_units(change.order, line).items():
            taken = Counter({line.id: min(held, remaining[line.id])})
            units[warehouse] = units.get(warehouse, Counter()) + taken
            remaining = remaining - taken
    for warehouse, part in units.items():
        change = _already_shipped(change, warehouse, _parcel(parcel, part, at)) if part else change
    return change, remaining


def _already_shipped(change: Change, warehouse: WarehouseId, parcel: Parcel) -> Change:
    """Add a fulfilment order that was never requested, shipped at once with the parcel."""
    order = change.order
    number = len(order.fulfilments) + 1
    fulfilment = FulfilmentOrder(
        id=f"{order.id}-{number}", warehouse=warehouse, kind=WarehouseKind.OWN, attempt=0, lines=parcel.lines
    )
    added = order.replace(fulfilments=(*order.fulfilments, fulfilment))
    return with_parcel(change._replace(order=added), fulfilment, parcel)


def _with_elsewhere(order: Order, units: "Counter[str]") -> Order:
    changed = {
        line.id: line.replace(elsewhere=line.elsewhere + units[line.id]) for line in order.lines if units[line.id]
    }
    return with_lines(order, changed)


def _with_channel_parcels(order: Order, changes: Sequence[ParcelChange], at: datetime) -> Order:
    """Return the order with these parcels in `told_parcels`, and an exception for each line that they overship."""
    others = list(order.told_parcels)
    for parcel in changes:
        if parcel.before:
            others.remove(parcel.before)
    parcels = (*(parcel.now for parcel in changes), *others)
    if parcels == order.told_parcels:
        return order
    for parcel in changes:
        order = _with_tracking(order, parcel)
    order = order.replace(told_parcels=parcels)
    for line, units in _excess_units(order).items():
        message = f"line {line}: {units} more in parcels than the order has; check whether they were shipped twice"
        problem = OrderException(cause=Cause.OVERSHIPPED, line=line, message=message, opened_at=at)
        order = with_exception(order, problem)
    return order


def _with_tracking(order: Order, change: ParcelChange) -> Order:
    """Return the order with a tracking number that the channel added or corrected, in the parcels of its units."""
    if change.before is None or change.before.tracking == change.now.tracking:
        return order
    remaining = units_of(change.before.lines)
    for fulfilment in order.fulfilments:
        parcels = []
        for parcel in fulfilment.parcels:
            units = units_of(parcel.lines)
            if parcel.tracking == change.before.tracking and units <= remaining:
                remaining -= units
                parcel = parcel.replace(carrier=change.now.carrier, tracking=change.now.tracking)
            parcels.append(parcel)
        order = with_fulfilment(order, fulfilment.replace(parcels=tuple(parcels)))
    return order


def _excess_units(order: Order) -> "Counter[str]":
    """Return units by line beyond the order's: in parcels with a tracking number, or in all parcels of the channel."""
    theirs = {parcel.tracking for parcel in order.told_parcels}
    sent = (parcel for fulfilment in order.fulfilments for parcel in fulfilment.parcels)
    ours = _contents(parcel for parcel in sent if parcel.tracking and parcel.tracking not in theirs)
    with_number = _contents(parcel for parcel in order.told_parcels if parcel.tracking)
    has = Counter({line.id: line.quantity - line.cancelled for line in order.lines})
    return ((ours + with_number) | _contents(order.told_parcels)) - has


def _contents(parcels: "Iterable[Parcel | ChannelParcel]") -> "Counter[str]":
    return units_of(part for parcel in parcels for part in parcel.lines)
