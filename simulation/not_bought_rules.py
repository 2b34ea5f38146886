"""An order that lacks what is bought per order, of which nothing is there or to come, is an exception for a person."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterator

from simulation.books import Books
from simulation.opening import EAST, WEST
from simulation.order_documents import short, waits
from simulation.unneeded_rules import units_to_come

Units = Counter[str]
NOT_BOUGHT = "not_bought"


def faults_of_not_bought(books: Books, per_order: Collection[str]) -> Iterator[str]:
    """Yield the orders that wait in silence for products that are bought `per_order`, and exceptions without cause."""
    silent: defaultdict[str, Units] = defaultdict(Counter)
    for order_id, order in books.orders.items():
        said = {each["line"] for each in order.get("exceptions", ()) if each["cause"] == NOT_BOUGHT}
        wanted = +waits(order)
        # A line that every warehouse has rejected is short, and waits at none.
        if over := said - {line["id"] for line in order["lines"] if short(line) > 0}:
            yield f"order {order_id} lacks nothing, and is said to lack what is not bought: lines {over}"
        if said or not order.get("paid_at") or order.get("holds"):
            continue
        for sku in per_order:
            silent[sku][order_id] = wanted[sku, WEST]
    there, to_come = _units_there(books), units_to_come(books)
    for sku, units in silent.items():
        # Each counts what is there for itself, until the oldest has got it.
        moving = sum(books.transfers.in_transit((sku, place)) for place in (EAST, WEST))
        if units.total() > to_come[sku] + moving + len(+units) * there[sku]:
            yield f"orders {sorted(+units)} lack {sku}: {there[sku]} there, {to_come[sku]} to come, and no exception"


def _units_there(books: Books) -> Units:
    there: Units = Counter()
    for (sku, _), each in books.stock.items():
        there[sku] += max(0, each["available"])
    return there
