"""Read the stock that orders find: what is available, and what other orders wait for."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice, takewhile

from packhorse.domain.configuration.account import Account, Backorders
from packhorse.domain.orders.order import Order
from packhorse.domain.stock.goods import Goods, Shelf
from packhorse.domain.stock.supply import Queue, TurnStock
from packhorse.domain.values import Sku
from packhorse.store import orders, stock
from packhorse.store.order_search import placed_key
from packhorse.store.stock import Balance

MOST_ELDERS = 100
"""Orders read of the queue of another component: an order behind them takes only what no other order waits for."""


def read_supply(
    shelves: Iterable[Shelf], account: Account, queue: Queue | None = None, served: Sequence[Order] = ()
) -> TurnStock:
    """Return the stock of those shelves; nothing of it is kept for others unless the account says `oldest_first`.

    The orders `served` enter the queue, oldest first.
    """
    balances = stock.balances_at(shelves)
    available = Goods({shelf: balance.available for shelf, balance in balances.items()})
    if account.backorders is not Backorders.OLDEST_FIRST:
        return TurnStock(available)
    waiting = Goods({shelf: balance.waiting for shelf, balance in balances.items()})
    if queue is None:
        return TurnStock(available, waiting)
    for order in served:
        queue.enter(order.id, order.waiting)
    return TurnStock(available, waiting, (queue, *other_queues(queue.sku, served, balances.values())))


def other_queues(sku: Sku, served: Iterable[Order], balances: Iterable[Balance]) -> Iterator[Queue]:
    """Yield the queues of what kits are made of beside `sku`, where it is available and waited for."""
    contested = {each.sku for each in balances if each.available > 0 and each.waiting > 0}
    last: dict[Sku, Order] = {}
    for order in served:
        kits = (line for line in order.lines if line.short and sku in line.recipe)
        last |= {other: order for kit in kits for other in kit.recipe if other != sku and other in contested}
    for other, order in last.items():
        yield queue_up_to(other, order)


def queue_up_to(sku: Sku, order: Order) -> Queue:
    """Return the queue of a sku from its head to an order."""
    end = placed_key(order)
    keys = islice(orders.orders_waiting_for(f"stock#{sku}"), MOST_ELDERS)
    ids = [orders.id_in_key(key) for key in takewhile(lambda key: key <= end, keys)]
    found = orders.find_orders(ids)
    queue = Queue(sku, Goods())
    for name in ids:
        queue.enter(name, found[name].waiting if name in found else Goods())
    return queue
