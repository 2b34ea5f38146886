"""Packages that left Amazon: each has an id there, counts once, and is in a parcel of its fulfilment order."""

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import NamedTuple

from packhorse.domain.fba.items import lines_of
from packhorse.domain.fba.outbound import McfProgress, SentPackage
from packhorse.domain.orders.change import Change
from packhorse.domain.orders.exceptions import with_refused_shipment, without_reported_parcels
from packhorse.domain.orders.fulfilment_order import FulfilmentOrder
from packhorse.domain.orders.mcf import McfOrder, McfPackage
from packhorse.domain.orders.notice import named_parcels
from packhorse.domain.orders.order import Order
from packhorse.domain.orders.parcel import Parcel, contents_of, parts_of, tracking_numbers, units_of
from packhorse.domain.orders.shipping import fulfilment_order_of, with_parcel
from packhorse.domain.orders.tracking import TrackingCorrection, renumbered
from packhorse.domain.orders.updates import with_entry, with_fulfilment
from packhorse.domain.stock.goods import Goods
from packhorse.domain.supply.late_parcels import LateParcels, is_taken_away, shipped_late
from packhorse.domain.values import Units


class Left(NamedTuple):
    """A package that left: the units of lines that it completes, and those of all packages with its number till it."""

    package: SentPackage
    units: Units
    numbered: Units


def as_counted(progress: McfProgress, mcf: McfOrder) -> McfProgress:
    """Return the progress with all packages of a shipment as one, if it counted as one before Amazon listed them.

    Their units are in a parcel already, and all their numbers become those of that parcel.
    """
    shown = {each.id for each in progress.packages}
    wholes = {each.id for each in mcf.packages} - shown
    groups: dict[str, list[SentPackage]] = {}
    for each in progress.packages:
        groups.setdefault(each.whole if each.whole in wholes else each.id, []).append(each)
    return progress.replace(packages=tuple(_joined(name, each) for name, each in groups.items()))


def _joined(name: str, packages: Sequence[SentPackage]) -> SentPackage:
    units: Counter[str] = Counter()
    for each in packages:
        units.update(each.units)
    numbers = dict.fromkeys(each.tracking for each in packages if each.tracking)
    return packages[0].replace(id=name, tracking=", ".join(numbers), units=dict(units))


def with_packages(order: Order, number: int, progress: McfProgress, at: datetime, who: str, available: Goods) -> Change:
    """Return the change by the packages that do not count yet; `available` are goods of units taken from Amazon."""
    change = Change(order)
    mcf = fulfilment_order_of(order, number).mcf
    for each in _new_packages(order, mcf, progress) if mcf else ():
        before = fulfilment_order_of(change.order, number)
        if replaced := _replaced_by(before, each, progress):
            change = change._replace(order=_with_replaced(change.order, number, replaced, each.package))
            continue
        change = change.then(_left(change.order, number, each, at, who, available))
        change = change._replace(order=_with_package(change.order, before, each.package))
    return change


def _new_packages(order: Order, mcf: McfOrder, progress: McfProgress) -> Iterator[Left]:
    """Yield the packages that do not count yet, behind those that do, in the order in which these were counted."""
    known = {each.id: place for place, each in enumerate(mcf.packages)}
    counted: Counter[str] = Counter()
    numbered: dict[frozenset[str], Units] = {}
    for package in sorted(progress.packages, key=lambda each: known.get(each.id, len(known))):
        before = lines_of(mcf.items, order, counted)
        counted.update(package.units)
        units = lines_of(mcf.items, order, counted) - before
        of_number = numbered.setdefault(tracking_numbers(package.tracking), Counter())
        of_number.update(units)
        if package.id not in known:
            yield Left(package, units, Counter(of_number))


def _left(order: Order, number: int, left: Left, at: datetime, who: str, available: Goods) -> Change:
    """Return the change by a package that left: of units that Amazon still had, or that were taken from it.

    Several packages may have one number: each is a parcel, of the units that no parcel of the number holds yet. A
    person may have entered one before.
    """
    fulfilment, package = fulfilment_order_of(order, number), left.package
    named = [each for each in fulfilment.reported_parcels if each.is_named(package.tracking)]
    units = (left.numbered - contents_of(named)) & left.units
    if named and not units:
        return Change(without_reported_parcels(order, number, [package.tracking] if package.tracking else ()))
    if is_taken_away(fulfilment):
        return shipped_late(order, number, LateParcels((_parcel(package, units, at),), available), at, who)
    fitting = units & fulfilment.remaining
    if (late := units - fitting) and late <= fulfilment.agreed:
        change = _shipped(Change(order), fulfilment, package, fitting, at, who) if fitting else Change(order)
        parcels = (_parcel(package, late, at),)
        return change.then(shipped_late(change.order, number, LateParcels(parcels, available), at, who))
    if fitting != units or not fulfilment.is_open:
        order = _with_refused_parcel(order, number, package, at)
    if units and not fitting:
        return Change(order)
    return _shipped(Change(order), fulfilment, package, fitting, at, who)


def _shipped(
    change: Change, fulfilment: FulfilmentOrder, package: SentPackage, units: Units, at: datetime, who: str
) -> Change:
    change = with_parcel(change, fulfilment, _parcel(package, units, at))
    detail = f"from {fulfilment.warehouse} by {package.carrier or '?'}, {package.tracking or '?'}"
    return change._replace(order=with_entry(change.order, at, "shipped", who, detail))


def _with_package(order: Order, before: FulfilmentOrder, package: SentPackage) -> Order:
    """Return the order with the package among those that count, and the parcel that it is in: the one that is new."""
    fulfilment = fulfilment_order_of(order, before.number)
    if fulfilment.mcf is None:
        return order
    parcels = named_parcels(fulfilment)
    added = parcels.keys() - named_parcels(before).keys()
    named = (name for name, each in parcels.items() if each.is_named(package.tracking))
    parcel = next(iter(added), None) or next(named, "")
    counted = McfPackage(id=package.id, tracking=package.tracking, parcel=parcel)
    mcf = fulfilment.mcf.replace(packages=(*fulfilment.mcf.packages, counted))
    return with_fulfilment(order, fulfilment.replace(mcf=mcf))


def _replaced_by(fulfilment: FulfilmentOrder, left: Left, progress: McfProgress) -> McfPackage | None:
    """Return the withdrawn package that this one replaces, as it has the same units; None if it replaces none."""
    shown = {each.id for each in progress.packages}
    gone = (each for each in fulfilment.mcf.packages if each.id not in shown) if fulfilment.mcf else ()
    parcels = ((each, _parcel_of(fulfilment, each)) for each in gone)
    return next((each for each, parcel in parcels if parcel and units_of(parcel.lines) == left.units), None)


def _with_replaced(order: Order, number: int, replaced: McfPackage, package: SentPackage) -> Order:
    """Return the order with the parcel of a withdrawn package as that of another one, whose number it gets next."""
    fulfilment = fulfilment_order_of(order, number)
    if fulfilment.mcf is None:
        return order
    packages = tuple(each.replace(id=package.id) if each == replaced else each for each in fulfilment.mcf.packages)
    return with_fulfilment(order, fulfilment.replace(mcf=fulfilment.mcf.replace(packages=packages)))


def with_withdrawn(order: Order, number: int, progress: McfProgress) -> Order:
    """Return the order with the packages marked that Amazon showed as left and does not show any more.

    An answer without items says nothing about that.
    """
    fulfilment = fulfilment_order_of(order, number)
    mcf = fulfilment.mcf
    if mcf is None or not progress.quantities:
        return order
    shown = {each.id for each in progress.packages}
    packages = tuple(each.replace(is_withdrawn=each.id not in shown) for each in mcf.packages)
    return with_fulfilment(order, fulfilment.replace(mcf=mcf.replace(packages=packages)))


def _parcel(package: SentPackage, units: Units, at: datetime) -> Parcel:
    shipped_at = min(package.shipped_at, at) if package.shipped_at else at
    return Parcel(
        carrier=package.carrier or None,
        tracking=package.tracking or None,
        shipped_at=shipped_at,
        lines=parts_of(units),
    )


def _with_refused_parcel(order: Order, number: int, package: SentPackage, at: datetime) -> Order:
    message = f"fulfilment {number}: Amazon reports a parcel of more units than it was still to ship"
    tracking = (package.tracking,) if package.tracking else ()
    return with_refused_shipment(order, number, tracking, message, at)


# ---- numbers that come later -----------------------------------------------------------------------------------------


def with_numbers(order: Order, number: int, progress: McfProgress, at: datetime, who: str) -> Order:
    """Return the order with the tracking numbers that Amazon gave to packages which counted before."""
    fulfilment = fulfilment_order_of(order, number)
    known = {each.id: each for each in fulfilment.mcf.packages} if fulfilment.mcf else {}
    for package in progress.packages:
        before = known.get(package.id)
        if before and package.tracking and before.tracking != package.tracking:
            order = _with_number(order, number, before, package, at, who)
    return order


def _with_number(order: Order, number: int, before: McfPackage, package: SentPackage, at: datetime, who: str) -> Order:
    fulfilment = fulfilment_order_of(order, number)
    parcel = _parcel_of(fulfilment, before)
    if parcel and (parcel.tracking or "") == before.tracking:  # else a person has corrected it
        place = next(place for place, each in enumerate(fulfilment.parcels, 1) if each is parcel)
        new = TrackingCorrection(tracking=package.tracking, carrier=package.carrier or None)
        order = renumbered(order, number, place, new, at, who)
    fulfilment = fulfilment_order_of(order, number)
    if fulfilment.mcf is None:
        return order
    packages = tuple(
        each.replace(tracking=package.tracking) if each.id == before.id else each for each in fulfilment.mcf.packages
    )
    return with_fulfilment(order, fulfilment.replace(mcf=fulfilment.mcf.replace(packages=packages)))


def _parcel_of(fulfilment: FulfilmentOrder, package: McfPackage) -> Parcel | None:
    """Return the parcel that a package is in.

    One that was stored before parcels were linked is that of its number or, without, the only one that has none.
    """
    if package.parcel:
        found = named_parcels(fulfilment).get(package.parcel)
        return found if found in fulfilment.parcels else None
    same = [each for each in fulfilment.parcels if (each.tracking or "") == package.tracking]
    return same[0] if len(same) == 1 or (same and package.tracking) else None
