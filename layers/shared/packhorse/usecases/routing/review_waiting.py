"""Review the orders that wait for a shelf, and are not named for all that they lack of it."""

from collections.abc import Collection, Generator, Mapping, Sequence

from packhorse.domain.batching import batched
from packhorse.domain.orders.order import Order
from packhorse.domain.purchasing.made_for import MadeFor
from packhorse.domain.purchasing.not_bought import counting_on
from packhorse.domain.purchasing.short_lines import bought_units
from packhorse.domain.stock.goods import Shelf
from packhorse.domain.values import OrderId, Sku, WarehouseId
from packhorse.messages.release import ORDERS_AT_ONCE, OthersToCome
from packhorse.store import catalogue, orders, stock
from packhorse.usecases.routing.take_over import take_over
from packhorse.usecases.supply.buy_for_orders import buy_for_orders
from packhorse.usecases.supply.record_not_bought import needs_per_order
from packhorse.usecases.supply.short_lines import Document, unfinished_documents, waiting_at


def review_waiting(reason: OthersToCome) -> Generator[OthersToCome, None, None]:
    """Have orders that wait take over what no other order needs, oldest first; yield the message after every page.

    For those that are bought for by themselves the rest is bought, else it is recorded that nothing comes.
    """
    shelf = Shelf(Sku(reason.sku), WarehouseId(reason.warehouse))
    documents = unfinished_documents()
    if _are_all_named(shelf, documents):
        return
    product = catalogue.find_products([shelf.sku]).get(shelf.sku)
    waiting = orders.orders_waiting_for(f"stock#{shelf.sku}", after=reason.after)
    for page in batched(waiting, ORDERS_AT_ONCE):
        names = [orders.id_in_key(key) for key in page]
        if product and product.bought_per_order:
            _buy_for(shelf, names, documents)
        elif not take_over(shelf, names):
            return
        yield reason.replace(after=page[-1])


def _are_all_named(shelf: Shelf, documents: Sequence[Document]) -> bool:
    """Return whether as many units of a shelf come by name as are waited for there, which is so most often."""
    balance = stock.balances_at([shelf]).get(shelf)
    waiting = waiting_at([balance])[shelf] if balance else 0
    named = [part for each in documents for at, _, parts in each.coming if at == shelf for part in parts if part.needed]
    if waiting > sum(part.needed for part in named):
        return False
    found = orders.find_orders({part.made_for.order for part in named}) if waiting else {}
    return waiting <= sum(part.needed for part in named if _waits_there(found, part.made_for, shelf.warehouse))


def _waits_there(found: Mapping[OrderId, Order], part: MadeFor, warehouse: WarehouseId) -> bool:
    order = found.get(part.order)
    line = order.line(part.line) if order else None
    return line is not None and warehouse in line.awaited


def _buy_for(shelf: Shelf, order_ids: Collection[OrderId], documents: Sequence[Document]) -> None:
    """Buy for those of the orders that are not named for all that they lack: others counted on nothing else.

    They take over first: what was bought for them once, and does not come, is not bought by itself again.
    """
    found = orders.find_orders(order_ids)
    in_turn = [found[each] for each in order_ids if each in found]
    if concerned := counting_on(shelf, needs_per_order(in_turn), bought_units(documents)):
        take_over(shelf, concerned)
        buy_for_orders(concerned)
