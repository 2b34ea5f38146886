"""Serve backorders: route the orders that wait for a sku again, oldest first, as long as any is available.

Two invocations for one sku begin with the same oldest orders. Only one of them writes each order: the version that was
read is a condition of the write.
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
"""Seconds that one invocation takes at most."""
SERVE_MARGIN = 30.0
"""Seconds that a page takes at most."""


def serve_in_time(body: str, remaining: Callable[[], float]) -> None:
    """Serve backorders until the margin before the deadline; send a message to continue after the last page."""
    reason = RELEASE_MESSAGE.read(body)
    for key in serve_backorders(reason):
        if remaining() < SERVE_MARGIN:
            send_release([reason.replace(after=key)])
            return


def serve_backorders(reason: StockArrived | ConfigurationChanged) -> Iterator[str]:
    """Route the waiting orders again, oldest first; yield the cursor after every page.

    An order that fails gets a message of its own and does not delay the others.
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
    """Send delayed messages to advance orders that wait no longer: after a crash the retry would not find them."""
    send_advance(handed_over, CRASH_DELAY)


def waiting_keys(reason: StockArrived | ConfigurationChanged) -> Iterator[str]:
    """Return the sort keys of the orders that may be served now, oldest first."""
    if isinstance(reason, ConfigurationChanged):
        return orders.unfinished_orders(reason.after, Flag.BACKORDERED)
    return orders.orders_waiting_for(f"stock#{reason.sku}", MANY_WAITS, after=reason.after)


def can_serve(reason: StockArrived | ConfigurationChanged) -> bool:
    """Return whether any of the sku is available; of a configuration that changed, always true."""
    return isinstance(reason, ConfigurationChanged) or any(
        balance.available > 0 for balance in stock.of_sku(reason.sku)
    )
