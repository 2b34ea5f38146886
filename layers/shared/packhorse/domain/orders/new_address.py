"""What another delivery address brings back: warehouses that did not ship to the former one."""

from collections.abc import Collection

from packhorse.domain.orders.allocation import movable_units
from packhorse.domain.orders.order import Order
from packhorse.domain.orders.order_line import OrderLine
from packhorse.domain.orders.rejection import Refusal
from packhorse.domain.orders.updates import with_lines


def without_refusals_of_address(order: Order) -> Order:
    """Return the order whose lines may be routed to warehouses that rejected the former address.

    Those are rejections for an `other` reason than the goods. What a supplier was sent stays away from it: it may ship
    that to the former address still. A line of which warehouses have all units stays as it is.
    """
    changed = {}
    for line in order.lines:
        kept = tuple(each for each in line.refused if not _is_of_address(each, _sent_to(order, line)))
        if kept != line.refused and (line.unallocated or movable_units(order, line)):
            changed[line.id] = line.replace(refused=kept)
    return with_lines(order, changed) if changed else order


def _is_of_address(refusal: Refusal, sent_to: Collection[str]) -> bool:
    return refusal.is_about_order and refusal.warehouse not in sent_to


def _sent_to(order: Order, line: OrderLine) -> frozenset[str]:
    """Return the warehouses that rejected units of a line which their supplier had been sent."""
    return frozenset(
        part.warehouse
        for part in order.fulfilments
        for each in part.rejections
        if line.id in each.units and not each.was_unsent
    )
