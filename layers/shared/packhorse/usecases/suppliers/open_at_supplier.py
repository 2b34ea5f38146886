"""Find what is with a supplier and not over, wherever the configuration says that orders go by now."""

from collections import Counter
from collections.abc import Collection, Iterator
from datetime import datetime
from typing import NamedTuple

from packhorse.domain.plural import agree, plural
from packhorse.domain.purchasing.purchase_order import PurchaseOrder
from packhorse.domain.purchasing.to_supplier import is_to_be_sent
from packhorse.domain.supply.sending import was_sent_to
from packhorse.domain.supply.supplier import Supplier
from packhorse.store.purchases import PURCHASES
from packhorse.store.row_search import RowFilter, rows_with_fulfillers


class OpenAtSupplier(NamedTuple):
    """How many fulfilment orders a supplier has, how many of its warehouses it is still to get; and of purchase orders.

    Purchase orders that follow fulfilment orders are counted by these.
    """

    fulfilments: int = 0
    waiting: int = 0
    purchases: int = 0
    purchases_waiting: int = 0

    @property
    def is_with_it(self) -> bool:
        """Whether the supplier has anything."""
        return bool(self.fulfilments or self.purchases)

    @property
    def words_of_sent(self) -> str:
        """What it has, for people; empty if that is nothing."""
        return _words(self.fulfilments, self.purchases)

    @property
    def words_of_waiting(self) -> str:
        """What waits to be sent to it, for people, `2 fulfilment orders wait`; empty if that is nothing."""
        verb = agree(self.waiting + self.purchases_waiting, "waits", "wait")
        return f"{words} {verb}" if (words := _words(self.waiting, self.purchases_waiting)) else ""


def count_open(supplier: Supplier, now: datetime) -> OpenAtSupplier:
    """Count what is not over of a supplier; the rows that are counted may be those of a moment ago."""
    rows = list(rows_with_fulfillers(RowFilter(now=now)))
    bought = list(_open_purchases(supplier))
    waiting = sum(map(is_to_be_sent, bought))
    return OpenAtSupplier(
        fulfilments=sum(was_sent_to(row, supplier) for row in rows),
        waiting=sum(row.batch is None and row.warehouse in supplier.warehouses for row in rows),
        purchases=len(bought) - waiting,
        purchases_waiting=waiting,
    )


def staying_elsewhere(new: Supplier, now: datetime) -> Iterator[str]:
    """Yield for people what stays with a supplier though others ship the orders of its warehouse, and the reverse."""
    staying: Counter[tuple[str, str]] = Counter()
    for row in rows_with_fulfillers(RowFilter(now=now)):
        is_its, is_next = row.supplier == new.id, row.warehouse in new.warehouses
        if row.supplier and row.warehouse and is_its != is_next:
            staying[row.supplier, row.warehouse] += 1
    for (supplier, warehouse), count in sorted(staying.items()):
        yield f"supplier {supplier} keeps {_words(count)} of warehouse {warehouse} until they are over"


def waiting_at(warehouses: Collection[str], now: datetime) -> "Counter[str]":
    """Return how many fulfilment orders of each of the warehouses no file has."""
    rows = rows_with_fulfillers(RowFilter(now=now))
    waiting = (row.warehouse for row in rows if row.warehouse and row.batch is None)
    return Counter(place for place in waiting if place in warehouses)


def _open_purchases(supplier: Supplier) -> Iterator[PurchaseOrder]:
    """Yield the purchase orders that a supplier has, or is to get; people may have written to it about them."""
    return (order for order in PURCHASES.unfinished() if order.supplier == supplier.id and order.is_open)


def _words(fulfilments: int, purchases: int = 0) -> str:
    counts = (fulfilments, "fulfilment order"), (purchases, "purchase order")
    return " and ".join(plural(count, name) for count, name in counts if count)
