"""Messages of channels, files and people applied to orders: new orders, updates of stored ones, facts.

Every message is the whole order as it stood at `modified_at`, so messages may come in any order and any number of
times: of an older one only the facts count (paid, cancelled, all of it shipped), which stay true.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from datetime import datetime
from functools import partial

from packhorse.domain.address import has_unknown_country
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


def new_order(received: ChannelOrder, now: datetime, who: str) -> Change:
    """Return a new order; one that its first message says is cancelled or shipped takes no stock."""
    lines = tuple(OrderLine(**line.model_dump()) for line in received.lines)
    facts = received.model_dump(include=set(FACTS - {"paid_at", "cancelled_at", "shipped_at"}))
    order = Order(**facts, status=Status.AWAITING_PAYMENT, received_at=now, lines=lines, source=received.source)
    entered = with_entry(order, now, "received", who, received.source)
    return with_facts(entered, received, now, who, restock=unshipped_only)  # it holds nothing that could be given back


def updated(order: Order, received: ChannelOrder, now: datetime, who: str, *, restock: RestockRule) -> Change:
    """Apply a message to a stored order; of one that is older than the last, only its facts."""
    received = with_our_line_ids(order, received)
    if _is_older(order, received):
        return with_facts(order, received, now, who, restock=restock)
    change = edited(_with_updates(order, received, now, who), received.lines, now, who, restock=restock)
    newer = change.order.replace(modified_at=received.modified_at)
    return change.then(with_facts(newer, received, now, who, restock=restock))


def _is_older(order: Order, received: ChannelOrder) -> bool:
    """Return whether the message is older than the newest that was applied."""
    return received.modified_at < order.modified_at


def with_facts(order: Order, received: ChannelOrder, now: datetime, who: str, *, restock: RestockRule) -> Change:
    """Apply the facts of a message: payment, shipment, cancellation.

    An older message that all has shipped means the units that the order had then; its parcels are ignored, since a
    newer message repeats them.
    """
    change = Change(with_status(_paid_by_channel(order, received, now, who), now, who))
    for step in _as_they_happened(received, partial(_cancelled_by_channel, restock=restock)):
        change = change.then(step(change.order, received, now, who))
    return change


IntakeStep = Callable[[Order, ChannelOrder, datetime, str], Change]


def _as_they_happened(received: ChannelOrder, cancel: IntakeStep) -> Iterator[IntakeStep]:
    """Yield shipment and cancellation in the order of their times: goods that ship after it are an exception."""
    cancelled_first = received.cancelled_at and received.shipped_at and received.cancelled_at < received.shipped_at
    if cancelled_first:
        yield cancel
    if received.shipped_at or received.parcels:
        yield _shipped_by_channel
    if received.cancelled_at and not cancelled_first:
        yield cancel


def _paid_by_channel(order: Order, received: ChannelOrder, now: datetime, who: str) -> Order:
    """Return the order as paid; a cancelled one keeps the time of payment and its status."""
    if order.status is Status.CANCELLED:
        return order.replace(paid_at=order.paid_at or received.paid_at)
    return paid(order, received.paid_at, now, who) if received.paid_at else order


def _shipped_by_channel(order: Order, received: ChannelOrder, now: datetime, who: str) -> Change:
    if _is_older(order, received):
        had = Counter({line.id: line.quantity for line in received.lines}) if received.shipped_at else Counter()
        return units_shipped_by_channel(order, had, at=now, who=who)
    return shipped_by_channel(order, received.parcels, everything=received.shipped_at is not None, at=now, who=who)


def _cancelled_by_channel(
    order: Order, received: ChannelOrder, now: datetime, who: str, *, restock: RestockRule
) -> Change:
    if order.is_over:
        late = order.replace(cancelled_at=order.cancelled_at or received.cancelled_at)
        change = restocked(order, Change(late), restock)
    else:
        change = cancelled(order, now, who, "cancelled by the channel", restock=restock)
    order = change.order.replace(cancelled_at=received.cancelled_at)
    shipped = order.shipped.total() + sum(line.elsewhere for line in order.lines)
    if shipped:
        message = f"the channel cancelled the order when {shipped} units had shipped"
        problem = OrderException(cause=Cause.CANCELLED_AFTER_SHIPPING, message=message, opened_at=now)
        order = with_exception(order, problem)
    return change._replace(order=order)


def _with_updates(order: Order, received: ChannelOrder, now: datetime, who: str) -> Order:
    changes = {
        name: getattr(received, name) for name in UPDATED_FIELDS if getattr(received, name) != getattr(order, name)
    }
    if not changes:
        return order
    return with_entry(order.replace(**changes), now, "updated", who, ", ".join(changes))


def is_other_order(order: Order, received: ChannelOrder) -> bool:
    """Return whether a person placed another order under the id of a stored one."""
    return received.by_hand and order.source != received.source


def is_ignored(received: ChannelOrder, channel: Channel) -> bool:
    """Return whether the order was placed before the channel's `ignore_before`."""
    return channel.ignore_before is not None and received.placed_at < channel.ignore_before


def takes_stock(order: Order, channel: Channel | None) -> bool:
    """Return whether the order may take stock now: on arrival or once it is paid, by the channel's `reduce_on`.

    One that goes to an unknown country may not: it would be taken where the order does not ship from.
    """
    waits_for_payment = channel is not None and channel.reduce_on is ReduceOn.PAID
    if has_unknown_country(order.ship_to):
        return False
    return not order.is_over and (order.paid_at is not None or not waits_for_payment)
