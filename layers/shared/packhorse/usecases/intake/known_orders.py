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
    by_number = [order for order in found if is_named_by_number(order)]
    known = _by_id([order for order in found if not is_named_by_number(order)]) | _by_number_as_id(by_number)
    numbered = (order for order in by_number if order.channel in connected)
    return known | {order.order_id for order in numbered if order.order_id not in known and numbered_orders(order)}


def _by_id(found: Iterable[ChannelOrder]) -> set[OrderId]:
    """Return the ids of those orders of a file that are stored under their own."""
    ids = {order.order_id: _spelled_ids(order) for order in found}
    stored = orders.existing_ids(each for spelled in ids.values() for each in spelled)
    return {order_id for order_id, spelled in ids.items() if not stored.isdisjoint(spelled)}


def _by_number_as_id(found: Sequence[ChannelOrder]) -> set[OrderId]:
    """Return the ids of those that are stored under their number; it may be the id of another order there."""
    stored = orders.find_orders(each for order in found for each in _spelled_ids(order))
    same = ((order, stored[each]) for order in found for each in _spelled_ids(order) if each in stored)
    return {order.order_id for order, each in same if not (each.is_placeholder or is_other_order(each, order))}


def _spelled_ids(order: ChannelOrder) -> Collection[OrderId]:
    return ids_by_name(order.channel, (order.channel_order_id,))


def numbered_orders(order: OrderFacts) -> list[Order]:
    """Return the orders of the channel that have the order's number; those of the last second may lack."""
    name = order.number or order.channel_order_id
    ids: Iterable[OrderId] = (each for spelled in spellings(name) for each in order_search.numbered_ids(spelled))
    return [each for each in orders.find_orders(ids).values() if each.channel == order.channel]
