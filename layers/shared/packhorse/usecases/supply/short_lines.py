"""What the lines of orders wait for that is neither there nor on its way, for whoever buys or builds it."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from itertools import chain, islice, takewhile
from typing import NamedTuple

from packhorse.domain.batching import batched
from packhorse.domain.catalogue.product import Product
from packhorse.domain.configuration.account import Backorders
from packhorse.domain.errors import Conflict
from packhorse.domain.numbered import Coming, Numbered
from packhorse.domain.orders.order import Flag, Order
from packhorse.domain.purchasing.need import Need
from packhorse.domain.purchasing.per_order import free_in_transit
from packhorse.domain.purchasing.purchase_order import PurchaseOrder
from packhorse.domain.purchasing.short_lines import (
    Coverage,
    beyond_stock,
    bought_units,
    covered,
    needs_of,
    why_not_delivered,
)
from packhorse.domain.still_coming import still_coming
from packhorse.domain.stock.goods import Goods, Shelf
from packhorse.domain.values import OrderId, Sku
from packhorse.domain.work_orders.nesting import not_awaited
from packhorse.domain.work_orders.work_order import WorkOrder
from packhorse.store import catalogue, configuration, orders, stock, transfers
from packhorse.store.order_search import placed_key
from packhorse.store.purchases import PURCHASES
from packhorse.store.work_orders import WORK_ORDERS

MAX_SHORT_ORDERS = 5000
"""Oldest orders that are read, in the time of one request; those behind them are read once some of these are served."""
MAX_NEEDS = 10_000
"""Needs that one request drafts or leaves out: its answer stays well below the 6 MB of Lambda."""
READ_PAGE = 100


Document = PurchaseOrder | WorkOrder


class Missing(NamedTuple):
    """What is missing, oldest order first, its products, and whether younger orders wait that were not read.

    `undeliverable` is missing, too, of lines that may ship only from warehouses which nothing is bought or built for.
    `documents` bring what is not missing; `free` of what they bring, and of what is available on the shelves `counted`,
    is for no order.
    """

    needs: tuple[Need, ...]
    undeliverable: tuple[tuple[Need, str], ...]
    products: dict[Sku, Product]
    more_wait: bool
    documents: tuple[Document, ...]
    free: Goods
    counted: frozenset[Shelf]


def missing_units() -> Missing:
    """Return what orders wait for and no document brings; what is drafted already counts as on its way.

    Documents are read first, then orders, then shelves, the way that units go: none is counted as missing meanwhile.
    """
    documents = unfinished_documents()
    waiting = orders.unfinished_orders(flag=Flag.BACKORDERED)
    needed = _needs_of_oldest(waiting, everywhere=True)
    needs = list(islice(needed, MAX_NEEDS))
    balances = _balances_of(needs)
    lacking, free = on_their_way(needs, balances, documents)
    products = catalogue.find_products({need.shelf.sku for need in lacking})
    more_wait = next(chain(needed, waiting), None) is not None
    reasons = [(need, why_not_delivered(need, configuration.current())) for need in lacking]
    undeliverable = tuple((need, reason) for need, reason in reasons if reason)
    wanted = tuple(need for need, reason in reasons if not reason)
    return Missing(wanted, undeliverable, products, more_wait, tuple(documents), free, frozenset(balances))


def unfinished_documents() -> list[Document]:
    """Return the purchase orders and work orders that are not over, drafts too: units of them may come."""
    return [*PURCHASES.unfinished(), *WORK_ORDERS.unfinished()]


def on_their_way(
    needs: Sequence[Need], balances: Mapping[Shelf, stock.Balance], documents: Collection[Document]
) -> Coverage:
    """Return what of the needs of all orders that wait is not available, not in transit and not in these documents.

    The documents were read before.
    """
    there = _there(balances, documents)
    there.update(transfers.on_their_way())
    return covered(needs, still_coming(documents, needs), there)


def not_on_their_way_to_some(
    found: Mapping[OrderId, Order], needs: Sequence[Need], documents: Collection[Numbered]
) -> Iterator[Need]:
    """Yield the same of the needs of the orders found: what others need of all that comes, or get first, is theirs.

    What is to come and is for no order by name is for the oldest. Raises Conflict where that may be another one by now.
    """
    balances, named = _balances_of(needs), bought_units(documents)
    there = _there(balances, documents)
    counting = {shelf for need in needs if named[need.purpose] < need.units for shelf in need.shelves}
    free = Goods(each.shelf for each in _coming(documents) if each.without_others(()).units > 0)
    queue = in_turn(found, needs, there + Goods({shelf: free[shelf] for shelf in counting}))
    check_still_there(balances)
    lacking = list(beyond_stock(queue, named, there))
    in_queue = {need.order for need in queue}
    coming = (each.without_others(in_queue) for each in _coming(documents))
    left = covered(lacking, coming, in_transit_for(queue, balances, documents)).lacking
    return (need for need in left if need.order in found)


def in_turn(found: Mapping[OrderId, Order], needs: Sequence[Need], there: Goods) -> list[Need]:
    """Return the needs of the orders found and of older orders that take what is there first, oldest order first.

    Others are read only where any is there.
    """
    contested = {need.shelf.sku for need in needs if any(there[shelf] > 0 for shelf in need.shelves)}
    older = _older_than(found, contested) if contested else []
    place = {each.id: placed_key(each) for each in (*found.values(), *older)}
    of_others = needs_of(older, configuration.current()) if older else ()
    return sorted([*needs, *of_others], key=lambda need: place[need.order])


def check_still_there(balances: Mapping[Shelf, stock.Balance]) -> None:
    """Raise Conflict if what was available by these balances is not as it was: an order may have taken it meanwhile.

    Orders that were read after the balances do not wait for what they took, and it would count for others.
    """
    contested = [shelf for shelf, each in balances.items() if each.available > 0]
    if contested and available_in(stock.balances_at(contested)) != available_in({at: balances[at] for at in contested}):
        raise Conflict("what is available changed meanwhile")


def _older_than(found: Mapping[OrderId, Order], skus: Collection[Sku]) -> list[Order]:
    """Return the other orders that wait for any of the skus and are older than the youngest of those found."""
    last = max(map(placed_key, found.values()))
    waiting = orders.orders_waiting_for(*(f"stock#{sku}" for sku in sorted(skus)))
    read = read_orders(islice(takewhile(lambda key: key <= last, waiting), MAX_SHORT_ORDERS))
    return [each for each in read if each.id not in found]


def _balances_of(needs: Iterable[Need]) -> Mapping[Shelf, stock.Balance]:
    return stock.balances_at({shelf for need in needs for shelf in need.shelves})


def _there(balances: Mapping[Shelf, stock.Balance], documents: Iterable[Numbered]) -> Goods:
    """Return what is available, and what nested work orders build that nothing awaits any more."""
    there = available_in(balances)
    there.update(not_awaited([each for each in documents if isinstance(each, WorkOrder)]))
    return there


def _coming(documents: Iterable[Numbered]) -> Iterator[Coming]:
    return (each for document in documents for each in document.coming)


def available_in(balances: Mapping[Shelf, stock.Balance]) -> Goods:
    """Return what is available by these balances."""
    return Goods({shelf: each.available for shelf, each in balances.items()})


def in_transit_for(
    needs: Sequence[Need], balances: Mapping[Shelf, stock.Balance], documents: Iterable[Numbered]
) -> Goods:
    """Return the units in transit that no orders but those with these needs wait for."""
    in_transit = Goods({shelf: each.in_transit for shelf, each in balances.items()})
    waiting = waiting_at([each for each in balances.values() if each.in_transit])
    return free_in_transit(in_transit, waiting, needs, (each for each in documents if isinstance(each, PurchaseOrder)))


def waiting_at(balances: Collection[stock.Balance]) -> Goods:
    """Return the units that orders wait for on these shelves: what these count, or what the orders say."""
    if shelves_count_waiting():
        return Goods({each.shelf: each.waiting for each in balances})
    return waiting_units({each.shelf.sku for each in balances})


def shelves_count_waiting() -> bool:
    """Return whether shelves count what orders wait for: only where that is kept for the oldest one."""
    return configuration.current().account.backorders is Backorders.OLDEST_FIRST


def all_waiting_units() -> Goods:
    """Return the units of all products that orders wait for, as `waiting_units` does."""
    found = Goods()
    for need in _needs_of_oldest(orders.unfinished_orders(flag=Flag.BACKORDERED)):
        found[need.shelf] += need.units
    return found


def waiting_units(skus: Collection[Sku]) -> Goods:
    """Return the units of these products that orders wait for, each at the one warehouse it is bought for.

    Shelves count a unit at every warehouse that its line may ship from. Of very many orders, the oldest are read.
    """
    if not skus:
        return Goods()
    found = Goods()
    for need in _needs_of_oldest(orders.orders_waiting_for(*(f"stock#{sku}" for sku in skus))):
        found[need.shelf] += need.units
    return found


def _needs_of_oldest(waiting: Iterator[str], *, everywhere: bool = False) -> Iterator[Need]:
    """Yield what the first of these orders need; the others stay in the iterator."""
    found = read_orders(islice(waiting, MAX_SHORT_ORDERS))
    return needs_of(found, configuration.current(), everywhere=everywhere)


def read_orders(keys: Iterator[str]) -> Iterator[Order]:
    """Yield the orders of sort keys in their sequence, read page by page."""
    for page in batched(map(orders.id_in_key, keys), READ_PAGE):
        found = orders.find_orders(page)
        yield from (found[each] for each in page if each in found)
