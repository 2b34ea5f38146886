"""What becomes of units that are built for orders which do not want them any more: cancelled, or edited down.

A draft builds fewer of them by itself. What is submitted is marked, until a person keeps it for stock, or closes it, or
it is done.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime

from packhorse.domain.numbered import Coming
from packhorse.domain.purchasing.additions import for_orders
from packhorse.domain.purchasing.excess import Excess, MadeUnits, marked
from packhorse.domain.purchasing.made_for import (
    MAX_MADE_FOR,
    MadeFor,
    needed_only,
    outstanding,
    to_come,
    without_unneeded,
)
from packhorse.domain.purchasing.need import Need
from packhorse.domain.stock.goods import Shelf
from packhorse.domain.work_orders.state import OVER
from packhorse.domain.work_orders.steps import WorkChange, cancelled
from packhorse.domain.work_orders.work_order import WorkOrder, WorkState


def made_units(order: WorkOrder) -> MadeUnits:
    """Return what a work order builds for orders."""
    return MadeUnits(order.shelf, order.outstanding, 0 if order.state in OVER else order.open)


def reviewed(order: WorkOrder, excess: Excess, who: str, at: datetime, called: Mapping[str, str]) -> WorkChange:
    """Return a work order without, or with the mark of, what its orders do not want; lowers the excess by that.

    The timeline names the orders as they are `called`.
    """
    if order.state in OVER:
        return WorkChange(order)
    made_for = marked(made_units(order), excess)
    if made_for == order.made_for:
        return WorkChange(order)
    if order.state is WorkState.NEW:
        return _lowered(order, made_for, who, at, called)
    after = order.replace(made_for=made_for)
    return WorkChange(after.with_entry(at, "orders reviewed", who, f"not needed: {_unneeded(after) or 'none'}"))


def _lowered(
    order: WorkOrder, made_for: Sequence[MadeFor], who: str, at: datetime, called: Mapping[str, str]
) -> WorkChange:
    """Return a draft without the units that are unneeded; what a person added for stock stays."""
    units = _units_of_draft(order, made_for)
    after = order.replace(made_for=needed_only(made_for))
    unneeded = [each.replace(units=each.unneeded, unneeded=0) for each in made_for if each.unneeded]
    fewer = f"not needed: {for_orders(order.sku, unneeded, called)}"
    if not units:
        return cancelled(after, who, at, fewer)
    after = after.replace(units=units)
    return WorkChange(after.with_entry(at, "lowered", who, fewer))


def _units_of_draft(order: WorkOrder, made_for: Sequence[MadeFor]) -> int:
    before, needed = sum(each.units for each in made_for), sum(each.needed for each in made_for)
    return min(order.units, needed + max(0, order.units - before))


def coming_of_draft(order: WorkOrder, marked: Callable[[Shelf, MadeFor], MadeFor]) -> Iterator[Coming]:
    """Yield what a draft is to bring without the units that are unneeded once whom it is made for is `marked`."""
    made_for = [marked(order.shelf, each) for each in order.made_for]
    units = _units_of_draft(order, made_for)
    for coming in order.coming:
        yield coming._replace(units=units, parts=tuple(to_come([*outstanding(needed_only(made_for), 0)], units)))


def kept_for_stock(order: WorkOrder, who: str, at: datetime) -> WorkChange:
    """Return the work order with the units that no order needs any more for whoever needs them when they are done."""
    after = order.replace(made_for=needed_only(order.made_for))
    return WorkChange(order if after == order else after.with_entry(at, "kept for stock", who, _unneeded(order)))


def taken_over(order: WorkOrder, need: Need) -> tuple[WorkOrder, Need]:
    """Return the work order with its unneeded units made for a need, and the need with the units that it still lacks.

    It takes from its shelf alone. The lines that do not need the units any more lose them for good.
    """
    units = min(order.unneeded, need.units)
    if not units or order.shelf != need.shelf or len(order.made_for) >= MAX_MADE_FOR:
        return order, need
    made_for = MadeFor(order=need.order, line=need.line, units=units, came_before=order.done)
    after = order.replace(made_for=(*without_unneeded(order.made_for, units), made_for))
    return after, need._replace(units=need.units - units)


def _unneeded(order: WorkOrder) -> str:
    return f"{order.unneeded} of {order.sku}" if order.unneeded else ""
