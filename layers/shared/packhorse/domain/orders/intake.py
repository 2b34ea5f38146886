"""What a channel, a file or a person says about an order, taken in: new orders, news of known ones, matching.

Every message is the whole order as it stood at `modified_at`, so messages may come in any order and any number of
times: of an older one only the facts count (paid, cancelled, all of it shipped), which are never taken back.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from datetime import datetime
from functools import partial

from packhorse.domain.configuration.channel import Channel, ReduceOn
from packhorse.domain.orders.change import Change
from packhorse.domain.orders.channel_order import ChannelOrder, OrderFacts
from packhorse.domain.orders.completion import shipped_by_channel, units_shipped_by_channel
from packhorse.domain.orders.editing import edited
from packhorse.domain.orders.exceptions import with_exception
from packhorse.domain.orders.line_matching import with_our_line_ids
from packhorse.domain.orders.order import Order, OrderException, OrderLine, Status
from packhorse.domain.orders.restock import RestockRule, restocked, unshipped_only
from packhorse.domain.orders.status import with_status
from packhorse.domain.orders.steps import cancelled, paid
from packhorse.domain.orders.updates import with_entry
from packhorse.domain.problem import Cause

FACTS = frozenset(OrderFacts.model_fields)
UPDATED_FIELDS = (
    "customer",
    "ship_to",
    "bill_to",
    "delivery_method",
    "shipping",
    "tax",
    "discount",
    "total",
    "note",
    "number",
)


def new_order(told: ChannelOrder, now: datetime, who: str) -> Change:
    """A new order. One that was cancelled or shipped before we first heard of it takes no stock."""
    lines = tuple(OrderLine(**line.model_dump()) for line in told.lines)
    facts = told.model_dump(include=set(FACTS - {"paid_at", "cancelled_at", "shipped_at"}))
    order = Order(**facts, status=Status.AWAITING_PAYMENT, received_at=now, lines=lines, source=told.source)
    received = with_entry(order, now, "received", who, told.source)
    return with_facts(received, told, now, who, restock=unshipped_only)  # it holds nothing that could be given back


def updated(order: Order, told: ChannelOrder, now: datetime, who: str, *, restock: RestockRule) -> Change:
    """A known order after one more message about it; one that is older than what we know tells at most facts."""
    told = with_our_line_ids(order, told)
    if _is_older(order, told):
        return with_facts(order, told, now, who, restock=restock)
    change = edited(_with_updates(order, told, now, who), told.lines, now, who, restock=restock)
    newer = change.order.replace(modified_at=told.modified_at)
    return change.then(with_facts(newer, told, now, who, restock=restock))


def _is_older(order: Order, told: ChannelOrder) -> bool:
    """Whether we know something newer."""
    return told.modified_at < order.modified_at


def with_facts(order: Order, told: ChannelOrder, now: datetime, who: str, *, restock: RestockRule) -> Change:
    """The order after what cannot be taken back: payment, shipment, cancellation.

    Of an older message, what left is what the order had then; its parcels come again with those of the newer one.
    """
    change = Change(with_status(_paid_by_channel(order, told, now, who), now, who))
    for step in _as_they_happened(told, partial(_cancelled_by_channel, restock=restock)):
        change = change.then(step(change.order, told, now, who))
    return change


Step = Callable[[Order, ChannelOrder, datetime, str], Change]


def _as_they_happened(told: ChannelOrder, cancel: Step) -> Iterator[Step]:
    """What left before the cancellation has left; what left after it should not have."""
    cancelled_first = told.cancelled_at and told.shipped_at and told.cancelled_at < told.shipped_at
    if cancelled_first:
        yield cancel
    if told.shipped_at or told.parcels:
        yield _shipped_by_channel
    if told.cancelled_at and not cancelled_first:
        yield cancel


def _paid_by_channel(order: Order, told: ChannelOrder, now: datetime, who: str) -> Order:
    """The payment is kept also where it comes too late to change anything."""
    if order.status is Status.CANCELLED:
        return order.replace(paid_at=order.paid_at or told.paid_at)
    return paid(order, told.paid_at, now, who) if told.paid_at else order


def _shipped_by_channel(order: Order, told: ChannelOrder, now: datetime, who: str) -> Change:
    if _is_older(order, told):
        had = Counter({line.id: line.quantity for line in told.lines}) if told.shipped_at else Counter()
        return units_shipped_by_channel(order, had, at=now, who=who)
    return shipped_by_channel(order, told.parcels, everything=told.shipped_at is not None, at=now, who=who)


def _cancelled_by_channel(order: Order, told: ChannelOrder, now: datetime, who: str, *, restock: RestockRule) -> Change:
    if order.is_over:
        late = order.replace(cancelled_at=order.cancelled_at or told.cancelled_at)
        change = restocked(order, Change(late), restock)
    else:
        change = cancelled(order, now, who, "cancelled by the channel", restock=restock)
    order = change.order.replace(cancelled_at=told.cancelled_at)
    gone = order.shipped.total() + sum(line.elsewhere for line in order.lines)
    if gone:
        message = f"the channel cancelled the order when {gone} units had shipped"
        problem = OrderException(cause=Cause.CANCELLED_AFTER_SHIPPING, message=message, opened_at=now)
        order = with_exception(order, problem)
    return change._replace(order=order)


def _with_updates(order: Order, told: ChannelOrder, now: datetime, who: str) -> Order:
    news = {name: getattr(told, name) for name in UPDATED_FIELDS if getattr(told, name) != getattr(order, name)}
    if not news:
        return order
    return with_entry(order.replace(**news), now, "updated", who, ", ".join(news))


def is_other_order(order: Order, told: ChannelOrder) -> bool:
    """Whether a person placed what is told of under the id of an order that was there already."""
    return told.by_hand and order.source != told.source


def is_ignored(told: ChannelOrder, channel: Channel) -> bool:
    """Whether the channel was told to pass over orders placed before its connection date."""
    return channel.ignore_before is not None and told.placed_at < channel.ignore_before


def takes_stock(order: Order, channel: Channel | None) -> bool:
    """Whether the order may take stock now: on arrival, or once it is paid, as the channel is set."""
    waits_for_payment = channel is not None and channel.reduce_on is ReduceOn.PAID
    return not order.is_over and (order.paid_at is not None or not waits_for_payment)
