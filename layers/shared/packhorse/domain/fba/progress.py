"""What Amazon's progress changes of a fulfilment order: packages that left, units that it cannot ship or keeps back."""

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import NamedTuple

from packhorse.domain.errors import NotNow
from packhorse.domain.fba.outbound import McfProgress, SentPackage
from packhorse.domain.orders.change import Change
from packhorse.domain.orders.exceptions import with_exception
from packhorse.domain.orders.fulfilment_order import FulfilmentOrder, FulfilmentStatus
from packhorse.domain.orders.mcf import McfItem, McfOrder, McfPackage, McfStatus
from packhorse.domain.orders.order import Order, OrderException
from packhorse.domain.orders.parcel import Parcel, parts_of
from packhorse.domain.orders.restock import RestockRule
from packhorse.domain.orders.shipping import fulfilment_order_of, with_parcel
from packhorse.domain.orders.status import with_status
from packhorse.domain.orders.taking_back import cancellation_accepted, cancellation_refused
from packhorse.domain.orders.tracking import TrackingCorrection, tracking_corrected
from packhorse.domain.orders.updates import with_entry, with_fulfilment
from packhorse.domain.problem import Cause
from packhorse.domain.stock.goods import Goods
from packhorse.domain.supply.late import LateParcels, is_taken_away, shipped_late
from packhorse.domain.values import Sku

LOST = frozenset(
    {McfStatus.COMPLETE_PARTIALLED, McfStatus.UNFULFILLABLE, McfStatus.INVALID, McfStatus.CANCELLED, McfStatus.REFUSED}
)
"""States after which whatever has not left never leaves."""
TOO_LATE = frozenset({McfStatus.PROCESSING, McfStatus.COMPLETE, McfStatus.COMPLETE_PARTIALLED})
"""States in which Amazon keeps nothing back: it has begun to pick."""
PICKING = "Amazon has begun to pick it"


class Knowing(NamedTuple):
    """What progress is applied with: the rule of stock given back, and what is available of units taken from Amazon."""

    restock: RestockRule
    available: Goods = Goods()


class Told(NamedTuple):
    """The change of an order by progress, and the units by line that Amazon never ships: they are rejected next."""

    change: Change
    lost: "Counter[str]"


def with_progress(order: Order, number: int, progress: McfProgress, at: datetime, who: str, knowing: Knowing) -> Told:
    """Return the order after progress about one of its fulfilment orders; the same progress again changes nothing."""
    fulfilment = fulfilment_order_of(order, number)
    if fulfilment.mcf is None:
        return Told(Change(order), Counter())
    change = Change(order)
    for package, units in _new_packages(order, fulfilment.mcf, progress):
        change = change.then(_left(change.order, number, package, units, at, who, knowing))
    after = _with_state(_corrected(change.order, number, progress, at, who), number, progress, at, who)
    change = change._replace(order=after)
    lost = lost_units(after, number, progress)
    if requested := _requested(after, number):
        kept = lost & requested
        if kept:
            lost -= kept
            agreed = cancellation_accepted(after, number, at, who, restock=knowing.restock, units=kept)
            change = change.then(agreed)
        elif progress.status in TOO_LATE and _is_pending(after, number):
            change = change._replace(order=cancellation_refused(after, number, PICKING, at, who))
    return Told(change._replace(order=with_status(change.order, at, who) if change.order != order else order), lost)


def _is_pending(order: Order, number: int) -> bool:
    """Return whether Amazon was requested to keep units back, and has not answered."""
    found = fulfilment_order_of(order, number).cancellation
    return found is not None and found.is_pending and found.batch is not None


def _requested(order: Order, number: int) -> "Counter[str]":
    fulfilment = fulfilment_order_of(order, number)
    found = fulfilment.cancellation
    return Counter(found.units) & fulfilment.remaining if found and found.is_live else Counter()


def lost_units(order: Order, number: int, progress: McfProgress) -> "Counter[str]":
    """Return the units by line that Amazon never ships, without those that the fulfilment order does not have."""
    fulfilment = fulfilment_order_of(order, number)
    if fulfilment.mcf is None or not fulfilment.is_open:
        return Counter()
    if progress.status in LOST:
        return fulfilment.remaining
    items = fulfilment.mcf.items
    gone = Counter(progress.unfulfillable) + Counter(progress.cancelled)
    before = lines_of(items, order, {each.id: each.quantity for each in items}) - fulfilment.wanted
    return (lines_of(items, order, gone, any_part=True) - before) & fulfilment.remaining


def lines_of(
    items: tuple[McfItem, ...], order: Order, units: Mapping[str, int], *, any_part: bool = False
) -> "Counter[str]":
    """Return the units of lines in so many units of items.

    Of a kit as many as all its components make or, with `any_part`, as many as lack one of them.
    """
    found: dict[str, list[int]] = {}
    for item in items:
        line = order.line(item.line)
        each = line.recipe.get(Sku(item.sku), 1) if line else 1
        quantity = units.get(item.id, 0)
        found.setdefault(item.line, []).append(-(-quantity // each) if any_part else quantity // each)
    return +Counter({line: max(parts) if any_part else min(parts) for line, parts in found.items()})


def _new_packages(order: Order, mcf: McfOrder, progress: McfProgress) -> Iterator[tuple[SentPackage, "Counter[str]"]]:
    """Yield the packages that do not count yet, with the units of lines that each completes."""
    known = {each.id for each in mcf.packages}
    counted: Counter[str] = Counter()
    for package in progress.packages:
        if package.id in known:
            counted.update(package.units)
    for package in progress.packages:
        if package.id not in known:
            before = lines_of(mcf.items, order, counted)
            counted.update(package.units)
            yield package, lines_of(mcf.items, order, counted) - before


def _left(
    order: Order, number: int, package: SentPackage, units: "Counter[str]", at: datetime, who: str, knowing: Knowing
) -> Change:
    """Return the change by a package that left: of units that Amazon still had, or that were taken from it."""
    fulfilment = fulfilment_order_of(order, number)
    order = _with_package(order, fulfilment, package)
    fulfilment = fulfilment_order_of(order, number)
    if any(each.is_named(package.tracking) for each in fulfilment.parcels):
        return Change(order)
    if is_taken_away(fulfilment):
        late = LateParcels((_parcel(package, units, at),), knowing.available)
        return shipped_late(order, number, late, at, who)
    fitting = units & fulfilment.remaining
    if fitting != units or not fulfilment.is_open:
        order = _with_refused_parcel(order, number, package, at)
    if units and not fitting:
        return Change(order)
    sent = _parcel(package, fitting, at)
    if fitting:
        change = with_parcel(Change(order), fulfilment_order_of(order, number), sent)
    else:  # a further box of units that another parcel holds
        boxes = fulfilment.replace(parcels=(*fulfilment.parcels, sent))
        change = Change(with_fulfilment(order, boxes))
    detail = f"from {fulfilment.warehouse} by {sent.carrier or '?'}, {sent.tracking or '?'}"
    return change._replace(order=with_entry(change.order, at, "shipped", who, detail))


def _with_package(order: Order, fulfilment: FulfilmentOrder, package: SentPackage) -> Order:
    if fulfilment.mcf is None:
        return order
    counted = McfPackage(id=package.id, tracking=package.tracking)
    mcf = fulfilment.mcf.replace(packages=(*fulfilment.mcf.packages, counted))
    return with_fulfilment(order, fulfilment.replace(mcf=mcf))


def _parcel(package: SentPackage, units: "Counter[str]", at: datetime) -> Parcel:
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
    problem = OrderException(
        cause=Cause.SHIPMENT_REFUSED, fulfilment=number, tracking=tracking, message=message, opened_at=at
    )
    return with_exception(order, problem)


def _corrected(order: Order, number: int, progress: McfProgress, at: datetime, who: str) -> Order:
    """Return the order with the tracking numbers that Amazon gave to packages which counted before."""
    fulfilment = fulfilment_order_of(order, number)
    known = {each.id: each for each in fulfilment.mcf.packages} if fulfilment.mcf else {}
    for package in progress.packages:
        before = known.get(package.id)
        if before is None or not package.tracking or before.tracking == package.tracking:
            continue
        order = _renamed(order, number, before, package, at, who)
    return order


def _renamed(order: Order, number: int, before: McfPackage, package: SentPackage, at: datetime, who: str) -> Order:
    fulfilment = fulfilment_order_of(order, number)
    place = next(
        (place for place, each in enumerate(fulfilment.parcels, 1) if (each.tracking or "") == before.tracking), None
    )
    new = TrackingCorrection(tracking=package.tracking, carrier=package.carrier or None)
    if place:
        try:
            order = tracking_corrected(order, number, place, new, at, who)
        except NotNow:  # another parcel of the order has the number by now
            return order
    fulfilment = fulfilment_order_of(order, number)
    if fulfilment.mcf is None:
        return order
    packages = tuple(
        each.replace(tracking=package.tracking) if each.id == before.id else each for each in fulfilment.mcf.packages
    )
    return with_fulfilment(order, fulfilment.replace(mcf=fulfilment.mcf.replace(packages=packages)))


def _with_state(order: Order, number: int, progress: McfProgress, at: datetime, who: str) -> Order:
    """Return the order with how far Amazon is; that it has the fulfilment order means that it accepted it."""
    fulfilment = fulfilment_order_of(order, number)
    if fulfilment.mcf is None:
        return order
    status = fulfilment.status
    is_new = status is FulfilmentStatus.REQUESTED and progress.status is not McfStatus.REFUSED
    changed = fulfilment.replace(
        mcf=fulfilment.mcf.replace(status=progress.status), status=FulfilmentStatus.ACCEPTED if is_new else status
    )
    order = with_fulfilment(order, changed)
    return with_entry(order, at, "accepted", who, fulfilment.warehouse) if is_new else order
