"""Orders whose channel did not take a parcel, a cancellation or a hold of them: each is an exception."""

from collections.abc import Iterator
from datetime import datetime
from itertools import islice, takewhile
from typing import NamedTuple

from packhorse.domain.batching import batched
from packhorse.domain.problem import Cause
from packhorse.domain.values import ChannelId, OrderId
from packhorse.store import exceptions, orders

NOT_TAKEN = (Cause.CHANNEL_NOT_NOTIFIED, Cause.CHANNEL_NOT_CANCELLED, Cause.CHANNEL_NOT_HELD)
ORDERS_A_READ = 100


class GivenUp(NamedTuple):
    """Some orders, possibly none, and when the oldest of the exceptions that were read for them failed last."""

    orders: frozenset[OrderId]
    until: datetime


def given_up_orders(
    channel: ChannelId, *, since: datetime | None = None, until: datetime | None = None, most: int | None = None
) -> Iterator[GivenUp]:
    """Yield the orders of a channel with such an exception, some at a time, those that failed last first.

    `since` leaves out what failed last before; `until` is that of the part to go on after. Of `most` exceptions at
    most, since they do not name the channel of their order: those of all channels are read.
    """
    unresolved = exceptions.unresolved_of(*NOT_TAKEN, until=until)
    found = takewhile(lambda each: since is None or each.last_at >= since, unresolved)
    for part in batched((each for each in islice(found, most) if each.order), ORDERS_A_READ):
        read = orders.find_orders({OrderId(str(each.order)) for each in part}).values()
        yield GivenUp(frozenset(order.id for order in read if order.channel == channel), part[-1].last_at)
