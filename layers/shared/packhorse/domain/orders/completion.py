"""Shipments that Packhorse did not request: orders that people complete, and parcels that the channel reports."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime

from packhorse.domain.configuration.channel import Channel
from packhorse.domain.configuration.warehouse import WarehouseKind
from packhorse.domain.errors import NotNow
from packhorse.domain.orders.allocation import movable_units
from packhorse.domain.orders.cancelling import unwanted_of
from packhorse.domain.orders.change import Change
from packhorse.domain.orders.channel_order import ChannelParcel
from packhorse.domain.orders.exceptions import with_exception, with_unreported_parcel
from packhorse.domain.orders.fulfilment_order import FulfilmentOrder
from packhorse.domain.orders.order import Order, OrderException, Status
from packhorse.domain.orders.parcel import Parcel, parts_of
from packhorse.domain.orders.releasing import given_back, taken_back
from packhorse.domain.orders.reported import (
    foreign_units,
    is_at,
    open_units,
    pending_parcels,
    pending_units,
    with_findings,
    with_older_report,
    with_parcels_of_channel,
    with_shipped_without_stock,
)
from packhorse.domain.orders.shipping import with_parcel
from packhorse.domain.orders.status import with_status
from packhorse.domain.orders.updates import with_entry, with_lines
from packhorse.domain.problem import Cause
from packhorse.domain.values import Units, WarehouseId

NO_PARCEL = ChannelParcel()


def completed(order: Order, at: datetime, who: str) -> Change:
    """Return the order after a person said that all of it has shipped.

    Units come from open fulfilment orders first, then from allocations; the rest left without our stock. What left
    here is a parcel of ours without a number, of which the channel is notified as of any other.
    """
    if order.status is Status.AWAITING_PAYMENT:
        raise NotNow("the order is not paid; mark it paid first")
    if order.status is Status.CANCELLED:
        raise NotNow("the order is cancelled")
    change, rest = _taken_from_stock(Change(order), open_units(order), Parcel(shipped_at=at, lines=()), at)
    ended = _with_elsewhere(change.order, rest)
    if ended != order:
        ended = with_entry(ended, at, "shipped", who, _outside(NO_PARCEL))
    return change._replace(order=with_status(ended, at, who))


def shipped_by_channel(
    order: Order, parcels: Sequence[ChannelParcel], *, everything: bool, at: datetime, who: str
) -> Change:
    """Return the order after its channel reported all of its parcels, and with `everything` that no unit is left.

    Only units beyond those that have left already are shipped now. Those without an allocation stay pending: they are
    routed, and take their stock then.
    """
    stated = with_parcels_of_channel(order, parcels, everything=everything)
    return _shipped_as_reported(order, stated, at, who)


def shipped_by_older_message(order: Order, units: Units, *, at: datetime, who: str) -> Change:
    """Return the order after its channel reported, in a message older than its newest, that these units had left."""
    return _shipped_as_reported(order, with_older_report(order, units), at, who)


def _shipped_as_reported(order: Order, stated: Order, at: datetime, who: str) -> Change:
    if order.status is Status.CANCELLED:
        return Change(with_status(_shipped_too_late(order, stated, at), at, who))
    change = with_pending_shipped(Change(stated), at, who)
    return change._replace(order=with_status(with_findings(order, change.order, at), at, who))


def _shipped_too_late(order: Order, stated: Order, at: datetime) -> Order:
    """Return the cancelled order, with an exception if its channel reports parcels that it had not reported before."""
    if order.told_parcels == stated.told_parcels and order.taken_back == stated.taken_back:
        return order
    if not stated.told_parcels and not stated.taken_back:
        return stated
    message = "the channel shipped a cancelled order"
    return with_exception(stated, OrderException(cause=Cause.SHIPPED_AFTER_CANCELLATION, message=message, opened_at=at))


def with_pending_shipped(change: Change, at: datetime, who: str) -> Change:
    """Ship the units that the channel reported, as far as they are allocated or did not leave our warehouses.

    A unit is named by the channel's own parcel that no parcel of ours stands for yet.
    """
    if foreign := foreign_units(change.order):
        change = _shipped_from_elsewhere(change, foreign, at, who)
    waiting = Units()
    for parcel, units in [*pending_parcels(change.order)]:
        change, rest = _with_units_shipped(change, units, parcel, at, who)
        if parcel.warehouses and rest:
            change, waiting = _moved_to_its_place(change, rest, waiting, parcel, at, who)
    return change


def _moved_to_its_place(
    change: Change, units: Units, waiting: Units, parcel: ChannelParcel, at: datetime, who: str
) -> tuple[Change, Units]:
    """Have other warehouses give back what they have of units that left the parcel's place: they are routed there next.

    So are the units that are `waiting` already; return the change, and all that wait. What a partner of ours has
    accepted counts as left from there.
    """
    moved, stays = _given_back(change, units + waiting)
    if moved.order != change.order:
        detail = f"{change.order.in_words(units)} left from {' or '.join(parcel.warehouses)}"
        moved = moved._replace(order=with_entry(moved.order, at, "taken_back", who, detail))
    moved, _ = _with_units_shipped(moved, stays, parcel.replace(warehouses=()), at, who)
    return moved, waiting + (units - stays)


def _shipped_from_elsewhere(change: Change, units: Units, at: datetime, who: str) -> Change:
    """Return the change with units that left another place than ours; our warehouses give back what they had of them.

    What a partner of ours has accepted it may ship: that counts as left from there.
    """
    change, stays = _given_back(change, units)
    units = units - stays
    if not units:
        return change
    gone = _with_elsewhere(change.order, units)
    return change._replace(order=with_entry(gone, at, "shipped", who, "not from our warehouses"))


def _given_back(change: Change, units: Units) -> tuple[Change, Units]:
    """Have warehouses give back what they have of units that left somewhere else; return what stays with partners."""
    kept = Units()
    for line in change.order.lines:
        change, allocated = given_back(change, line, units[line.id] - min(units[line.id], line.unallocated))
        change, kept[line.id] = taken_back(change, line, allocated)
    return change, +kept


def with_pending_settled(change: Change, at: datetime) -> Change:
    """Ship what the channel reported from the allocations of a change; what no warehouse has becomes an exception."""
    if not pending_units(change.order):
        return change
    shipped = with_pending_shipped(change, at, "packhorse")
    order = with_shipped_without_stock(shipped.order, at)
    return shipped._replace(order=with_status(order, at, "packhorse"))


def _with_units_shipped(
    change: Change, units: Units, parcel: ChannelParcel, at: datetime, who: str
) -> tuple[Change, Units]:
    """Ship units of a parcel from the warehouses of its place; return the change and the rest."""
    shipped, rest = _taken_from_stock(change, units, _reported(parcel, at), at, parcel.warehouses)
    if shipped.order == change.order:
        return change, rest
    return shipped._replace(order=with_entry(shipped.order, at, "shipped", who, _outside(parcel))), rest


def _outside(parcel: ChannelParcel) -> str:
    return f"outside Packhorse, by {parcel.carrier}, {parcel.tracking}" if parcel.tracking else "outside Packhorse"


def _taken_from_stock(
    change: Change, units: Units, parcel: Parcel, at: datetime, warehouses: Collection[str] = ()
) -> tuple[Change, Units]:
    """Ship the units in parcels like this one, from open fulfilment orders, then from allocations.

    Only from these warehouses, if any are named. Return the change and the rest.
    """
    remaining = units & open_units(change.order)
    for fulfilment, part in _shares(change.order, remaining, warehouses):
        change = with_parcel(change, fulfilment, parcel.replace(lines=parts_of(part)))
        if fulfilment.is_with_partner:
            order = with_unreported_parcel(change.order, fulfilment, part, parcel.tracking, at)
            change = change._replace(order=order)
        remaining -= part
    return _taken_from_allocations(change, remaining, parcel, warehouses)


def _shares(order: Order, units: Units, warehouses: Collection[str]) -> list[tuple[FulfilmentOrder, Units]]:
    """Return which of the units left which fulfilment order.

    Units that are requested back left after the others, and of those the unwanted ones last.
    """
    fulfilments = [each for each in order.fulfilments if is_at(each.warehouse, warehouses)]
    shares = {each.number: Units() for each in fulfilments}
    for kept_back in (_requested, unwanted_of, _nothing):
        for each in fulfilments:
            part = units & (each.remaining - shares[each.number] - kept_back(each))
            shares[each.number] += part
            units = units - part
    return [(each, share) for each in fulfilments if (share := shares[each.number])]


def _requested(fulfilment: FulfilmentOrder) -> Units:
    return fulfilment.requested


def _nothing(_: FulfilmentOrder) -> Units:
    return Units()


def _reported(parcel: ChannelParcel, at: datetime) -> Parcel:
    left_at = min(parcel.shipped_at or at, at)
    return Parcel(carrier=parcel.carrier, tracking=parcel.tracking, shipped_at=left_at, lines=(), is_reported=True)


def _taken_from_allocations(
    change: Change, remaining: Units, parcel: Parcel, warehouses: Collection[str]
) -> tuple[Change, Units]:
    units: dict[WarehouseId, Units] = {}
    for line in change.order.lines:
        for warehouse, held in movable_units(change.order, line).items():
            there = held if is_at(warehouse, warehouses) else 0
            taken = Units({line.id: min(there, remaining[line.id])})
            units[warehouse] = units.get(warehouse, Units()) + taken
            remaining = remaining - taken
    for warehouse, part in units.items():
        change = _already_shipped(change, warehouse, parcel.replace(lines=parts_of(part))) if part else change
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


def _with_elsewhere(order: Order, units: Units) -> Order:
    changed = {
        line.id: line.replace(elsewhere=line.elsewhere + units[line.id]) for line in order.lines if units[line.id]
    }
    return with_lines(order, changed)


def with_places(
    parcels: Iterable[ChannelParcel], channel: Channel, warehouses: Collection[WarehouseId]
) -> tuple[ChannelParcel, ...]:
    """Return the parcels with those of our warehouses that they left from.

    Marked are those that left another location than those of the channel, or before it was connected.
    """
    located = (each.replace(warehouses=channel.warehouses_at(each.location, warehouses)) for each in parcels)
    return tuple(
        each.replace(is_foreign=each.is_foreign or _is_elsewhere(each, channel) or _is_before(each, channel))
        for each in located
    )


def _is_elsewhere(parcel: ChannelParcel, channel: Channel) -> bool:
    """Return whether no warehouse of ours is at the location that the parcel left."""
    is_empty = bool(channel.locations) and not parcel.warehouses
    return bool(parcel.location) and (is_empty or not channel.is_place(parcel.location))


def _is_before(parcel: ChannelParcel, channel: Channel) -> bool:
    since = channel.takes_stock_since
    return since is not None and parcel.shipped_at is not None and parcel.shipped_at < since
