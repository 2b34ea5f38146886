"""Buy for orders: what lines lack of products that are bought per order, once, together by supplier.

What was made for a line counts as bought for good, also where its purchase order was cancelled or closed short: that
was decided, and what is bought instead is decided by a person, too.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from packhorse.domain.catalogue.product import Product
from packhorse.domain.orders.order import Order
from packhorse.domain.purchasing.case_pack import MAX_UNITS, whole_cases
from packhorse.domain.purchasing.drafting import MAX_NAMED, PurchaseDraft, exceeds_total
from packhorse.domain.purchasing.made_for import MAX_MADE_FOR, MadeFor, Purpose, without_unneeded
from packhorse.domain.purchasing.need import Need, by_line, claims, take_for
from packhorse.domain.purchasing.purchase_line import DraftedLine, PurchaseLine, WantedLine
from packhorse.domain.purchasing.purchase_order import MAX_LINES, PurchaseOrder, PurchaseState
from packhorse.domain.purchasing.short_lines import NotBought, draft_needs
from packhorse.domain.stock.goods import Goods
from packhorse.domain.supply.purchasing import PerOrder
from packhorse.domain.supply.supplier import Supplier
from packhorse.domain.values import Sku


class PerOrderPurchases(NamedTuple):
    """Purchase orders that take more, as they were and are, drafts of the rest, and what no supplier sells."""

    changed: tuple[tuple[PurchaseOrder, PurchaseOrder], ...]
    drafts: tuple[PurchaseDraft, ...]
    left_out: tuple[NotBought, ...]


def may_be_bought_for(order: Order) -> bool:
    """Return whether units are bought for what the order lacks: it is paid, not held, and not over."""
    return order.may_ship and not order.holds and not order.is_over and any(line.short for line in order.lines)


def free_in_transit(
    in_transit: Goods, waiting: Goods, needs: Iterable[Need], unfinished: Iterable[PurchaseOrder]
) -> Goods:
    """Return the units in transit that no orders but those with these needs wait for.

    Others for which an unfinished purchase order has units wait for these units.
    """
    ours, others = set[str](), Goods(waiting)
    for need in needs:
        ours.add(need.order)
        others.subtract(dict.fromkeys(need.shelves, need.units))
    for purchase in unfinished:
        for line in purchase.lines:
            of_others = (each.needed for each in line.outstanding if each.made_for.order not in ours)
            others[purchase.shelf(line)] -= sum(of_others)
    return +in_transit - +others


def ever_bought(purchases: Iterable[PurchaseOrder]) -> Counter[Purpose]:
    """Return the units that were ever bought by purchase orders for each line of an order, or are decided not to be."""
    bought = Counter[Purpose]()
    for purchase in purchases:
        for line in purchase.lines:
            for each in line.outstanding:
                bought[each.made_for.purpose(line.sku)] += each.needed
        for left in purchase.left_out:
            bought[left.purpose] += left.units
    return bought


def not_bought(needs: Iterable[Need], bought: Mapping[Purpose, int], in_transit: Goods) -> Iterator[Need]:
    """Yield what of the needs, which are beyond the stock, was never bought for them, nor is free in transit."""
    coming = Goods(in_transit)
    for line in by_line(needs):
        wanted = [need._replace(units=max(0, need.units - bought.get(need.purpose, 0))) for need in line]
        yield from (need for need in take_for(wanted, coming) if need.units)


def placed(
    needs: Iterable[Need],
    unfinished: Sequence[PurchaseOrder],
    products: Mapping[Sku, Product],
    sellers: Mapping[str, Supplier],
    now: datetime,
) -> PerOrderPurchases:
    """Place needs on units to come that are made for no order, then on drafts that collect, then on new ones.

    What is submitted to its supplier at once is on no draft that collects. What a supplier ships to a buyer is for no
    other order.
    """
    unfinished = [each for each in unfinished if not each.ships]
    after, rest = _with_claims(unfinished, needs)
    at_once = {name for name, each in sellers.items() if each.purchasing.per_order is PerOrder.SUBMIT}
    wanted = draft_needs(rest, products, sellers.keys(), now, at_once)
    after, drafts = collected(after, (each for each in wanted.drafts if each.supplier not in at_once))
    drafts = (*drafts, *(each for each in wanted.drafts if each.supplier in at_once))
    changed = ((was, purchase) for was, purchase in zip(unfinished, after, strict=True) if was != purchase)
    return PerOrderPurchases(tuple(changed), drafts, wanted.left_out)


def _with_claims(purchases: Iterable[PurchaseOrder], needs: Iterable[Need]) -> tuple[list[PurchaseOrder], list[Need]]:
    """Return the purchase orders with their free units named for needs, and what the needs still lack."""
    after, left = list(purchases), []
    for line in by_line(needs):
        rest = {need: need.units for need in line}
        for need, claim in claims(line, _free(after)):
            wanted = claim
            for place, purchase in enumerate(after):
                after[place], wanted = _claimed(purchase, wanted)
            rest[need] -= claim.units - wanted.units
        left += [need._replace(units=units) for need, units in rest.items() if units]
    return after, left


def _free(purchases: Iterable[PurchaseOrder]) -> Goods:
    """Return the units that purchase orders can name more lines of orders for."""
    free = Goods()
    for purchase in purchases:
        for line in purchase.lines:
            free[purchase.shelf(line)] += line.free if len(line.made_for) < MAX_MADE_FOR else 0
    return free


def _claimed(purchase: PurchaseOrder, need: Need) -> tuple[PurchaseOrder, Need]:
    """Return the purchase order with units of it named for a need at its shelf, and what the need still lacks.

    Units that another order does not want any more are taken from that one for good: it may want them again.
    """
    for line in purchase.lines:
        units = min(line.free, need.units)
        if units and purchase.shelf(line) == need.shelf and len(line.made_for) < MAX_MADE_FOR:
            given_up = max(0, units - (line.free - line.given_up))
            made_for = MadeFor(order=need.order, line=need.line, units=units, came_before=line.came)
            left = without_unneeded(line.made_for, given_up)
            purchase = purchase.with_line(line.replace(made_for=(*left, made_for)))
            need = need._replace(units=need.units - units)
    return purchase, need


def collected(
    purchases: Sequence[PurchaseOrder], drafts: Iterable[PurchaseDraft]
) -> tuple[list[PurchaseOrder], tuple[PurchaseDraft, ...]]:
    """Return purchase orders with the lines of drafts added to those that collect them, and drafts of the rest."""
    after, left = list(purchases), []
    for draft in drafts:
        rest = draft.lines
        for place, purchase in enumerate(after):
            if _collects(purchase, draft):
                after[place], rest = _with_lines(purchase, rest)
        if rest:
            left.append(draft.replace(lines=rest))
    return after, tuple(left)


def _collects(purchase: PurchaseOrder, draft: PurchaseDraft) -> bool:
    same = ("supplier", "warehouse", "currency")
    named = sum(len(line.made_for) for line in purchase.lines)
    is_new = purchase.collects and purchase.state is PurchaseState.NEW and named < MAX_NAMED
    return is_new and all(getattr(purchase, name) == getattr(draft, name) for name in same)


def _with_lines(purchase: PurchaseOrder, wanted: Iterable[WantedLine]) -> tuple[PurchaseOrder, tuple[WantedLine, ...]]:
    """Return the purchase order with lines, on those of the same product, and the lines that it has no room for."""
    left = []
    for line in wanted:
        after = _with_wanted(purchase, line)
        if after is None or exceeds_total((each.unit_cost, each.ordered) for each in after.lines):
            left.append(line)
        else:
            purchase = after
    return purchase, tuple(left)


def _with_wanted(purchase: PurchaseOrder, line: WantedLine) -> PurchaseOrder | None:
    """Return the purchase order with a line, on that of the same product; None if it has no room for it."""
    same = next((each for each in purchase.lines if each.sku == line.sku), None)
    if same is None and len(purchase.lines) < MAX_LINES:
        number = 1 + max(int(each.id) for each in purchase.lines)
        return purchase.replace(lines=(*purchase.lines, PurchaseLine.numbered(number, line)))
    if same and len(same.made_for) + len(line.made_for) <= MAX_MADE_FOR and same.ordered + line.ordered <= MAX_UNITS:
        after = _with_units(same, line)
        return purchase.with_line(after) if after.ordered >= same.ordered + _wanted(line) else None
    return None


def _wanted(line: WantedLine) -> int:
    """Return the units of a line without what whole cases and the minimum add."""
    return sum(each.units for each in line.made_for) + _for_stock(line)


def _for_stock(line: WantedLine) -> int:
    """Return the units of a line that are wanted for no order."""
    if isinstance(line, DraftedLine):
        return line.for_stock
    return 0 if line.made_for else line.ordered


def _with_units(line: PurchaseLine, more: WantedLine) -> PurchaseLine:
    """Return a line with more units, all on the terms of these: the supplier does not sell on those of before.

    They are expected on the later day of both; a person's stays where it is that.
    """
    expected_on = max(filter(None, (line.expected_on, more.expected_on)), default=None)
    is_a_persons = not line.lead_days and line.expected_on is not None and line.expected_on == expected_on
    lead_days = more.lead_days if isinstance(more, DraftedLine) and more.lead_days else line.lead_days
    return line.replace(
        expected_on=expected_on,
        lead_days=0 if is_a_persons else lead_days,
        for_stock=line.for_stock + _for_stock(more),
        ordered=whole_cases(line.ordered + _wanted(more), more.case_pack, more.minimum),
        made_for=(*line.made_for, *more.made_for),
        **{name: getattr(more, name) for name in ("unit_cost", "case_pack", "minimum", "supplier_sku")},
    )
