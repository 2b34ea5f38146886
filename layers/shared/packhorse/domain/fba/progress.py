"""What Amazon's progress changes of a fulfilment order: packages that left, units that it cannot ship or keeps back."""

from collections import Counter
from datetime import datetime
from typing import NamedTuple

from packhorse.domain.fba.differences import with_difference
from packhorse.domain.fba.items import lines_of
from packhorse.domain.fba.kits import stuck_kits
from packhorse.domain.fba.outbound import McfProgress
from packhorse.domain.fba.packages import as_counted, with_numbers, with_packages, with_withdrawn
from packhorse.domain.orders.change import Change
from packhorse.domain.orders.fulfilment_order import FulfilmentOrder, FulfilmentStatus
from packhorse.domain.orders.mcf import McfOrder, McfStatus
from packhorse.domain.orders.order import Order
from packhorse.domain.orders.restock import RestockRule
from packhorse.domain.orders.shipping import fulfilment_order_of
from packhorse.domain.orders.status import with_status
from packhorse.domain.orders.taking_back import cancellation_accepted, cancellation_refused
from packhorse.domain.orders.updates import with_entry, with_fulfilment
from packhorse.domain.stock.goods import Goods
from packhorse.domain.values import Units

LOST = frozenset(
    {McfStatus.COMPLETE_PARTIALLED, McfStatus.UNFULFILLABLE, McfStatus.INVALID, McfStatus.CANCELLED, McfStatus.REFUSED}
)
"""States after which whatever has not left never leaves."""
TOO_LATE = frozenset({McfStatus.PROCESSING, McfStatus.COMPLETE, McfStatus.COMPLETE_PARTIALLED})
"""States in which Amazon keeps nothing back: it has begun to pick."""
PICKING = "Amazon has begun to pick it"
LEFT_IN_PART = "a part of a kit of it has left"


class Knowing(NamedTuple):
    """What progress is applied with: the rule of stock given back, and what is available of units taken from Amazon."""

    restock: RestockRule
    available: Goods = Goods()


class ProgressChange(NamedTuple):
    """The change of an order by progress, and the units by line that Amazon never ships: they are rejected next."""

    change: Change
    lost: Units


def with_progress(
    order: Order, number: int, progress: McfProgress, at: datetime, who: str, knowing: Knowing
) -> ProgressChange:
    """Return the order after progress about one of its fulfilment orders.

    The same progress again changes nothing, nor does an older one.
    """
    fulfilment = fulfilment_order_of(order, number)
    if fulfilment.mcf is None or _is_stale(progress, fulfilment.mcf):
        return ProgressChange(Change(order), Counter())
    progress = as_counted(progress, fulfilment.mcf)
    change = with_packages(order, number, progress, at, who, knowing.available)
    change = change._replace(order=with_withdrawn(change.order, number, progress))
    after = _with_state(with_numbers(change.order, number, progress, at, who), number, progress, at, who)
    change = change._replace(order=after)
    lost = lost_units(after, number, progress)
    stuck = stuck_units(after, number, progress)
    if requested := fulfilment_order_of(after, number).requested:
        kept = lost & requested
        if kept:
            lost -= kept
            agreed = cancellation_accepted(after, number, at, who, restock=knowing.restock, units=kept)
            change = change.then(agreed)
        if (stuck or progress.status in TOO_LATE) and _is_pending(change.order, number):
            reason = LEFT_IN_PART if stuck else PICKING
            change = change._replace(order=cancellation_refused(change.order, number, reason, at, who))
    change = change._replace(order=with_difference(change.order, number, progress, stuck, at))
    after = with_status(change.order, at, who) if change.order != order else order
    return ProgressChange(change._replace(order=after), lost)


def _is_stale(progress: McfProgress, mcf: McfOrder) -> bool:
    """Return whether another process has read since that Amazon has the order, or is further with it."""
    if progress.status is McfStatus.REFUSED and mcf.is_taken:
        return True
    return bool(mcf.changed_at and progress.changed_at and progress.changed_at < mcf.changed_at)


def _is_pending(order: Order, number: int) -> bool:
    """Return whether Amazon was requested to keep units back, and has not answered."""
    found = fulfilment_order_of(order, number).cancellation
    return found is not None and found.is_pending and found.batch is not None


def lost_units(order: Order, number: int, progress: McfProgress) -> Units:
    """Return the units by line that Amazon never ships, without kits of which a part has left.

    Shipped from elsewhere, its buyer would get that part twice: a person decides.
    """
    return _never_shipped(order, number, progress) - stuck_units(order, number, progress)


def has_none_left(progress: McfProgress) -> bool:
    """Return whether what never ships is not there any more, rather than kept back: it cannot be sold from there."""
    if progress.status in {McfStatus.CANCELLED, McfStatus.INVALID, McfStatus.REFUSED}:
        return False
    return progress.status is McfStatus.UNFULFILLABLE or (bool(progress.unfulfillable) and not progress.cancelled)


def stuck_units(order: Order, number: int, progress: McfProgress) -> Units:
    """Return the units by line of which a part has left, and Amazon never ships the rest."""
    never = _never_shipped(order, number, progress)
    return stuck_kits(order, fulfilment_order_of(order, number), progress, never)


def _never_shipped(order: Order, number: int, progress: McfProgress) -> Units:
    """Return the units by line that Amazon never ships, without those that the fulfilment order does not have.

    A kit is one of them, until Amazon's order is over, if all its components are: Amazon may still ship the others.
    """
    fulfilment = fulfilment_order_of(order, number)
    if fulfilment.mcf is None or not fulfilment.is_open:
        return Counter()
    if progress.status in LOST:
        return fulfilment.remaining
    gone = Counter(progress.unfulfillable) + Counter(progress.cancelled)
    lost = lines_of(fulfilment.mcf.items, order, gone)
    return (lost - _lost_before(order, fulfilment, fulfilment.mcf)) & fulfilment.remaining


def _lost_before(order: Order, fulfilment: FulfilmentOrder, mcf: McfOrder) -> Units:
    """Return the units by line that Amazon was sent and that the fulfilment order does not have any more."""
    sent = lines_of(mcf.items, order, {each.id: each.quantity for each in mcf.items})
    return sent - (fulfilment.wanted - Counter(mcf.left_before))


def _with_state(order: Order, number: int, progress: McfProgress, at: datetime, who: str) -> Order:
    """Return the order with how far Amazon is; that it has the fulfilment order means that it accepted it."""
    fulfilment = fulfilment_order_of(order, number)
    if fulfilment.mcf is None:
        return order
    status = fulfilment.status
    is_new = status is FulfilmentStatus.REQUESTED and progress.status is not McfStatus.REFUSED
    changed = fulfilment.replace(
        mcf=fulfilment.mcf.replace(status=progress.status, changed_at=progress.changed_at),
        status=FulfilmentStatus.ACCEPTED if is_new else status,
    )
    order = with_fulfilment(order, changed)
    return with_entry(order, at, "accepted", who, fulfilment.warehouse) if is_new else order
