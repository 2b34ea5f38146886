"""An order that lacks what is bought per order, of which nothing is there or to come, is an exception for a person."""

from collections.abc import Collection, Iterator
from typing import Any

from simulation.books import Books, waits
from simulation.day import WEST
from simulation.unneeded_rules import units_to_come

NOT_BOUGHT = "not_bought"


def faults_of_not_bought(books: Books, per_order: Collection[str]) -> Iterator[str]:
    """Yield the orders that wait in silence for products that are bought `per_order`, and exceptions without cause."""
    to_come = units_to_come(books)
    for order_id, order in books.orders.items():
        said = {each["line"] for each in order.get("exceptions", ()) if each["cause"] == NOT_BOUGHT}
        if said and not _waits(order):
            yield f"order {order_id} waits for nothing, and is said to lack what is not bought: lines {said}"
        if said or not order.get("paid_at") or order.get("holds"):
            continue
        for sku, warehouse in _waits(order):
            if sku not in per_order or warehouse != WEST or to_come[sku]:
                continue
            if not any(place[0] == sku and each["available"] > 0 for place, each in books.stock.items()):
                yield f"order {order_id} waits for {sku}, none is there or to come, and no exception says so"


def _waits(order: Any) -> set[tuple[str, str]]:
    return {place for place, units in waits(order).items() if units > 0}
