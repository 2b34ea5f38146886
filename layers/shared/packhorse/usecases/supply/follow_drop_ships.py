"""Keep purchase orders of what suppliers ship to buyers: one a fulfilment order, by a setting of the supplier."""

from collections.abc import Collection, Iterable, Mapping
from datetime import UTC, datetime, timedelta

from packhorse.domain.configuration.warehouse import WarehouseKind
from packhorse.domain.labels.label import FulfilmentRef
from packhorse.domain.orders.fulfilment_order import FulfilmentOrder
from packhorse.domain.orders.order import Order
from packhorse.domain.purchasing.drop_ship import (
    cancelled_as_moved,
    drop_ship_order,
    following,
    is_former,
    units_to_price,
)
from packhorse.domain.purchasing.purchase_order import PurchaseOrder
from packhorse.domain.supply.supplier import Supplier
from packhorse.domain.values import OrderId
from packhorse.store import catalogue, orders, suppliers
from packhorse.store.backoff import retry_conflicts
from packhorse.store.made_for import made_for
from packhorse.store.purchases import PURCHASES
from packhorse.usecases.supply.change_purchase import save_purchase

SHIPPED_LATELY = timedelta(days=7)
"""What shipped longer ago is older than the supplier's setting, if it has no purchase order."""


def has_drop_ships(order: Order) -> bool:
    """Return whether a supplier ships a part of the order to the buyer."""
    return any(each.kind is WarehouseKind.DROPSHIP for each in order.fulfilments)


def follow_drop_ships(order_ids: Collection[OrderId]) -> None:
    """Make what is missing, and have each be as its fulfilment order is. Repeating it changes nothing."""
    retry_conflicts(lambda: _follow(order_ids))


def purchase_numbers(supplier: Supplier, order_ids: Collection[OrderId]) -> Mapping[FulfilmentRef, str]:
    """Return the numbers of the purchase orders that follow fulfilment orders, where the supplier's files have them.

    What is missing is made: the file may go out before anything else has it made.
    """
    if not supplier.names_purchases:
        return {}
    follow_drop_ships(order_ids)
    made = made_for(PURCHASES, order_ids)
    return {each.ships: each.id for each in made if each.ships and each.supplier == supplier.id}


def _follow(order_ids: Collection[OrderId]) -> None:
    now = datetime.now(UTC)
    found = {name: order for name, order in orders.find_orders(order_ids).items() if has_drop_ships(order)}
    if not found:
        return
    number = PURCHASES.next_number()
    made = {each.ships: each for each in made_for(PURCHASES, found) if each.ships}  # of several the newest
    if any(each.cancelled_at for each in made.values()):  # a newer order may say so, which has none anew
        found = orders.find_orders(found)
    all_suppliers = suppliers.all_suppliers()
    for order in found.values():
        for each in order.fulfilments:
            ref = FulfilmentRef(order=order.id, fulfilment=each.number)
            supplier, before = _shipping(each, all_suppliers), made.get(ref)
            if before and not (supplier and is_former(before, supplier.id, each)):
                products = catalogue.find_products(units_to_price(order, each, before))
                _save(before, following(before, order, products, now), now)
                continue
            if before and supplier:
                _save(before, cancelled_as_moved(before, supplier.id, now), now)
            if supplier and supplier.purchasing.drop_ship and _is_to_have_one(each, now):
                products = catalogue.find_products(units_to_price(order, each, None))
                new = drop_ship_order(PURCHASES.id_of(number), supplier.id, order, each, products, now)
                PURCHASES.create(following(new, order, products, now), number, _request(ref, before), now)
                number += 1


def _save(before: PurchaseOrder, after: PurchaseOrder, at: datetime) -> None:
    if after != before:
        save_purchase(before, after, (), at)


def _request(ref: FulfilmentRef, former: PurchaseOrder | None) -> str:
    """Return the idempotency key by which the purchase order of a fulfilment order is made, one after a former one."""
    request = f"drop-ship#{ref.order}#{ref.fulfilment}"
    return f"{request}#{former.id}" if former else request


def _is_to_have_one(fulfilment: FulfilmentOrder, now: datetime) -> bool:
    """Return whether its supplier has it, or shipped some of it so lately that a message about that may be late."""
    if fulfilment.is_open:
        return not fulfilment.is_taken_back
    return any(each.shipped_at > now - SHIPPED_LATELY for each in fulfilment.reported_parcels)


def _shipping(fulfilment: FulfilmentOrder, all_suppliers: Iterable[Supplier]) -> Supplier | None:
    """Return the supplier that ships a fulfilment order: the one that was sent it, else its warehouse's."""
    for each in all_suppliers:
        is_next = not fulfilment.supplier and fulfilment.warehouse in each.warehouses
        if is_next or fulfilment.supplier == each.id:
            return each
    return None
