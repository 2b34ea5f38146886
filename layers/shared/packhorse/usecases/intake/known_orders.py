"""Find the orders of a file that are stored already, be it under another spelling or, by their number, another id."""

from collections.abc import Collection, Iterable, Sequence

from packhorse.domain.orders.channel_order import ChannelOrder, OrderFacts
from packhorse.domain.orders.intake import is_other_order
from packhorse.domain.orders.order import Order
from packhorse.domain.orders.same_order import ids_by_name
from packhorse.domain.orders.spelling import spellings
from packhorse.domain.values import OrderId
from packhorse.store import order_search, orders


def is_named_by_number(order: ChannelOrder) -> bool:
    """Return whether the file gives no id beside the number of the order."""
    return order.channel_order_id == order.number


def known_orders(found: Sequence[ChannelOrder], connected: Collection[str]) -> set[OrderId]:
    """Return the ids of those orders, as the file has them, that are stored under whatever name.

    Numbers are searched for orders of `connected` channels: what is sent from there has an id that a file may lack.
    """
    ids = {order.order_id: ids_by_name(order.channel, (order.channel_order_id,)) for order in found}
    stored = orders.find_orders(each for spelled in ids.values() for each in spelled)
    known = {
        order.order_id
        for order in found
        if any(_is_it(stored[each], order) for each in ids[order.order_id] if each in stored)
    }
    numbered = (order for order in found if order.channel in connected and is_named_by_number(order))
    return known | {order.order_id for order in numbered if order.order_id not in known and numbered_orders(order)}


def _is_it(stored: Order, order: ChannelOrder) -> bool:
    return not stored.is_placeholder and not is_other_order(stored, order)


def numbered_orders(order: OrderFacts) -> list[Order]:
    """Return the orders of the channel that have the order's number; those of the last second may lack."""
    name = order.number or order.channel_order_id
    ids: Iterable[OrderId] = (each for spelled in spellings(name) for each in order_search.numbered_ids(spelled))
    return [each for each in orders.find_orders(ids).values() if each.channel == order.channel]
