"""Orders whose channel could not be notified of a parcel, or cancelled there: each is an exception."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from itertools import islice
from typing import TypeVar

from packhorse.domain.problem import Cause
from packhorse.domain.values import ChannelId, OrderId
from packhorse.store import exceptions, orders

NOT_TAKEN = (Cause.CHANNEL_NOT_NOTIFIED, Cause.CHANNEL_NOT_CANCELLED)
AT_ONCE = 100
T = TypeVar("T")


def given_up_orders(channel: ChannelId, since: datetime | None = None) -> Iterator[set[OrderId]]:
    """Yield the orders of a channel with such an exception, without those that failed last before `since`.

    They come some at a time, and some of these may be none: exceptions do not name the channel of their order.
    """
    found = exceptions.unresolved_of(*NOT_TAKEN)
    names = (each.order for each in found if each.order and (since is None or each.last_at >= since))
    for part in in_parts(names):
        yield {order.id for order in orders.find_orders({*part}).values() if order.channel == channel}


def in_parts(found: Iterable[T]) -> Iterator[list[T]]:
    """Yield some at a time."""
    rest = iter(found)
    while part := list(islice(rest, AT_ONCE)):
        yield part
