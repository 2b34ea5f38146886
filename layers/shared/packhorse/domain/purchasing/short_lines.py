"""Draft purchase orders for what orders wait for: by supplier and warehouse, oldest order first.

What is available or on its way already is taken to be for the oldest orders; only the rest is bought.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple, Self

from packhorse.domain.batching import batched
from packhorse.domain.catalogue.product import Product, ProductKind
from packhorse.domain.configuration.configuration import Configuration
from packhorse.domain.configuration.warehouse import WarehouseKind
from packhorse.domain.numbered import Coming, Numbered
from packhorse.domain.orders.order import Order
from packhorse.domain.orders.order_line import OrderLine
from packhorse.domain.purchasing.case_pack import whole_cases
from packhorse.domain.purchasing.drafting import MAX_AT_ONCE, PurchaseDraft, drafts_of_lines
from packhorse.domain.purchasing.made_for import MAX_MADE_FOR, MadeFor, Purpose
from packhorse.domain.purchasing.need import Need, by_line, take_for
from packhorse.domain.purchasing.purchase_line import DraftedLine, WantedLine, day_expected
from packhorse.domain.purchasing.supply_terms import SupplyTerms
from packhorse.domain.stock.goods import Goods, Shelf
from packhorse.domain.values import OrderId, Sku, Value, WarehouseId

RECEIVING = frozenset({WarehouseKind.OWN, WarehouseKind.THIRD_PARTY})
"""Kinds of warehouses that purchase orders are delivered to, and where work orders build."""
WHY_NOT_DELIVERED: Mapping[WarehouseKind, str] = {
    WarehouseKind.FBA: "get some to a warehouse of yours, and send them to Amazon as a transfer order",
    WarehouseKind.DROPSHIP: "its supplier has to say that it has more",
}
"""What is to be done where a line may ship from such a warehouse only, which nothing is bought or built for."""
BUILT_HERE = "it is built here: draft work orders for it"
KIT_BY_NOW = "it is a kit by now, and no stock of it comes: cancel what is left of the line, and order it anew"


def called(needs: Iterable[Need]) -> dict[str, str]:
    """Return what people call the orders of needs, by their ids."""
    return {need.order: need.number for need in needs}


class NotDrafted(Value):
    """Units that an order waits for and that are not drafted, and why."""

    order: OrderId
    line: str
    sku: str
    units: int
    reason: str

    @classmethod
    def of(cls, need: Need, reason: str) -> Self:
        """Return all that a need lacks, as not drafted for a reason."""
        return cls(order=need.order, line=need.line, sku=need.shelf.sku, units=need.units, reason=reason)


class NotBought(NotDrafted):
    """Units that are not bought; what a work order lacks names that, and has no order and line."""

    work_order: str = ""

    @classmethod
    def of(cls, need: Need, reason: str) -> Self:
        """Return all that a need lacks, as not bought for a reason."""
        return super().of(need, reason).replace(work_order=need.work_order)


class ShortDrafts(NamedTuple):
    """Drafts, and what they leave out."""

    drafts: tuple[PurchaseDraft, ...]
    left_out: tuple[NotBought, ...]


def needs_of(orders: Iterable[Order], config: Configuration, *, everywhere: bool = False) -> Iterator[Need]:
    """Yield what the short lines of orders wait for, at one warehouse each: the first that suppliers can deliver to.

    Where lines are not to be split, a warehouse that has a part of the line already comes first. With `everywhere` a
    line that no supplier can deliver for, to any of its warehouses, has needs, too, at the first of these.
    """
    for order in orders:
        for line in order.lines:
            if line.short and not order.is_over:
                yield from _needs(order, line, config, everywhere)


def _needs(order: Order, line: OrderLine, config: Configuration, everywhere: bool) -> Iterator[Need]:
    places = [name for name in line.awaited if name in config.warehouses]
    at = [name for name in places if config.warehouses[name].kind in RECEIVING]
    if everywhere and not at:
        at = places
    if not at:
        return
    held = Counter[WarehouseId]() if config.account.split_lines else _held(order, line)
    warehouse = next((name for name in at if held[name]), at[0])
    others = tuple(name for name in line.awaited if name != warehouse)
    whole = 1 if config.account.split_lines else line.short + held.total()
    for sku, per_unit in line.recipe.items():
        yield Need(
            order.id,
            line.id,
            Shelf(sku, warehouse),
            line.short * per_unit,
            others,
            order.number or order.channel_order_id,
            per_unit=per_unit,
            whole=whole * per_unit,
            parts=len(line.recipe),
        )


def why_not_delivered(need: Need, config: Configuration) -> str | None:
    """Return why nothing is bought or built for a need: none of its warehouses can be delivered to; None if one can."""
    places = [config.warehouses[each.warehouse] for each in need.shelves if each.warehouse in config.warehouses]
    if any(each.kind in RECEIVING for each in places):
        return None
    todo = "; ".join(WHY_NOT_DELIVERED[kind] for kind in dict.fromkeys(each.kind for each in places))
    return f"its line may ship only from {', '.join(each.id for each in places)}: {todo}"


def _held(order: Order, line: OrderLine) -> "Counter[WarehouseId]":
    """Return the units of a line by warehouse that are allocated and not handed over."""
    held = Counter({part.warehouse: part.quantity for part in line.allocations})
    for each in order.fulfilments:
        held[each.warehouse] -= (each.wanted if each.is_open else each.shipped)[line.id]
    return +held


def bought_units(purchases: Iterable[Numbered]) -> Counter[Purpose]:
    """Return the units that are to come by documents for each line of an order."""
    bought = Counter[Purpose]()
    for shelf, _, parts in (each for purchase in purchases for each in purchase.coming):
        for made_for, needed, _ in parts:
            bought[made_for.purpose(shelf.sku)] += needed
    return bought


def beyond_stock(
    queue: Iterable[Need],
    bought: Mapping[Purpose, int],
    available: Goods,
    bound: Collection[OrderId] = (),
) -> Iterator[Need]:
    """Yield the needs of a queue without what is available for them: each unit is for the oldest order that lacks it.

    What is bought for an order is not lacking. `bound` are orders that take only what is where they are bought for.
    """
    free = Goods(available)
    for needs in by_line(queue):
        lacking = [need._replace(units=max(0, need.units - bought.get(need.purpose, 0))) for need in needs]
        if needs[0].order in bound:
            lacking = [need.bound_to(need.shelf, need.units) for need in lacking]
        for need, before, after in zip(needs, lacking, take_for(lacking, free), strict=True):
            yield need._replace(units=need.units - (before.units - after.units))


class Coverage(NamedTuple):
    """What needs lack beyond what is there or is coming, and what of that they leave."""

    lacking: tuple[Need, ...]
    free: Goods


def covered(needs: Sequence[Need], coming: Iterable[Coming], available: Goods) -> Coverage:
    """Return the uncovered rest of the needs, oldest first, and the rest of the units that cover them: coming or stock.

    Units cover first the lines that they are made for, as far as these still wait, then the oldest ones. What comes to
    any warehouse that a line may ship from covers it, of kits and whole lines as `take_for` says.
    """
    waits = Counter({need.purpose: need.units for need in needs})
    fits = {(need.order, need.line, shelf) for need in needs for shelf in need.shelves}
    free = Goods(available)
    for shelf, units, parts in coming:
        for made_for, needed, _ in parts:
            if (made_for.order, made_for.line, shelf) in fits:
                purpose = made_for.purpose(shelf.sku)
                taken = min(units, needed, waits[purpose])
                waits[purpose] -= taken
                units -= taken
        free[shelf] += units
    lacking = []
    for line in by_line(needs):
        left = take_for([need._replace(units=waits[need.purpose]) for need in line], free)
        lacking += [need for need in left if need.units]
    return Coverage(tuple(lacking), free)


def up_to(most: int, needs: Iterable[Need]) -> Iterator[Need]:
    """Yield needs, oldest first, as far as so many units reach: a document takes no more, the next one the rest."""
    for need in needs:
        if units := min(need.units, most):
            yield need._replace(units=units)
            most -= units


def draft_needs(
    needs: Iterable[Need],
    products: Mapping[Sku, Product],
    suppliers: Collection[str],
    now: datetime,
    at_once: Collection[str] = (),
) -> ShortDrafts:
    """Return drafts of what is needed, by the first of each product's that is among the `suppliers`, and the rest.

    Drafts for the suppliers `at_once` are submitted as they are made: they are smaller.
    """
    bought: defaultdict[tuple[str, WarehouseId, str], defaultdict[Sku, list[Need]]] = defaultdict(
        lambda: defaultdict(list)
    )
    left_out = []
    for need in needs:
        terms = _terms(products.get(need.shelf.sku), suppliers)
        if isinstance(terms, str):
            left_out.append(NotBought.of(need, terms))
            continue
        bought[(terms.supplier, need.shelf.warehouse, terms.price.currency)][need.shelf.sku].append(need)
    drafts: list[PurchaseDraft] = []
    for (supplier, warehouse, currency), by_sku in sorted(bought.items()):
        lines = [line for sku, found in sorted(by_sku.items()) for line in _lines(products[sku], supplier, found, now)]
        given = {"supplier": supplier, "warehouse": warehouse, "currency": currency}
        most = MAX_AT_ONCE if supplier in at_once else None
        drafts += drafts_of_lines({**given, "internal_note": "for orders that wait"}, lines, most)
    return ShortDrafts(tuple(drafts), tuple(left_out))


def _terms(product: Product | None, suppliers: Collection[str]) -> SupplyTerms | str:
    """Return the terms on which a product is bought, or why it cannot be."""
    if product and product.kind is ProductKind.BUILT:
        return BUILT_HERE
    if product and product.is_kit:
        return KIT_BY_NOW
    if product is None or not product.bought_from:
        return "no supplier sells it: name one in the product's `bought_from`"
    if found := next((each for each in product.bought_from if each.supplier in suppliers), None):
        return f"the terms of {found.supplier} make no line: {found.fault[1]}" if found.fault else found
    absent = ", ".join(dict.fromkeys(each.supplier for each in product.bought_from))
    return f"its `bought_from` names no supplier that exists and is active: {absent}"


def why_not_bought(product: Product | None, suppliers: Collection[str]) -> str | None:
    """Return why a product cannot be bought, None if one of the suppliers sells it."""
    terms = _terms(product, suppliers)
    return terms if isinstance(terms, str) else None


def _lines(product: Product, supplier: str, needs: Sequence[Need], now: datetime) -> Iterator[WantedLine]:
    """Yield lines of a product that name all of the needs; more lines of orders than one names take several."""
    terms = next(each for each in product.bought_from if each.supplier == supplier)
    for part in batched(up_to(terms.most, needs), MAX_MADE_FOR):
        yield _line(product, terms, part, now)


def _line(product: Product, terms: SupplyTerms, needs: Sequence[Need], now: datetime) -> WantedLine:
    wanted = sum(need.units for need in needs)
    made_for = tuple(MadeFor(order=need.order, line=need.line, units=need.units) for need in needs if need.order)
    return DraftedLine(
        sku=product.sku,
        ordered=whole_cases(wanted, terms.case_pack, terms.minimum),
        case_pack=terms.case_pack,
        minimum=terms.minimum,
        unit_cost=terms.price,
        supplier_sku=product.supplier_skus.get(terms.supplier, ""),
        expected_on=day_expected(terms.lead_days, now.date()),
        lead_days=terms.lead_days,
        made_for=made_for,
        for_stock=wanted - sum(each.units for each in made_for),
    )
