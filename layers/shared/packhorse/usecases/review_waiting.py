"""Look again at the orders that counted on units to come, once these do not come or are for another order."""

from collections.abc import Generator
from itertools import islice

from packhorse.domain.orders.order import MANY_WAITS
from packhorse.domain.purchasing.not_bought import counting_on
from packhorse.domain.purchasing.short_lines import bought_units
from packhorse.domain.stock.goods import Shelf
from packhorse.domain.values import Sku, WarehouseId
from packhorse.messages.release import ORDERS_AT_ONCE, FewerToCome
from packhorse.store import orders, stock
from packhorse.usecases.buy_for_orders import buy_for_orders
from packhorse.usecases.record_not_bought import needs_per_order
from packhorse.usecases.short_lines import unfinished_documents


def review_waiting(reason: FewerToCome) -> Generator[FewerToCome, None, None]:
    """Buy for the orders that wait, oldest first, or record that nothing comes; yield the message after every page.

    An order for which all that it lacks is to come by name counted on nothing else.
    """
    shelf = Shelf(Sku(reason.sku), WarehouseId(reason.warehouse))
    documents = unfinished_documents()
    by_name = (part.needed for each in documents for at, _, parts in each.coming if at == shelf for part in parts)
    balance = stock.balances_at([shelf]).get(shelf)
    # Most often all that wait are named: then no order has to be read.
    if balance is None or balance.waiting <= sum(by_name):
        return
    named = bought_units(documents)
    waiting = orders.orders_waiting_for(f"stock#{shelf.sku}", MANY_WAITS, after=reason.after)
    while page := list(islice(waiting, ORDERS_AT_ONCE)):
        found = orders.find_orders(map(orders.id_in_key, page))
        if concerned := counting_on(shelf, needs_per_order(found.values()), named):
            buy_for_orders(concerned)
        yield reason.replace(after=page[-1])
