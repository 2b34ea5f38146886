"""Serve backorders: route the orders that wait for a sku again, oldest first, as long as any is available.

Each takes only what those before it do not wait for. Two invocations for one sku begin with the same oldest orders.
Only one of them writes each order: the version that was read is a condition of the write.
"""

from collections.abc import Callable, Collection, Generator, Iterable, Iterator
from contextlib import closing, contextmanager
from itertools import islice

from packhorse.aws.telemetry import add_metric, logger
from packhorse.domain.batching import batched
from packhorse.domain.orders.order import Flag, Order
from packhorse.domain.orders.rejecting import Arrivals
from packhorse.domain.stock.goods import Goods, Shelf, WaitingUnits
from packhorse.domain.stock.supply import Queue
from packhorse.domain.values import OrderId, Sku, WarehouseId
from packhorse.messages.orders import send_advance
from packhorse.messages.release import (
    RELEASE_MESSAGE,
    ChecksToMake,
    ConfigurationChanged,
    OrdersToBuyFor,
    OthersToCome,
    StockArrived,
    send_release,
)
from packhorse.store import made_for, orders, stock
from packhorse.store.purchases import PURCHASES
from packhorse.store.work_orders import WORK_ORDERS
from packhorse.usecases.intake.take_in import Pending
from packhorse.usecases.labels.recheck_labels import make_checks
from packhorse.usecases.routing.allocate import route
from packhorse.usecases.routing.review_waiting import review_waiting
from packhorse.usecases.routing.turn import NO_ARRIVALS, Serving
from packhorse.usecases.supply.buy_for_orders import OrderWrite, buy_for_orders, request_buying

SERVE_PAGE = 64
CRASH_DELAY = 120
"""Seconds that one invocation takes at most."""
SERVE_MARGIN = 30.0
"""Seconds that a page takes at most."""


InPages = StockArrived | ConfigurationChanged | ChecksToMake | OthersToCome


def serve_in_time(body: str, remaining: Callable[[], float]) -> None:
    """Serve backorders until the margin before the deadline; send a message to continue after the last page.

    A message about orders to buy for is done at once, all others page by page.
    """
    reason = RELEASE_MESSAGE.read(body)
    if isinstance(reason, OrdersToBuyFor):
        buy_for_orders(reason.orders)
        return
    with closing(_pages(reason)) as served:
        for rest in served:
            if remaining() < SERVE_MARGIN:
                send_release([rest])
                return


def _pages(reason: InPages) -> Generator[InPages, None, None]:
    if isinstance(reason, ChecksToMake):
        return make_checks(reason)
    return review_waiting(reason) if isinstance(reason, OthersToCome) else serve_backorders(reason)


def serve_backorders(
    reason: StockArrived | ConfigurationChanged,
) -> Generator[StockArrived | ConfigurationChanged, None, None]:
    """Route the waiting orders again, oldest first; yield after every page the message that continues there."""
    return serve_sku(reason) if isinstance(reason, StockArrived) else serve_all(reason)


def serve_sku(reason: StockArrived) -> Generator[StockArrived, None, None]:
    """Serve the orders that wait for a sku, until none of it is available that they do not keep for themselves.

    Orders that arrived units were made for come first, whatever their age. A message begins anew where an order kept
    units that another invocation had given it meanwhile: those behind it were not routed.
    """
    if reason.arrived_at and not reason.after:
        yield from serve_bought_for(reason)
    queue = Queue(reason.sku, Goods({each.shelf: each.units for each in reason.kept}))
    waiting = orders.orders_waiting_for(f"stock#{reason.sku}", after=reason.after)
    balances: Collection[stock.Balance] = ()

    def begin_anew() -> None:
        if exceeds(balances, Goods()) and keeps_too_much(queue):
            send_release([reason.replace(after="", kept=())])

    with ending_in(begin_anew):
        while exceeds(balances := stock.of_sku(reason.sku), queue.kept):
            if not (page := list(islice(waiting, SERVE_PAGE))):
                return
            serve_page(page, reason, queue, arrivals(reason))
            queue = queue.turn_page()
            kept = (
                WaitingUnits(sku=at.sku, warehouse=at.warehouse, units=units) for at, units in (+queue.kept).items()
            )
            yield reason.replace(after=page[-1], kept=tuple(kept))


@contextmanager
def ending_in(last: Callable[[], None]) -> Iterator[None]:
    """Do something once all pages are done, or the deadline ends them between two.

    Not where one fails: all of it is delivered again. A message more each time would double their number with every
    delivery as long as calls fail.
    """
    try:
        yield
    except GeneratorExit:
        last()
        raise
    last()


def serve_bought_for(reason: StockArrived) -> Generator[StockArrived, None, None]:
    """Serve the orders that arrived units were made for and that still wait; yield the message after every page.

    That message begins at the first of them again: those that were served wait no longer.
    """
    queue = Queue(reason.sku, Goods())
    first = iter(waiting_of(orders_served_first(reason.sku), reason.sku))
    while has_more_than(queue.kept, reason.sku) and (page := list(islice(first, SERVE_PAGE))):
        serve_orders(page, reason, queue, arrivals(reason))
        queue = queue.turn_page()
        yield reason


def orders_served_first(sku: Sku) -> list[OrderId]:
    """Return the orders that units of a sku were bought or built for that have come, oldest document first."""
    names = made_for.brought(sku)
    found = [*PURCHASES.find(names).values(), *WORK_ORDERS.find(names).values()]
    found.sort(key=lambda each: each.created_at)
    return list(dict.fromkeys(order for each in found for order in each.served_first(sku)))


def waiting_of(found: Collection[OrderId], sku: Sku) -> list[OrderId]:
    """Return those of the orders that may wait for a sku, in their sequence."""
    if not found:
        return []
    waiting = set(map(orders.id_in_key, orders.orders_waiting_for(f"stock#{sku}")))
    return [each for each in found if each in waiting]


def arrivals(reason: StockArrived) -> Arrivals:
    """Return the shelves that got new units, with the time at which the last of them came."""
    return {Shelf(reason.sku, WarehouseId(each)): reason.last_at for each in reason.arrived_at}


def has_more_than(kept: Goods, sku: Sku) -> bool:
    """Return whether any warehouse has more of a sku available than is kept there."""
    return exceeds(stock.of_sku(sku), kept)


def exceeds(balances: Iterable[stock.Balance], kept: Goods) -> bool:
    """Return whether any shelf has more available than is kept there."""
    return any(balance.available > kept[balance.shelf] for balance in balances)


def keeps_too_much(queue: Queue) -> bool:
    """Return whether an order of the queue was read to wait for units that it does not wait for any more."""
    keeping = {name: units for name, units in queue.served.items() if units}
    now = orders.find_orders(keeping)
    return any(then - (now[name].waiting if name in now else Goods()) for name, then in keeping.items())


def serve_all(reason: ConfigurationChanged) -> Generator[ConfigurationChanged, None, None]:
    """Route all backorders by the new configuration, and then serve each sku that they could use, once."""
    waiting = orders.unfinished_orders(reason.after, Flag.BACKORDERED)
    short: set[Sku] = set()
    with ending_in(lambda: serve_available(short)):
        for page in batched(waiting, SERVE_PAGE):
            serve_page(page, reason)
            short |= short_skus(orders.recent_orders(map(orders.id_in_key, page)))
            yield reason.replace(after=page[-1])


def serve_page(
    page: Collection[str],
    reason: StockArrived | ConfigurationChanged,
    queue: Queue | None = None,
    arrived: Arrivals = NO_ARRIVALS,
) -> None:
    """Route the orders of a page, in their order; one that fails gets a message and does not delay the others."""
    serve_orders([orders.id_in_key(key) for key in page], reason, queue, arrived)


def serve_orders(
    served: Collection[OrderId],
    reason: StockArrived | ConfigurationChanged,
    queue: Queue | None,
    arrived: Arrivals,
) -> None:
    """Route orders again, in their sequence."""
    pending: Pending = dict.fromkeys(served, ())
    send_advance(sorted(route(pending, Serving(advance_later, queue, arrived))))
    logger.info("waiting orders routed", extra={"orders": len(pending), "reason": reason.model_dump()})
    add_metric("BackordersLookedAt", len(pending))


def advance_later(handed_over: Collection[OrderId]) -> None:
    """Send delayed messages to advance orders that change: after a crash nothing else follows up what was written."""
    send_advance(handed_over, CRASH_DELAY, foreseen=True)


def serve_missed(found: Iterable[Order]) -> None:
    """Send a message to serve backorders of each sku that is short and available: the first message was lost."""
    serve_available(short_skus(found))


def buy_missed(found: Iterable[Order]) -> None:
    """Send messages to buy for the orders: the first ones were lost."""
    request_buying([OrderWrite(order, order, may_be_half_done=False) for order in found])


def short_skus(found: Iterable[Order]) -> set[Sku]:
    """Return the skus of which the orders are short."""
    return {sku for order in found for sku in order.short_of}


def serve_available(short: Collection[Sku]) -> None:
    """Send a message to serve backorders of each of the skus that is available."""
    send_release(StockArrived(sku=sku) for sku in sorted(short) if has_more_than(Goods(), sku))
