"""Release backorders: route the orders that wait for a sku again, oldest first, as long as any is available.

One sku is released by one invocation at a time (its message group), so that no page overtakes an older one.
"""

from collections.abc import Callable, Collection, Iterator
from itertools import islice

from packhorse.aws.telemetry import count, logger
from packhorse.domain.orders.order import MUCH, Flag
from packhorse.domain.values import OrderId
from packhorse.messages.orders import Advance, advance_orders
from packhorse.messages.release import REASON, Arrived, Reconfigured, request_release
from packhorse.store import orders, stock
from packhorse.usecases.allocate import route

PAGE = 64
AFTER_A_CRASH = 120
"""Seconds: what one invocation takes at the most."""
MARGIN = 30.0
"""Seconds that a page takes at the very most."""


def take(message_id: str, body: str, remaining: Callable[[], float]) -> None:
    """Releases orders as long as there is time; what is left goes on by another message."""
    reason = REASON.validate_json(body)
    for place in release(reason):
        if remaining() < MARGIN:
            request_release({f"{message_id} {place}": reason.model_copy(update={"after": place})})
            return


def release(reason: Arrived | Reconfigured) -> Iterator[str]:
    """Routes the waiting orders anew, oldest first; gives how far it has come, after every page.

    An order that cannot be routed now is tried again by itself and keeps nobody waiting.
    """
    waiting = waiting_for(reason)
    while is_worth_it(reason) and (page := list(islice(waiting, PAGE))):
        failed = route({order_id: [Advance(order_id=order_id)] for order_id in map(orders.id_at, page)}, look_later)
        advance_orders(sorted(failed))
        logger.info("waiting orders routed", extra={"orders": len(page), "reason": reason.model_dump()})
        count("BackordersLookedAt", len(page))
        yield page[-1]


def look_later(handed_over: Collection[OrderId]) -> None:
    """Has orders looked at once more, which wait no longer: this message would not find them again after a crash."""
    advance_orders(handed_over, AFTER_A_CRASH)


def waiting_for(reason: Arrived | Reconfigured) -> Iterator[str]:
    """The places in the queue of the orders that may be served now."""
    if isinstance(reason, Reconfigured):
        return orders.unfinished(reason.after, Flag.BACKORDERED)
    return orders.waiting_for(f"stock#{reason.sku}", MUCH, after=reason.after)


def is_worth_it(reason: Arrived | Reconfigured) -> bool:
    """Whether there is anything to be had."""
    return isinstance(reason, Reconfigured) or any(balance.available > 0 for balance in stock.of_sku(reason.sku))
