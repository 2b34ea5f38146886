"""Draft purchase orders for the lines that wait for stock."""

from collections.abc import Sequence
from datetime import UTC, datetime
from itertools import islice
from typing import NamedTuple

from packhorse.domain.orders.order import Flag, Order
from packhorse.domain.purchasing.drafting import drafted
from packhorse.domain.purchasing.purchase_order import PurchaseOrder
from packhorse.domain.purchasing.short_lines import NotBought, draft_needs, needs_of, uncovered
from packhorse.store import catalogue, configuration, orders, purchases, stock
from packhorse.store.backoff import retry_conflicts

MAX_SHORT_ORDERS = 1000
"""Oldest orders that are read; those behind them wait for the next request."""


class Bought(NamedTuple):
    """The drafts that were made, and what was left out."""

    drafts: tuple[PurchaseOrder, ...]
    left_out: tuple[NotBought, ...]


def buy_short_lines(request: str, who: str) -> Bought:
    """Draft purchase orders for what waits and is not on its way; at once again, nothing is left to draft.

    The numbers follow the one that was read first: if another purchase order is made meanwhile, all is read again.
    """
    done: list[PurchaseOrder] = []

    def draft() -> Bought:
        now, number = datetime.now(UTC), purchases.next_number()
        unfinished = list(purchases.unfinished())
        needs = list(needs_of(short_orders(), configuration.current().warehouses))
        available = stock.available({need.shelf for need in needs})
        missing = list(uncovered(needs, unfinished, available))
        found = draft_needs(missing, catalogue.find_products({need.shelf.sku for need in missing}), now)
        for index, each in enumerate(found.drafts):
            order = drafted(purchases.id_of(number + index), each, who, now)
            done.append(purchases.create(order, number + index, f"{request}#{number + index}", now))
        return Bought(tuple(done), found.left_out)

    return retry_conflicts(draft)


def short_orders() -> Sequence[Order]:
    """Return the oldest orders that wait for stock, oldest first."""
    keys = islice(orders.unfinished_orders(flag=Flag.BACKORDERED), MAX_SHORT_ORDERS)
    ids = list(map(orders.id_in_key, keys))
    found = orders.find_orders(ids)
    return [found[each] for each in ids if each in found]
