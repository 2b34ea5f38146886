"""Draft purchase orders for the lines that wait for stock."""

from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import chain, islice
from typing import NamedTuple

from packhorse.domain.orders.order import Flag, Order
from packhorse.domain.purchasing.drafting import drafted
from packhorse.domain.purchasing.purchase_order import PurchaseOrder
from packhorse.domain.purchasing.short_lines import NotBought, draft_needs, needs_of, uncovered
from packhorse.store import catalogue, configuration, orders, stock, suppliers, transfers
from packhorse.store.backoff import retry_conflicts
from packhorse.store.purchases import PURCHASES

MAX_SHORT_ORDERS = 5000
"""Oldest orders that are read, in the time of one request; those behind them are read once some of these are served."""
MAX_NEEDS = 10_000
"""Needs that one request drafts or leaves out: its answer stays well below the 6 MB of Lambda."""
READ_PAGE = 100


class Bought(NamedTuple):
    """The drafts that were made, what was left out, and whether younger orders wait that were not read."""

    drafts: tuple[PurchaseOrder, ...]
    left_out: tuple[NotBought, ...]
    more_wait: bool


def buy_short_lines(request: str, who: str) -> Bought:
    """Draft purchase orders for what waits and is not on its way; at once again, nothing is left to draft.

    The numbers follow the one that was read first: if another purchase order is made meanwhile, all is read again.
    """
    done: list[PurchaseOrder] = []

    def draft() -> Bought:
        now, number = datetime.now(UTC), PURCHASES.next_number()
        unfinished = list(PURCHASES.unfinished())
        waiting = orders.unfinished_orders(flag=Flag.BACKORDERED)
        needed = needs_of(read_orders(islice(waiting, MAX_SHORT_ORDERS)), configuration.current().warehouses)
        needs = list(islice(needed, MAX_NEEDS))
        there = stock.available({need.shelf for need in needs})
        there.update(transfers.on_their_way())
        missing = list(uncovered(needs, unfinished, there))
        products = catalogue.find_products({need.shelf.sku for need in missing})
        found = draft_needs(missing, products, {each.id for each in suppliers.all_suppliers()}, now)
        for index, each in enumerate(found.drafts):
            order = drafted(PURCHASES.id_of(number + index), each, who, now)
            done.append(PURCHASES.create(order, number + index, f"{request}#{number + index}", now))
        return Bought(tuple(done), found.left_out, more_wait=next(chain(needed, waiting), None) is not None)

    return retry_conflicts(draft)


def read_orders(keys: Iterator[str]) -> Iterator[Order]:
    """Yield the orders of sort keys in their sequence, read page by page."""
    while page := list(map(orders.id_in_key, islice(keys, READ_PAGE))):
        found = orders.find_orders(page)
        yield from (found[each] for each in page if each in found)
