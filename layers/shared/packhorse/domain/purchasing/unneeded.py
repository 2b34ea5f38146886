"""What becomes of units that were bought for orders which do not want them any more: cancelled, or edited down.

A draft orders fewer of them by itself. What is submitted is marked, until a person keeps it for stock, or the supplier
takes it back, or it has come.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from packhorse.domain.orders.order import Order
from packhorse.domain.purchasing.case_pack import whole_cases
from packhorse.domain.purchasing.made_for import MadeFor
from packhorse.domain.purchasing.purchase_order import PurchaseLine, PurchaseOrder, PurchaseState
from packhorse.domain.purchasing.state import OVER
from packhorse.domain.purchasing.steps import cancelled
from packhorse.domain.values import OrderId, Sku

Key = tuple[str, str, str]


def reviewed(
    purchases: Sequence[PurchaseOrder], orders: Mapping[OrderId, Order], who: str, at: datetime
) -> Iterator[tuple[PurchaseOrder, PurchaseOrder]]:
    """Yield the purchase orders that change by what the orders want now, as they were and are.

    `purchases` are all that were made for them. Orders that are not given are left alone. The newest purchase order
    gives first.
    """
    excess = _excess(purchases, orders)
    for purchase in reversed([each for each in purchases if each.state not in OVER]):
        lines = {line.id: _shared(line, excess) for line in reversed(purchase.lines)}
        after = _after(purchase, lines, who, at)
        if after != purchase:
            yield purchase, after


def _excess(purchases: Sequence[PurchaseOrder], orders: Mapping[OrderId, Order]) -> "Counter[Key]":
    """Return the units that are made for lines of orders beyond what these want."""
    made = Counter[Key]()
    for purchase in purchases:
        for line in purchase.lines:
            for each in line.outstanding:
                never = each.units if purchase.state in OVER else 0
                made[each.made_for.order, each.made_for.line, line.sku] += each.made_for.units - never
    found = Counter[Key]()
    for key, units in made.items():
        order = orders.get(OrderId(key[0]))
        if (wanted := _wanted(order, *key[1:]) if order else None) is not None:
            found[key] = units - wanted
    return +found


def _wanted(order: Order, line_id: str, sku: str) -> int | None:
    """Return the units of a product that a line is to have in all; None without a product."""
    line = order.line(line_id)
    if line is None or line.matched is None:
        return None
    return line.recipe.get(Sku(sku), 0) * (line.quantity - line.cancelled - line.elsewhere)


def _shared(line: PurchaseLine, excess: "Counter[Key]") -> tuple[MadeFor, ...]:
    """Return whom a line is made for, the last of them with what they do not want; lowers the excess by that."""
    made_for = []
    for each in reversed(line.outstanding):
        key = (each.made_for.order, each.made_for.line, line.sku)
        units = min(excess[key], each.units)
        excess[key] -= units
        made_for.append(each.made_for.replace(unneeded=units))
    return tuple(reversed(made_for))


def _after(purchase: PurchaseOrder, lines: Mapping[str, tuple[MadeFor, ...]], who: str, at: datetime) -> PurchaseOrder:
    if all(line.made_for == lines[line.id] for line in purchase.lines):
        return purchase
    if purchase.state is not PurchaseState.NEW:
        for line in purchase.lines:
            purchase = purchase.with_line(line.replace(made_for=lines[line.id]))
        return purchase.with_entry(at, "needed by its orders", who, _needed(purchase))
    after = [_lowered(line, lines[line.id]) for line in purchase.lines]
    if kept := tuple(line for line in after if line.ordered):
        return purchase.replace(lines=kept).with_entry(at, "lowered", who, "orders need less than was made for them")
    emptied = (line.replace(made_for=()) for line in purchase.lines)
    return cancelled(purchase.replace(lines=tuple(emptied)), who, at)


def _needed(purchase: PurchaseOrder) -> str:
    found = (f"{line.unneeded} of {line.sku} not any more" for line in purchase.lines if line.unneeded)
    return ", ".join(found) or "all"


def _lowered(line: PurchaseLine, made_for: Sequence[MadeFor]) -> PurchaseLine:
    """Return the line of a draft without the units that are unneeded; none are ordered if it had no others."""
    before, after = sum(each.units for each in made_for), sum(each.needed for each in made_for)
    if before == after:
        return line
    left = tuple(each.replace(units=each.needed, unneeded=0) for each in made_for if each.needed)
    is_for_orders = line.ordered == whole_cases(before, line.case_pack, line.minimum)
    units = after if is_for_orders else line.ordered - (before - after)
    ordered = min(line.ordered, whole_cases(units, line.case_pack, line.minimum)) if units > 0 else 0
    return line.replace(ordered=ordered, made_for=left)


def kept_for_stock(order: PurchaseOrder, who: str, at: datetime) -> PurchaseOrder:
    """Return the purchase order with the units that no order needs any more for whoever needs them when they come."""
    after = order
    for line in order.lines:
        needed = tuple(each.replace(units=each.needed, unneeded=0) for each in line.made_for if each.needed)
        after = after.with_line(line.replace(made_for=needed))
    return order if after == order else after.with_entry(at, "kept for stock", who, _needed(order))
