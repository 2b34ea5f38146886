"""One order under two ids: a file or a person named it by its visible number, its channel sends it under its own id.

The second one to be found is held without stock until one of the two is cancelled, or a person says that they are
distinct.
"""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime

from packhorse.domain.orders.channel_order import OrderFacts, order_id
from packhorse.domain.orders.exceptions import with_exception
from packhorse.domain.orders.order import Hold, Order, OrderException, Status
from packhorse.domain.orders.spelling import spellings, without_marks
from packhorse.domain.orders.steps import with_hold, without_hold
from packhorse.domain.problem import Cause
from packhorse.domain.values import ChannelId, OrderId

SAME_ORDER = "same_order"
"""The prefix of the id of a hold on an order that may be the same as another one."""


def ids_by_name(channel: str, names: Iterable[str]) -> set[OrderId]:
    """Return our ids of the channel's orders whose own id is one of these names, in any spelling."""
    return {order_id(ChannelId(channel), each) for name in names if name for each in spellings(name)}


def may_be_once_more(order: Order, other: Order) -> bool:
    """Return whether the order is to be held because of the other: both have the same number in the same channel.

    Not if the other is cancelled, is itself held because of this one, or a person said that they are distinct.
    """
    if other.id == order.id or other.status is Status.CANCELLED or not has_number_of(other, order):
        return False
    return other.id not in order.distinct_from and order.id not in (*other.distinct_from, *other.may_be_again)


def has_number_of(one: OrderFacts, other: OrderFacts) -> bool:
    """Return whether both have the same visible number, in any spelling, in the same channel; `#` alone is none."""
    return _number(one) == _number(other) and bool(_number(one)[1])


def _number(order: OrderFacts) -> tuple[str, str]:
    return order.channel, without_marks(order.number or order.channel_order_id).casefold()


def held_beside(order: Order, others: Collection[Order], now: datetime) -> Order:
    """Return the order, with a hold and an exception for each of the others that may be the same order."""
    if order.is_over:
        return order
    for other in sorted(others, key=lambda each: each.id):
        if other.id in order.may_be_again or not may_be_once_more(order, other):
            continue
        message = (
            f"may be the same order as {other.channel_order_id}, which has its number: "
            "cancel one of them, or release this one if they are different"
        )
        name = f"{SAME_ORDER}_{other.id[:8]}"
        order = with_hold(order, Hold(id=name, reason=message, owner="packhorse", placed_at=now, other=other.id))
        order = with_exception(
            order, OrderException(cause=Cause.SAME_ORDER, message=message, orders=(other.id,), opened_at=now)
        )
    return order


def released_beside(order: Order, stored: Mapping[OrderId, Order], now: datetime) -> Order:
    """Return the order without holds because of orders that were cancelled since, or that are not stored."""
    for hold in order.holds:
        if hold.other and (hold.other not in stored or stored[hold.other].status is Status.CANCELLED):
            order = without_hold(order, hold.id, now, "packhorse")
    return order
