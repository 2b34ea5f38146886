"""What has left without us: orders that people complete, and parcels that the channel tells of."""

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
    """The order after a person said that all of it has left, however that went."""
    if order.status is Status.AWAITING_PAYMENT:
        raise NotNow("the order is not paid; mark it paid first")
    if order.status is Status.CANCELLED:
        raise NotNow("the order is cancelled")
    return shipped_by_channel(order, (), everything=True, at=at, who=who)


def shipped_by_channel(
    order: Order, parcels: Sequence[ChannelParcel], *, everything: bool, at: datetime, who: str
) -> Change:
    """The order after its channel told of all parcels that left so far, and perhaps that nothing is left.

    Units come from open work first, then from allocations not handed over; what we never had is noted as shipped
    elsewhere and takes no stock. Parcels that we sent, or that the channel told of before, change nothing, also when
    their tracking number comes later or was corrected.
    """
    if order.status is Status.CANCELLED:
        return _too_late(order, at)
    told = tuple(_compare_parcels(order, tuple(_merged(parcels))))
    change = Change(order)
    for parcel in told:
        change = _with_units_shipped(change, parcel.units(_open_units(change.order)), parcel.now, at, who)
    if everything:
        change = _with_units_shipped(change, _open_units(change.order), ChannelParcel(), at, who)
    return change._replace(order=with_status(_with_channel_parcels(change.order, told, at), at, who))


def units_shipped_by_channel(order: Order, units: "Counter[str]", *, at: datetime, who: str) -> Change:
    """The order after its channel told that these units, by line, have left, or as many of them as had not yet."""
    if units and order.status is Status.CANCELLED:
        return _too_late(order, at)
    change = _with_units_shipped(Change(order), units, ChannelParcel(), at, who)
    return change._replace(order=with_status(change.order, at, who))


def _too_late(order: Order, at: datetime) -> Change:
    message = "the channel shipped a cancelled order"
    problem = OrderException(cause=Cause.SHIPPED_AFTER_CANCELLATION, message=message, opened_at=at)
    return Change(with_exception(order, problem))


class ParcelChange(NamedTuple):
    """A parcel of the channel as it is now, and as the channel told of it before."""

    now: ChannelParcel
    before: ChannelParcel | None

    def units(self, left: "Counter[str]") -> "Counter[str]":
        """What is new in it; no lines means all that is left, and that only once."""
        if self.before is None:
            return units_of(self.now.lines) or left
        return units_of(self.now.lines) - units_of(self.before.lines) if self.before.lines else Counter()


def _merged(parcels: Iterable[ChannelParcel]) -> Iterable[ChannelParcel]:
    """The parcels, each tracking number once."""
    merged: dict[str | int, ChannelParcel] = {}
    for index, parcel in enumerate(parcels):
        name = parcel.tracking or index
        merged[name] = _together(merged[name], parcel) if name in merged else parcel
    return merged.values()


def _together(one: ChannelParcel, other: ChannelParcel) -> ChannelParcel:
    both = parts_of(units_of((*one.lines, *other.lines)))
    return one.replace(lines=both if one.lines and other.lines else ())


def _compare_parcels(order: Order, parcels: Sequence[ChannelParcel]) -> Iterator[ParcelChange]:
    """The parcels that are not ours, each with the one it was before: of the same number, or else of the same lines."""
    known = {parcel.tracking: parcel for parcel in order.told_parcels if parcel.tracking}
    named = {parcel.tracking for parcel in parcels}
    others = [parcel for parcel in order.told_parcels if not parcel.tracking or parcel.tracking not in named]
    ours = _trackings(order) - known.keys()
    for parcel in parcels:
        if parcel.tracking in known:
            yield ParcelChange(parcel, known[parcel.tracking])
        elif parcel.tracking not in ours:
            before = next((other for other in others if units_of(other.lines) == units_of(parcel.lines)), None)
            if before:
                others.remove(before)
            yield ParcelChange(parcel, before)


def _trackings(order: Order) -> set[str | None]:
    return {parcel.tracking for work in order.fulfilments for parcel in work.parcels if parcel.tracking}


def _open_units(order: Order) -> "Counter[str]":
    asked = Counter({line.id: line.quantity - line.cancelled - line.elsewhere for line in order.lines})
    return asked - order.shipped


def _with_units_shipped(change: Change, told: "Counter[str]", parcel: ChannelParcel, at: datetime, who: str) -> Change:
    left = told & _open_units(change.order)
    if not left:
        return change
    for work in change.order.fulfilments:
        if units := left & work.remaining:
            change = with_parcel(change, work, _parcel(parcel, units, at))
            left -= units
    change, left = _from_allocations(change, left, parcel, at)
    return change._replace(order=with_entry(_with_elsewhere(change.order, left), at, "shipped", who, _outside(parcel)))


def _parcel(told: ChannelParcel, units: "Counter[str]", at: datetime) -> Parcel:
    return Parcel(carrier=told.carrier, tracking=told.tracking, shipped_at=at, lines=parts_of(units))


def _outside(parcel: ChannelParcel) -> str:
    return f"outside Packhorse, by {parcel.carrier}, {parcel.tracking}" if parcel.tracking else "outside Packhorse"


def _from_allocations(
    change: Change, left: "Counter[str]", parcel: ChannelParcel, at: datetime
) -> tuple[Change, "Counter[str]"]:
    units: dict[WarehouseId, Counter[str]] = {}
    for line in change.order.lines:
        for warehouse, held in movable_units(change.order, line).items():
            taken = Counter({line.id: min(held, left[line.id])})
            units[warehouse] = units.get(warehouse, Counter()) + taken
            left = left - taken
    for warehouse, part in units.items():
        change = _already_shipped(change, warehouse, _parcel(parcel, part, at)) if part else change
    return change, left


def _already_shipped(change: Change, warehouse: WarehouseId, parcel: Parcel) -> Change:
    """Work that nobody was asked for, ended as it begins."""
    order = change.order
    number = len(order.fulfilments) + 1
    work = FulfilmentOrder(
        id=f"{order.id}-{number}", warehouse=warehouse, kind=WarehouseKind.OWN, attempt=0, lines=parcel.lines
    )
    added = order.replace(fulfilments=(*order.fulfilments, work))
    return with_parcel(change._replace(order=added), work, parcel)


def _with_elsewhere(order: Order, units: "Counter[str]") -> Order:
    changed = {
        line.id: line.replace(elsewhere=line.elsewhere + units[line.id]) for line in order.lines if units[line.id]
    }
    return with_lines(order, changed)


def _with_channel_parcels(order: Order, told: Sequence[ParcelChange], at: datetime) -> Order:
    """The order that remembers these parcels, with an exception where they hold more than it has."""
    others = list(order.told_parcels)
    for parcel in told:
        if parcel.before:
            others.remove(parcel.before)
    parcels = (*(parcel.now for parcel in told), *others)
    if parcels == order.told_parcels:
        return order
    for parcel in told:
        order = _with_tracking(order, parcel)
    order = order.replace(told_parcels=parcels)
    for line, units in _excess_units(order).items():
        message = f"line {line}: {units} more in parcels than the order has; look whether they were shipped twice"
        problem = OrderException(cause=Cause.OVERSHIPPED, line=line, message=message, opened_at=at)
        order = with_exception(order, problem)
    return order


def _with_tracking(order: Order, told: ParcelChange) -> Order:
    """The order whose parcels out of our warehouses have the tracking number that the channel came to give them."""
    if told.before is None or told.before.tracking == told.now.tracking:
        return order
    left = units_of(told.before.lines)
    for work in order.fulfilments:
        parcels = []
        for parcel in work.parcels:
            units = units_of(parcel.lines)
            if parcel.tracking == told.before.tracking and units <= left:
                left -= units
                parcel = parcel.replace(carrier=told.now.carrier, tracking=told.now.tracking)
            parcels.append(parcel)
        order = with_fulfilment(order, work.replace(parcels=tuple(parcels)))
    return order


def _excess_units(order: Order) -> "Counter[str]":
    """Units by line in parcels with a number, or in all that the channel told of, beyond what the order has."""
    theirs = {parcel.tracking for parcel in order.told_parcels}
    sent = (parcel for work in order.fulfilments for parcel in work.parcels)
    ours = _contents(parcel for parcel in sent if parcel.tracking and parcel.tracking not in theirs)
    named = _contents(parcel for parcel in order.told_parcels if parcel.tracking)
    has = Counter({line.id: line.quantity - line.cancelled for line in order.lines})
    return ((ours + named) | _contents(order.told_parcels)) - has


def _contents(parcels: "Iterable[Parcel | ChannelParcel]") -> "Counter[str]":
    return units_of(part for parcel in parcels for part in parcel.lines)
