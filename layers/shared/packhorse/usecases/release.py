"""Release backorders: route the orders that wait for a sku again, oldest first, as long as any is available.

Two invocations for one sku begin with the same oldest orders; each order is written by one of them, since the version
that was read is a condition.
"""

from collections.abc import Callable, Collection, Iterator
from itertools import islice

from packhorse.aws.telemetry import add_metric, logger
from packhorse.domain.orders.order import MANY_WAITS, Flag
from packhorse.domain.values import OrderId
from packhorse.messages.orders import AdvanceOrder, send_advance
from packhorse.messages.release import RELEASE_MESSAGE, ConfigurationChanged, StockArrived, send_release
from packhorse.store import orders, stock
from packhorse.usecases.allocate import route

SERVE_PAGE = 64
CRASH_DELAY = 120
"""Seconds: what one invocation takes at the most."""
SERVE_MARGIN = 30.0
"""Seconds that a page takes at the very most."""


def serve_in_time(body: str, remaining: Callable[[], float]) -> None:
    """Release orders as long as there is time; what is left continues in another invocation."""
    reason = RELEASE_MESSAGE.read(body)
    for place in serve_backorders(reason):
        if remaining() < SERVE_MARGIN:
            send_release([reason.replace(after=place)])
            return


def serve_backorders(reason: StockArrived | ConfigurationChanged) -> Iterator[str]:
    """Routes the waiting orders anew, oldest first; gives how far it has come, after every page.

    An order that cannot be routed now is tried again by itself and keeps nobody waiting.
    """
    waiting = waiting_keys(reason)
    while can_serve(reason) and (page := list(islice(waiting, SERVE_PAGE))):
        failed = route(
            {order_id: [AdvanceOrder(order_id=order_id)] for order_id in map(orders.id_in_key, page)}, advance_later
        )
        send_advance(sorted(failed))
        logger.info("waiting orders routed", extra={"orders": len(page), "reason": reason.model_dump()})
        add_metric("BackordersLookedAt", len(page))
        yield page[-1]


def advance_later(handed_over: Collection[OrderId]) -> None:
    """Has orders looked at once more, which wait no longer: this message would not find them again after a crash."""
    send_advance(handed_over, CRASH_DELAY)


def waiting_keys(reason: StockArrived | ConfigurationChanged) -> Iterator[str]:
    """The places in the queue of the orders that may be served now."""
    if isinstance(reason, ConfigurationChanged):
        return orders.unfinished_orders(reason.after, Flag.BACKORDERED)
    return orders.orders_waiting_for(f"stock#{reason.sku}", MANY_WAITS, after=reason.after)


def can_serve(reason: StockArrived | ConfigurationChanged) -> bool:
    """Whether there is anything to be had."""
    return isinstance(reason, ConfigurationChanged) or any(
        balance.available > 0 for balance in stock.of_sku(reason.sku)
    )
