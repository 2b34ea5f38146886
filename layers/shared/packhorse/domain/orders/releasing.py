"""Units of lines that are given back: short ones, allocated ones, those of open fulfilment orders."""

from collections import Counter
from collections.abc import Mapping
from datetime import datetime
from typing import TypeVar

from packhorse.domain.orders.allocation import movable_units
from packhorse.domain.orders.cancellation import CancellationState
from packhorse.domain.orders.cancelling import with_units_requested
from packhorse.domain.orders.change import Change
from packhorse.domain.orders.exceptions import without_exception
from packhorse.domain.orders.fulfilment_order import FulfilmentOrder, FulfilmentStatus
from packhorse.domain.orders.order import Order
from packhorse.domain.orders.order_line import OrderLine
from packhorse.domain.orders.parcel import LineQuantity
from packhorse.domain.orders.reported import pending_units
from packhorse.domain.orders.updates import with_fulfilment, with_lines
from packhorse.domain.problem import Cause
from packhorse.domain.routing.decision import Allocation
from packhorse.domain.stock.goods import Goods
from packhorse.domain.values import WarehouseId

Part = TypeVar("Part", Allocation, LineQuantity)


def without_units(
    change: Change, line: OrderLine, units: int, at: datetime, who: str, reason: str = ""
) -> tuple[Change, int]:
    """Give back the stock of that many units of a line: of short ones first, of those of fulfilment orders last.

    Return the change and how many units are requested of partners, since they have accepted them.
    """
    change, remaining = given_back(change, line, units - min(units, free_units(change.order, line)))
    change, remaining = taken_back(change, line, remaining)
    order, requested = with_units_requested(change.order, line.id, remaining, reason, at, who, refused=False)
    return change._replace(order=order), requested


def without_lost_units(change: Change, line: OrderLine, units: int) -> Change:
    """Give back the stock of that many units of a line like `without_units`, also those that partners have accepted."""
    change, remaining = given_back(change, line, units - min(units, free_units(change.order, line)))
    return taken_back(change, line, remaining, of_partners=True)[0]


def free_units(order: Order, line: OrderLine) -> int:
    """Return the units of a line that have no warehouse and have not left.

    Units that left by the channel's account, while a warehouse of ours still has them, are no units less.
    """
    return max(0, line.unallocated - pending_units(order)[line.id])


def given_back(change: Change, line: OrderLine, units: int) -> tuple[Change, int]:
    """Release allocated units that are not handed over; return the change and how many are still to be released."""
    for warehouse, held in movable_units(change.order, line).items():
        taken = min(held, units)
        change, units = released(change, warehouse, {line.id: taken}), units - taken
    return change, units


def unrouted(change: Change) -> Change:
    """Give back all that is not handed over: the order waits for nothing, and is routed again once it takes stock."""
    for line in change.order.lines:
        change, _ = given_back(change, line, line.allocated)
    order = change.order
    for line in order.lines:
        order = without_exception(order, Cause.EXCLUDED_WAREHOUSE, line.id)
    lines = tuple(line.replace(routing=None, waits=()) for line in order.lines)
    return change._replace(order=order.replace(lines=lines))


def taken_back(change: Change, line: OrderLine, units: int, *, of_partners: bool = False) -> tuple[Change, int]:
    """Release unshipped units of fulfilment orders; return the change and how many are still to be released.

    What is not being packed goes first, what a paid label waits for last. What partners have accepted is not
    released: they may ship it. With `of_partners` it is, since another one has.
    """
    for fulfilment in sorted(change.order.fulfilments, key=_progress):
        stays = fulfilment.is_with_partner and not of_partners
        taken = 0 if stays else min(units, fulfilment.remaining[line.id])
        if taken:
            less = with_less(fulfilment, {line.id: taken}, FulfilmentStatus.CANCELLED)
            if (found := less.cancellation) and found.is_live:
                less = less.replace(cancellation=found.without(Counter({line.id: taken}), CancellationState.OVERTAKEN))
            change = change._replace(order=with_fulfilment(change.order, less))
            change, units = released(change, fulfilment.warehouse, {line.id: taken}), units - taken
    return change, units


def _progress(fulfilment: FulfilmentOrder) -> tuple[bool, bool]:
    """Return how far a fulfilment order is, to be sorted by."""
    return bool(fulfilment.waiting_labels), fulfilment.packing is not None


def with_less(fulfilment: FulfilmentOrder, units: Mapping[str, int], ended: FulfilmentStatus) -> FulfilmentOrder:
    """Return the fulfilment order with fewer units of its lines.

    Without units to ship it ends: as shipped, or, if nothing of it has left, as `ended` with the lines that it had.
    """
    lines = tuple(_less(part, units.get(part.line, 0)) for part in fulfilment.lines)
    less = fulfilment.replace(lines=tuple(part for part in lines if part.quantity))
    if less.remaining:
        return less
    return less.replace(status=FulfilmentStatus.SHIPPED) if fulfilment.parcels else fulfilment.replace(status=ended)


def released(change: Change, warehouse: WarehouseId, units: Mapping[str, int]) -> Change:
    """Return the change with those units by line less at a warehouse, and their stock given back."""
    for line_id, quantity in units.items():
        line = change.order.line(line_id)
        if line is None or not quantity:
            continue
        parts = (_less(part, quantity) if part.warehouse == warehouse else part for part in line.allocations)
        kept = tuple(part for part in parts if part.quantity)
        committed = Goods(change.committed)
        committed.subtract(line.goods(warehouse, quantity))
        fewer = with_lines(change.order, {line_id: line.replace(allocations=kept)})
        change = change._replace(order=fewer, committed=committed)
    return change


def _less(part: Part, units: int) -> Part:
    return part.replace(quantity=part.quantity - units)
