"""What becomes of units that were bought for orders which do not need them any more: `excess` says when.

A draft orders fewer of them by itself. What is submitted is marked, until a person keeps it for stock, or the supplier
takes it back, or it has come.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime

from packhorse.domain.numbered import Coming
from packhorse.domain.purchasing.additions import added
from packhorse.domain.purchasing.excess import Excess, MadeUnits, marked
from packhorse.domain.purchasing.made_for import (
    MAX_MADE_FOR,
    MadeFor,
    needed_only,
    to_come,
    without_unneeded,
)
from packhorse.domain.purchasing.need import Need
from packhorse.domain.purchasing.purchase_line import PurchaseLine, needed_in
from packhorse.domain.purchasing.purchase_order import PurchaseOrder, PurchaseState
from packhorse.domain.purchasing.state import OVER
from packhorse.domain.purchasing.steps import cancelled
from packhorse.domain.stock.goods import Shelf
from packhorse.domain.values import OrderId


def made_units(purchase: PurchaseOrder) -> Iterator[MadeUnits]:
    """Yield what a purchase order brings for orders, line by line."""
    return (_made(purchase, line) for line in purchase.lines)


def _made(purchase: PurchaseOrder, line: PurchaseLine) -> MadeUnits:
    return MadeUnits(purchase.shelf(line), line.outstanding, 0 if purchase.state in OVER else line.open)


def reviewed(
    purchase: PurchaseOrder, excess: Excess, who: str, at: datetime, called: Mapping[str, str]
) -> PurchaseOrder:
    """Return a purchase order without, or with the mark of, what its orders do not want; lowers the excess by that.

    The timeline names the orders as they are `called`.
    """
    if purchase.state in OVER:
        return purchase
    lines = {line.id: marked(_made(purchase, line), excess) for line in reversed(purchase.lines)}
    return _after(purchase, lines, who, at, called)


def _after(
    purchase: PurchaseOrder,
    lines: Mapping[str, tuple[MadeFor, ...]],
    who: str,
    at: datetime,
    called: Mapping[str, str],
) -> PurchaseOrder:
    if all(line.made_for == lines[line.id] for line in purchase.lines):
        return purchase
    if purchase.state is not PurchaseState.NEW:
        for line in purchase.lines:
            purchase = purchase.with_line(line.replace(made_for=lines[line.id]))
        return purchase.with_entry(at, "orders reviewed", who, f"not needed: {_unneeded(purchase) or 'none'}")
    after = [_lowered(line, lines[line.id]) for line in purchase.lines]
    kept = tuple(line for line in after if line.ordered)
    fewer = f"not needed: {added(kept, purchase.lines, called)}"
    if kept:
        return purchase.replace(lines=kept).with_entry(at, "lowered", who, fewer)
    emptied = (line.replace(made_for=()) for line in purchase.lines)
    return cancelled(purchase.replace(lines=tuple(emptied)), who, at, fewer)


def wanted_again(before: PurchaseOrder, after: PurchaseOrder) -> frozenset[OrderId]:
    """Return the orders that want more of what a purchase order is to bring than before."""
    more = needed_in(after.lines) - needed_in(before.lines)
    return frozenset(OrderId(purpose.order) for purpose in more)


def _unneeded(purchase: PurchaseOrder) -> str:
    return ", ".join(f"{line.given_up} of {line.sku}" for line in purchase.lines if line.given_up)


def _lowered(line: PurchaseLine, made_for: Sequence[MadeFor]) -> PurchaseLine:
    """Return the line of a draft without the units that are unneeded; none are ordered if it had no others."""
    if not any(each.unneeded for each in made_for):
        return line
    after = line.replace(made_for=needed_only(made_for))
    return after.replace(ordered=after.least)


def coming_of_draft(purchase: PurchaseOrder, marked: Callable[[Shelf, MadeFor], MadeFor]) -> Iterator[Coming]:
    """Yield what a draft is to bring without the units that are unneeded once its lines are `marked`."""
    for line in () if purchase.ships else purchase.lines:
        shelf = purchase.shelf(line)
        after = _lowered(line, [marked(shelf, each) for each in line.made_for])
        if after.ordered:
            yield Coming(shelf, after.open, tuple(to_come(after.outstanding, after.open)))


def kept_for_stock(order: PurchaseOrder, who: str, at: datetime) -> PurchaseOrder:
    """Return the purchase order with the units that no order needs any more for whoever needs them when they come.

    They stay wanted when an order that takes them gives them up.
    """
    after = order
    for line in order.lines:
        after = after.with_line(line.kept)
    return order if after == order else after.with_entry(at, "kept for stock", who, _unneeded(order))


def taken_over(order: PurchaseOrder, need: Need) -> tuple[PurchaseOrder, Need]:
    """Return the purchase order with a need in the place of those who gave units up, and what the need still lacks.

    It takes from its shelf alone. The units are taken from them for good.
    """
    for line in order.lines:
        units = min(line.given_up, need.units)
        if units and order.shelf(line) == need.shelf and len(line.made_for) < MAX_MADE_FOR:
            made_for = MadeFor(order=need.order, line=need.line, units=units, came_before=line.came)
            order = order.with_line(line.replace(made_for=(*without_unneeded(line.made_for, units), made_for)))
            need = need._replace(units=need.units - units)
    return order, need
