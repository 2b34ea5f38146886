"""Search orders by status, channel and flag, or by number, id and customer."""

from collections.abc import Callable
from itertools import islice

from packhorse.domain.orders.order import Flag, Order, Status
from packhorse.store import orders

MAX_MATCHES_READ = 100
"""Orders that are read at most for a page of a search by name."""


def newest_orders(
    statuses: list[Status], before: str | None, limit: int, channel: str | None, flag: Flag | None
) -> tuple[list[str], str]:
    """Return the sort keys of a page, and the one after which the next page starts (empty at the end)."""
    seen = [orders.newest_keys(status, before, limit + 1, channel, flag) for status in statuses]
    down_to = max(part.down_to for part in seen)
    keys = sorted({key for part in seen for key in part.keys if key >= down_to}, reverse=True)
    return keys[:limit], keys[limit - 1] if len(keys) > limit else down_to


def named_orders(text: str, before: str | None, limit: int, fits: Callable[[Order], bool]) -> tuple[list[Order], str]:
    """Return the orders of a page, and the sort key after which the next page starts (empty at the end)."""
    keys = list(islice(orders.matching_keys(text, before), MAX_MATCHES_READ + 1))
    read = orders.find_orders(map(orders.id_in_key, keys[:MAX_MATCHES_READ]))
    found = [order for order in sorted(read.values(), key=orders.placed_key, reverse=True) if fits(order)]
    if len(found) > limit:
        return found[:limit], orders.placed_key(found[limit - 1])
    return found, keys[MAX_MATCHES_READ - 1] if len(keys) > MAX_MATCHES_READ else ""


def fits(order: Order, status: Status | None, channel: str | None, flag: Flag | None) -> bool:
    """Return whether the order passes the filters; None is no filter."""
    return status in (None, order.status) and channel in (None, order.channel) and (not flag or flag in order.flags)
