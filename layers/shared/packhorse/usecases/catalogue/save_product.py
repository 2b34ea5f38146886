"""Save a product, and serve the orders that waited for it."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from datetime import UTC, datetime
from itertools import islice
from typing import NamedTuple
from uuid import uuid4

from packhorse.domain.batching import batched
from packhorse.domain.catalogue import kits
from packhorse.domain.catalogue.barcode import spellings
from packhorse.domain.catalogue.product import Product, ProductKind
from packhorse.domain.errors import FieldError, NotNow, Rejected
from packhorse.domain.orders.matching import order_that_keeps
from packhorse.domain.values import Sku, WarehouseId
from packhorse.domain.work_orders.recipe import components_or_reason
from packhorse.domain.work_orders.work_order import WorkKind
from packhorse.messages.changes import send_product_change
from packhorse.messages.release import StockArrived, send_release
from packhorse.store import catalogue, configuration, orders, stock, suppliers
from packhorse.store.backoff import retry_conflicts
from packhorse.store.work_orders import WORK_ORDERS
from packhorse.usecases.catalogue.list_found import forget_found, list_found
from packhorse.usecases.catalogue.unmatched_listings import advance_waiting

MAX_WAITING = 5000
"""Oldest orders that wait for a product that are read when it becomes a kit, in the time of one request."""
READ_PAGE = 100
MAX_PARTS = 40
"""Products in a kit, at all depths: the transaction that writes the kit checks each of them."""


class SavedProduct(NamedTuple):
    """The product as it is stored, and what in it a person should read."""

    product: Product
    warnings: tuple[str, ...]


def save_product(sku: Sku, edit: Callable[[Product | None], Product]) -> SavedProduct:
    """Write a product, list it where a channel sells its sku, serve the orders that waited for it, and publish it.

    `edit` returns it as it is to be; it gets what is stored, None if nothing is, again where others saved meanwhile.
    The warnings are about warehouses and suppliers that it names in vain, and what cannot be built of it.
    """
    event = uuid4().hex
    before = _stock_of(sku)

    def checked(stored: Product | None) -> Product:
        new = edit(stored)
        _check(new, stored)
        _check_waiting(new, stored)
        return new

    new, is_unpublished = retry_conflicts(lambda: catalogue.edit_product(sku, checked, _check_components, event))
    listed = list_found(Sku(new.sku))
    advance_waiting(*_waits_served_by(new), *(f"listing#{channel}#{each.reference}" for channel, each in listed))
    _serve_short({*before, *_stock_of(Sku(new.sku))})
    if is_unpublished or listed:
        send_product_change(Sku(new.sku), event, datetime.now(UTC))
    if is_unpublished:
        catalogue.mark_product_published(new, event)
    forget_found(listed)
    return SavedProduct(new, tuple(_warnings(new)))


def _warnings(new: Product) -> Iterator[str]:
    config = configuration.current()
    if new.pinned_warehouse and (absent := config.absence(WarehouseId(new.pinned_warehouse))):
        yield f"it is pinned in vain: {absent}"
    for name in new.priorities:
        if absent := config.absence(WarehouseId(name)):
            yield f"its priorities name a warehouse in vain: {absent}"
    for name in new.bins:
        if WarehouseId(name) not in config.warehouses:
            yield f"it has a bin in vain: there is no warehouse {name}"
    yield from _supplier_warnings(new)
    yield from _building_warnings(new)


def _supplier_warnings(new: Product) -> Iterator[str]:
    named = new.supplier_skus or new.bought_from
    partners = {each.id: each for each in suppliers.all_suppliers()} if named else {}
    for name in new.supplier_skus.keys() - partners:
        yield f"it has a supplier's sku in vain: there is no supplier {name}"
    for name in dict.fromkeys(terms.supplier for terms in new.bought_from):
        if name not in partners:
            yield f"it cannot be bought: there is no supplier {name}"
        elif not partners[name].active:
            yield f"nothing is drafted for supplier {name}, who is not active"


def _building_warnings(new: Product) -> Iterator[str]:
    """Yield why the product, or one that is built of it, cannot be built: such a recipe is saved all the same."""
    changed = {Sku(new.sku), *(catalogue.kits_with(Sku(new.sku)) if new.is_kit else ())}
    products = catalogue.with_all_components(changed) if new.has_components else {}
    for sku in sorted(changed):
        if sku in products and products[sku].kind is ProductKind.BUILT:
            reason = components_or_reason(sku, products)
            if isinstance(reason, str):
                yield f"it cannot be built: {reason}" if sku == new.sku else f"{sku} cannot be built of it: {reason}"


def remove_product(sku: Sku) -> None:
    """Delete a product; raises NotNow while it is listed, a component, in stock, being built, or waited for."""
    if has_stock(sku):
        raise NotNow(f"{sku} has stock or units to come: set it to 0, and receive or cancel what is on order, first")
    if works := _that_build(sku):
        raise NotNow(f"{', '.join(works)} would have no recipe of {sku}: finish or cancel what builds it")
    if waiting := next(orders.orders_waiting_for(f"stock#{sku}"), None):
        raise NotNow(
            f"order {orders.id_in_key(waiting)} waits for stock of {sku}; cancel its line, or let it ship first"
        )
    retry_conflicts(lambda: catalogue.delete_product(sku))


def _check(new: Product, stored: Product | None) -> None:
    """Raise Rejected with all that is wrong with a product, without what was so before and is no reason to refuse."""
    warehouses = configuration.current().warehouses
    errors = [*_kind_errors(new, stored)]
    if new.pinned_warehouse and WarehouseId(new.pinned_warehouse) not in warehouses:
        errors.append(FieldError("pinned_warehouse", f"there is no warehouse {new.pinned_warehouse}"))
    errors += [*_taken_names(new, stored), *_buying_errors(new, stored)]
    missing = [name for name in new.priorities if WarehouseId(name) not in warehouses]
    errors += [FieldError("priorities", f"there is no warehouse {name}") for name in missing]
    if errors:
        raise Rejected("the product does not fit", errors)


def _kind_errors(new: Product, stored: Product | None) -> Iterator[FieldError]:
    was_kit = stored is not None and stored.is_kit  # what a void brought back since then is no reason to refuse an edit
    if new.is_kit and not was_kit and has_stock(Sku(new.sku)):
        yield FieldError("kind", "a kit has no stock of its own, and this product has some")
    was_built = stored is not None and stored.kind is ProductKind.BUILT
    if was_built and new.kind is not ProductKind.BUILT and (works := _that_build(new.sku)):
        yield FieldError("kind", f"{', '.join(works)} would have no recipe: finish or cancel what builds it")


def _taken_names(new: Product, stored: Product | None) -> Iterator[FieldError]:
    """Yield an error for each supplier's sku, and for a new barcode, that another product has."""
    for supplier, other in catalogue.other_products_of(new).items() if new.supplier_skus else ():
        yield FieldError(f"supplier_skus.{supplier}", f"{supplier} calls {other} that")
    if new.barcode and (stored is None or new.barcode != stored.barcode) and catalogue.is_barcode_of_another(new):
        yield FieldError("barcode", "another product has this barcode")


def _check_waiting(new: Product, stored: Product | None) -> None:
    """Raise NotNow if a product becomes a kit while a line waits for its stock, and would for good."""
    if not new.is_kit or stored is None or stored.is_kit:
        return
    waiting = orders.orders_waiting_for(f"stock#{new.sku}")
    for page in batched(map(orders.id_in_key, islice(waiting, MAX_WAITING)), READ_PAGE):
        if order := order_that_keeps(Sku(new.sku), orders.find_orders(page).values()):
            what_to_do = "let it ship first, or cancel what is left of its line"
            raise NotNow(f"order {order.id} waits for stock of {new.sku}, and a kit has none: {what_to_do}")


def _that_build(sku: str) -> list[str]:
    """Return the work orders that are to build a product and are not over, drafts that others await included."""
    return sorted(each.id for each in WORK_ORDERS.unfinished() if each.sku == sku and each.kind is WorkKind.BUILD)


def _buying_errors(new: Product, stored: Product | None) -> Iterator[FieldError]:
    """Yield what is wrong with the suppliers that sell a product, unless it was so before."""
    for index, terms in enumerate(new.bought_from):
        if terms.fault:
            field, problem = terms.fault
            yield FieldError(f"bought_from.{index}.{field}", problem)
    if new.bought_per_order and new.has_components:
        yield FieldError("bought_per_order", "what has components is not bought: set it on those")
    names = [terms.supplier for terms in new.bought_from]
    is_changed = stored is None or new.bought_from != stored.bought_from
    is_read = names and (is_changed or new.bought_per_order)
    existing = {each.id for each in suppliers.all_suppliers()} if is_read else set()
    errors = list(_supplier_errors(names, existing)) if is_changed else []
    yield from errors
    if new.bought_per_order and not new.has_components and not errors and not existing.intersection(names):
        yield FieldError("bought_from", "names no supplier that exists, and the product is bought per order")


def _supplier_errors(names: Sequence[str], existing: Set[str]) -> Iterator[FieldError]:
    for index, name in enumerate(names):
        if name not in existing:
            yield FieldError(f"bought_from.{index}.supplier", f"there is no supplier {name}")
        elif name in names[:index]:
            yield FieldError(f"bought_from.{index}.supplier", f"{name} sells it already, on other terms")


def _check_components(new: Product, parts: Mapping[Sku, Product]) -> None:
    """Raise Rejected if the product, or a kit that holds it, would have wrong or too many components."""
    if len(parts) > MAX_PARTS:
        raise Rejected("the product does not fit", [FieldError("components", f"more than {MAX_PARTS} products in it")])
    products = {**parts, Sku(new.sku): new}
    errors = list(kits.errors(new, products))
    holders = catalogue.kits_with(Sku(new.sku)) - {Sku(new.sku)}
    if holders and not errors:
        whole = {**catalogue.with_all_components(holders), **products}
        errors += [error for name in sorted(holders) for error in kits.errors(whole[name], whole)]
    if errors:
        raise Rejected("the product does not fit", list(dict.fromkeys(errors)))


def has_stock(sku: Sku) -> bool:
    """Return whether any of the sku is on hand, committed or incoming in a warehouse."""
    return any(balance.on_hand or balance.committed or balance.incoming for balance in stock.of_sku(sku))


def _waits_served_by(new: Product) -> Iterator[str]:
    """Yield the keys under which orders wait that the product may serve."""
    yield f"product#{new.sku}"
    for channel in configuration.current().channels:
        yield f"listing#{channel}#{new.sku}"
    for barcode in spellings(new.barcode) if new.barcode else ():
        yield f"barcode#{barcode}"
    if new.is_kit:
        yield f"stock#{new.sku}"


def _stock_of(sku: Sku) -> Iterable[Sku]:
    """Return the skus whose stock the product takes: of a kit its components, else its own."""
    return kits.recipe(sku, catalogue.with_components({sku}))


def _serve_short(skus: Iterable[Sku]) -> None:
    """Serve the orders that are short of the skus: a changed pin or other priorities may send them elsewhere.

    Orders keep the kit as it was when they came, so that those of before a changed recipe wait for the old components.
    """
    send_release(StockArrived(sku=sku) for sku in sorted(skus) if next(orders.orders_waiting_for(f"stock#{sku}"), ""))
