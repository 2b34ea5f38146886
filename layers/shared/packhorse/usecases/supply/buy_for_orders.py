"""Buy what orders lack of products that are bought per order, and give up what is not needed for orders any more."""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import NamedTuple
from uuid import uuid4

from packhorse.aws.telemetry import add_metric
from packhorse.domain.catalogue.product import ProductKind
from packhorse.domain.orders.order import Order
from packhorse.domain.purchasing.additions import added
from packhorse.domain.purchasing.drafting import PurchaseDraft, drafted
from packhorse.domain.purchasing.need import Need
from packhorse.domain.purchasing.per_order import ever_bought, may_be_bought_for, not_bought, placed
from packhorse.domain.purchasing.purchase_order import PurchaseOrder
from packhorse.domain.purchasing.short_lines import beyond_stock, bought_units, called
from packhorse.domain.purchasing.steps import submitted
from packhorse.domain.purchasing.to_supplier import to_send
from packhorse.domain.supply.purchasing import PerOrder
from packhorse.domain.supply.supplier import Supplier
from packhorse.domain.values import OrderId, Sku
from packhorse.messages.release import send_orders_to_buy_for, send_release
from packhorse.store import catalogue, configuration, orders, stock, suppliers
from packhorse.store.backoff import retry_conflicts
from packhorse.store.made_for import bought_writes, made_for, named_for, times_bought
from packhorse.store.purchases import PURCHASES
from packhorse.usecases.routing.others_to_come import units_to_take_over
from packhorse.usecases.supply.change_purchase import save_purchase
from packhorse.usecases.supply.follow_drop_ships import follow_drop_ships, has_drop_ships
from packhorse.usecases.supply.record_not_bought import needs_per_order, record_not_bought
from packhorse.usecases.supply.review_made_for import review_made_for
from packhorse.usecases.supply.short_lines import (
    available_in,
    check_still_there,
    in_transit_for,
    in_turn,
    unfinished_documents,
)

WHO = "packhorse"


class OrderWrite(NamedTuple):
    """An order as it was and is; what followed from an earlier change of it may be missing."""

    before: Order | None
    after: Order
    may_be_half_done: bool


def request_buying(written: Sequence[OrderWrite]) -> None:
    """Send a message about those of the orders for which something is to be bought, or not to be bought any more."""
    lacking = {each.after.id: _lacks(each.after) for each in written}
    served = {each.after.id: frozenset(_may_have_got(each)) for each in written}
    found = catalogue.find_products({sku for skus in (*lacking.values(), *served.values()) for sku in skus})
    per_order = {sku for sku, each in found.items() if each.bought_per_order}
    made_for_orders = {sku for sku, each in found.items() if each.bought_from or each.kind is ProductKind.BUILT}

    def is_concerned(each: OrderWrite) -> bool:
        is_bought_for = not per_order.isdisjoint(lacking[each.after.id])
        may_have_others = not made_for_orders.isdisjoint(served[each.after.id])
        has_others = may_have_others and (not each.may_be_half_done or bool(named_for([each.after.id])))
        return is_bought_for or has_others or _wants_other(each) or has_drop_ships(each.after)

    send_orders_to_buy_for(each.after.id for each in written if is_concerned(each))


def request_review() -> None:
    """Send messages about all orders that documents which are not over were made for: one may have been lost.

    Orders that came since may take over what no order needs of these documents.
    """
    documents = unfinished_documents()
    send_orders_to_buy_for(sorted({name for document in documents for name in document.made_for_orders}))
    send_release(units_to_take_over(documents))


def _lacks(order: Order) -> Collection[Sku]:
    """Return the skus that may be bought for the order."""
    return order.short_of if may_be_bought_for(order) else ()


def _may_have_got(order: OrderWrite) -> Iterator[Sku]:
    """Yield the skus that the order was short of, and of which it got units: others than those made for it, maybe.

    One that may be half done may have got all that it has.
    """
    if order.may_be_half_done:
        yield from (sku for line in order.after.lines if line.allocations for sku in line.recipe)
        return
    now = {line.id: line.unallocated for line in order.after.lines}
    for line in order.before.lines if order.before else ():
        if now.get(line.id, 0) < line.short:
            yield from line.recipe


def _wants_other(order: OrderWrite) -> bool:
    """Return whether a line that was there wants other units now; of one that may be half done any may do so."""
    after = order.after.lines
    if order.before is None or order.may_be_half_done:
        return any(line.cancelled or line.stated_item or line.stated_quantity is not None for line in after)
    now = {line.id: (line.quantity - line.cancelled, line.matched) for line in after}
    was = {line.id: (line.quantity - line.cancelled, line.matched) for line in order.before.lines}
    return any(now.get(name) != wanted for name, wanted in was.items())


def buy_for_orders(order_ids: Collection[OrderId]) -> None:
    """Give up what the orders do not need any more, and buy what they lack. Repeating it changes nothing.

    Where buying fails for one of them the orders say all the same what is not to come, and drop shipments are followed.
    """
    review_made_for(order_ids)
    try:
        retry_conflicts(lambda: _buy(order_ids))
    finally:
        record_not_bought(order_ids)
        follow_drop_ships(order_ids)


class _Buying(NamedTuple):
    """What the orders lack as it was read: how often they were bought for, the next number, and what takes more."""

    times: Counter[OrderId]
    number: int
    unfinished: list[PurchaseOrder]
    lacking: list[Need]


def _buy(order_ids: Collection[OrderId]) -> None:
    """Buy what the orders lack; each purchase order that is made or changed is done for good."""
    now = datetime.now(UTC)
    if not (read := _read(order_ids)):
        return
    times, number, unfinished, lacking = read
    sellers, numbers = suppliers.sellers(), called(lacking)
    products = catalogue.find_products({need.shelf.sku for need in lacking})
    found = placed(lacking, unfinished, products, sellers, now)
    wanting = frozenset(need.order for need in lacking)
    for before, after in found.changed:
        served = wanting & after.made_for_orders
        noted = after.with_entry(now, "bought for orders", WHO, added(before.lines, after.lines, numbers))
        save_purchase(before, noted, (), now, list(bought_writes(served, times, now)))
        times.update(served)
    for index, draft in enumerate(found.drafts):
        order = _new(PURCHASES.id_of(number + index), draft, numbers, sellers[draft.supplier], now)
        served = wanting & order.made_for_orders
        PURCHASES.create(order, number + index, uuid4().hex, now, list(bought_writes(served, times, now)))
        times.update(served)
    add_metric("BoughtForOrders", len(lacking))


def _read(order_ids: Collection[OrderId]) -> _Buying | None:
    """Read what the orders lack and what it may be written to; None if they lack nothing that is bought per order.

    What is written to is read before what was bought, and how often something was bought for each order before both:
    whoever bought meanwhile has changed it, and the write conflicts. And units are read where they are to come, then on
    the shelf, then in orders, the way that they go: none is missed. What is available is for the oldest
    orders, also for those that nothing is bought for.
    """
    shelves = {at for need in needs_per_order(orders.find_orders(order_ids).values()) for at in need.shelves}
    if not shelves:
        return None
    times = times_bought(order_ids)
    number, unfinished = PURCHASES.next_number(), sorted(PURCHASES.unfinished(), key=lambda each: each.created_at)
    made, there = made_for(PURCHASES, order_ids), stock.balances_at(shelves)
    found = orders.find_orders(order_ids)
    needs = [need for need in needs_per_order(found.values()) if need.shelf in shelves]
    ever, coming = ever_bought(made), in_transit_for(needs, there, unfinished)
    queue = in_turn(found, needs, available := available_in(there))
    check_still_there(there)
    bought = bought_units(unfinished) | {each: units for each, units in ever.items() if each.order in found}
    # What it lacks is bought for one warehouse: that something is at others, too, completes no line there.
    left = beyond_stock(queue, bought, available, bound=found)
    lacking = [need for need in left if need.order in found]
    return _Buying(times, number, unfinished, list(not_bought(lacking, ever, coming)))


def _new(
    name: str, draft: PurchaseDraft, numbers: Mapping[str, str], supplier: Supplier, now: datetime
) -> PurchaseOrder:
    """Return a new purchase order, submitted where the supplier's setting says so, else one that collects more."""
    order = drafted(name, draft, WHO, now, numbers)
    if supplier.purchasing.per_order is PerOrder.SUBMIT:
        new = submitted(order, WHO, now, configuration.current().day_at(order.warehouse, now))
        return to_send(new, now) if supplier.gets_purchases else new
    return order.replace(collects=True)
