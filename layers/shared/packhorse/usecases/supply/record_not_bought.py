"""Record on orders what they lack of products that are bought per order, and that is not to come."""

from collections.abc import Collection, Iterable
from datetime import UTC, datetime

from packhorse.domain.orders.change import Change
from packhorse.domain.orders.order import Order
from packhorse.domain.orders.status import with_status
from packhorse.domain.problem import Cause
from packhorse.domain.purchasing.need import Need
from packhorse.domain.purchasing.not_bought import not_to_come, with_not_bought
from packhorse.domain.purchasing.per_order import may_be_bought_for
from packhorse.domain.purchasing.short_lines import needs_of
from packhorse.domain.values import OrderId
from packhorse.store import catalogue, configuration, orders, suppliers
from packhorse.store.backoff import retry_conflicts
from packhorse.store.commit import Write, commit_one
from packhorse.store.made_for import made_for
from packhorse.store.purchases import PURCHASES
from packhorse.usecases.supply.short_lines import not_on_their_way_to_some, unfinished_documents

WHO = "packhorse"


def needs_per_order(found: Iterable[Order]) -> list[Need]:
    """Return what orders lack of products that are bought per order."""
    needs = list(needs_of(filter(may_be_bought_for, found), configuration.current()))
    products = catalogue.find_products({need.shelf.sku for need in needs})
    return [need for need in needs if need.shelf.sku in products and products[need.shelf.sku].bought_per_order]


def record_not_bought(order_ids: Collection[OrderId]) -> None:
    """Open an exception for each line of the orders that waits for nothing, and end those that are over."""
    if _are_concerned(orders.find_orders(order_ids).values()):
        retry_conflicts(lambda: _record(order_ids))


def are_bought_for(order_ids: Collection[OrderId]) -> bool:
    """Return whether all that the orders lack and is bought per order is to come, or is an exception of its order."""
    return retry_conflicts(lambda: _are_bought_for(order_ids))


def _are_bought_for(order_ids: Collection[OrderId]) -> bool:
    documents, found = unfinished_documents(), orders.find_orders(order_ids)
    needs = needs_per_order(found.values())
    lacking = not_on_their_way_to_some(found, needs, documents) if needs else ()
    return all(_has_not_bought(found[need.order], need.line) for need in lacking)


def _has_not_bought(order: Order, line: str) -> bool:
    return any(each.cause == Cause.NOT_BOUGHT and each.line == line for each in order.exceptions)


def _are_concerned(found: Collection[Order]) -> bool:
    """Return whether any of the orders lacks something, or was said to."""
    said = any(each.cause == Cause.NOT_BOUGHT for order in found for each in order.exceptions)
    return said or bool(needs_per_order(found))


def _record(order_ids: Collection[OrderId]) -> None:
    """Read documents, then orders, then shelves, the way that units go, and write to the orders as they were read."""
    documents, found = unfinished_documents(), orders.find_orders(order_ids)
    lacking = list(not_on_their_way_to_some(found, needs_per_order(found.values()), documents))
    products = catalogue.find_products({need.shelf.sku for need in lacking})
    sellers = suppliers.sellers() if lacking else {}
    made = made_for(PURCHASES, {need.order for need in lacking})
    left = list(not_to_come(lacking, made, products, sellers))
    now = datetime.now(UTC)
    for order in found.values():
        after = with_not_bought(order, [each for each in left if each.order == order.id], now)
        if after != order:
            commit_one(Write(Change(with_status(after, now, WHO)), order, WHO), now)
