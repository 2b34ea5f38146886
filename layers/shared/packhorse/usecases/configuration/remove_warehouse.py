"""Remove a warehouse that holds no stock and that no product, channel, rule or person names."""

from collections.abc import Iterator
from itertools import chain, islice

from packhorse.domain.catalogue.product import Product
from packhorse.domain.configuration.configuration import Configuration
from packhorse.domain.errors import FieldError, NotFound, NotNow, Rejected
from packhorse.domain.values import WarehouseId
from packhorse.store import catalogue, configuration, purchases, stock, suppliers, transfers, work_orders
from packhorse.store.users import who_works_at
from packhorse.usecases.amazon.schedule_exchanges import end_exchanges
from packhorse.usecases.configuration import reconfigure
from packhorse.usecases.configuration.forget_removed import OF_WAREHOUSE, forget

MAX_NAMED = 10
"""Products, or people, that an error names at most."""


def remove_warehouse(warehouse: WarehouseId, who: str) -> Configuration:
    """Remove a warehouse in the name of `who`; raises NotNow with what still uses it."""
    if warehouse not in configuration.current().warehouses:
        raise NotFound(f"there is no warehouse {warehouse}")
    if stock.holds_any(warehouse):
        raise NotNow(f"warehouse {warehouse} has stock, or units are to come to it; set it inactive instead")
    unfinished = chain.from_iterable(each.unfinished_at(warehouse) for each in (purchases, transfers, work_orders))
    if named := ", ".join(islice(unfinished, MAX_NAMED)):
        raise NotNow(f"purchase orders, transfer orders or work orders name warehouse {warehouse}: {named}")
    products = islice(catalogue.products_pinned_to(warehouse), MAX_NAMED)
    if errors := [_pointing(product, warehouse) for product in products]:
        raise NotNow(f"products ship from warehouse {warehouse}", errors)
    # Another warehouse that is called like it later would be theirs.
    if workers := [FieldError("warehouses", f"{each.email}: take it away first") for each in who_works_at(warehouse)]:
        raise NotNow(f"people work at warehouse {warehouse}", workers[:MAX_NAMED])
    if supplier := suppliers.supplier_of(warehouse):
        raise NotNow(f"supplier {supplier.id} ships the orders of warehouse {warehouse}: take it from its `warehouses`")
    try:
        after = reconfigure.save(lambda before: before.without_warehouse(warehouse), who)
    except Rejected as error:
        raise NotNow(f"warehouse {warehouse} is still named elsewhere", error.errors) from error
    forget(warehouse, OF_WAREHOUSE)
    end_exchanges(warehouse)
    return after


def pin_warnings(warehouse: WarehouseId) -> Iterator[str]:
    """Yield a warning for each product that names an inactive warehouse, for MAX_NAMED of them."""
    for product in islice(catalogue.products_pinned_to(warehouse), MAX_NAMED):
        named = "is pinned to" if product.pinned_warehouse == warehouse else "has in its priorities"
        yield f"product {product.sku} {named} {warehouse}, which is inactive"


def _pointing(product: Product, warehouse: WarehouseId) -> FieldError:
    field = "pinned_warehouse" if product.pinned_warehouse == warehouse else "priorities"
    return FieldError(field, f"{product.sku}: let it ship from elsewhere first")
