"""Hold orders that are perhaps stored already under another id: a file or a person used the visible number as id.

A new order is compared with the orders whose id is its number, by consistent reads. An order that a file or a person
brought is also searched by its number in an index, at once and again SEARCH_DELAYS later, when the index has whatever
came in at the same moment: nearly always after a moment, and surely by the last time.
"""

from collections.abc import Collection, Mapping
from datetime import datetime

from packhorse.domain.configuration.configuration import Configuration
from packhorse.domain.orders.order import Order
from packhorse.domain.orders.same_order import held_beside, ids_by_name, released_beside
from packhorse.domain.values import ChannelId, OrderId
from packhorse.messages.orders import CompareOrder, Message, OrderReceived, send_advance, send_comparison
from packhorse.store import orders
from packhorse.usecases.intake.known_orders import numbered_orders
from packhorse.usecases.intake.take_in import AdvancedOrder

SEARCH_DELAYS = (20, 900)
"""Seconds after which an order is searched by its number again; the last is the longest delay of SQS."""


def hold_same_orders(
    outcomes: Collection[AdvancedOrder], config: Configuration, now: datetime
) -> tuple[AdvancedOrder, ...]:
    """Hold orders that may be the same as stored ones; release those whose other order was cancelled."""
    by_id = {each.stored.id: ids_to_compare(each) for each in outcomes}
    wanted = {order_id for ids in by_id.values() for order_id in ids}
    stored = orders.find_orders(wanted) if wanted else {}
    return tuple(settled(each, _others(each, by_id, stored, config), now) for each in outcomes)


def ids_to_compare(outcome: AdvancedOrder) -> set[OrderId]:
    """Return the other ids under which the order may be stored, and the ids of orders because of which it is held."""
    order = outcome.change.order
    if order.is_over:
        return set()
    named = ids_by_name(order.channel, (order.number, order.channel_order_id)) if outcome.stored.is_new else set()
    return (named | {*order.may_be_again}) - {order.id}


def _others(
    outcome: AdvancedOrder,
    by_id: Mapping[OrderId, Collection[OrderId]],
    stored: Mapping[OrderId, Order],
    config: Configuration,
) -> dict[OrderId, Order]:
    order = outcome.change.order
    others = {each: stored[each] for each in by_id[order.id] if each in stored}
    if is_searched(outcome, config) and not order.is_over:
        others |= {each.id: each for each in numbered_orders(order)}
    return others


def settled(outcome: AdvancedOrder, others: Mapping[OrderId, Order], now: datetime) -> AdvancedOrder:
    """Return the outcome with its order held because of the others, or released."""
    released = released_beside(outcome.change.order, others, now)
    return outcome._replace(change=outcome.change._replace(order=held_beside(released, others.values(), now)))


def is_searched(outcome: AdvancedOrder, config: Configuration) -> bool:
    """Return whether to search the order by its number: its channel may have sent it under the channel's own id."""
    channel = config.channels.get(ChannelId(outcome.change.order.channel))
    return channel is not None and channel.is_connected and any(map(_has_it_searched, outcome.stored.messages))


def _has_it_searched(message: Message) -> bool:
    if isinstance(message, OrderReceived):
        return not message.order.lists_parcels
    return isinstance(message, CompareOrder)


def search_later(outcome: AdvancedOrder, config: Configuration) -> None:
    """Send the messages that have an order of a file or a person searched by its number again."""
    if is_searched(outcome, config) and any(isinstance(each, OrderReceived) for each in outcome.stored.messages):
        for delay in SEARCH_DELAYS:
            send_comparison(outcome.stored.id, delay)


def advance_beside(order: Order) -> None:
    """Advance the orders that are held because they may be the same as this one."""
    send_advance(map(orders.id_in_key, orders.orders_waiting_for(f"order#{order.id}")))
