"""Find the orders of a file that are stored already, be it under another spelling or, by their number, another id."""

from collections.abc import Collection, Iterable, Sequence

from packhorse.domain.orders.channel_order import ChannelOrder, order_id
from packhorse.domain.orders.spelling import spellings
from packhorse.domain.values import ChannelId, OrderId
from packhorse.store import order_search, orders


def is_named_by_number(order: ChannelOrder) -> bool:
    """Return whether the file gives no id beside the number of the order."""
    return order.channel_order_id == order.number


def known_orders(found: Sequence[ChannelOrder], connected: Collection[str]) -> set[OrderId]:
    """Return the ids of those orders, as the file has them, that are stored under whatever name.

    Numbers are searched for orders of `connected` channels: what is sent from there has an id that a file may lack.
    """
    ids = {order.order_id: _ids(order) for order in found}
    stored = orders.existing_ids(each for spelled in ids.values() for each in spelled)
    known = {order_id for order_id, spelled in ids.items() if not stored.isdisjoint(spelled)}
    numbered = (order for order in found if order.channel in connected and is_named_by_number(order))
    return known | {order.order_id for order in numbered if order.order_id not in known and _has_number(order)}


def _ids(order: ChannelOrder) -> set[OrderId]:
    return {order_id(ChannelId(order.channel), each) for each in spellings(order.channel_order_id)}


def _has_number(order: ChannelOrder) -> bool:
    """Return whether an order of the channel has that number."""
    ids: Iterable[OrderId] = (each for name in spellings(order.number) for each in order_search.numbered_ids(name))
    return any(each.channel == order.channel for each in orders.find_orders(ids).values())
