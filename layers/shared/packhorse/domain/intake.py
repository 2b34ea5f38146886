"""What a channel, a file or a person says about an order, taken in: new orders, news of known ones, matching.

Every message is the whole order as it stood at `modified_at`, so messages may come in any order and any number of
times: of an older one only the facts count (paid, cancelled, all of it shipped), which are never taken back.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from typing import NamedTuple

from pydantic import ValidationError

from packhorse.domain.channel_order import ChannelLine, ChannelOrder, OrderFacts
from packhorse.domain.completion import told_gone, told_shipped
from packhorse.domain.configuration import Channel, ReduceOn
from packhorse.domain.editing import edited
from packhorse.domain.goods import Recipe
from packhorse.domain.life import (
    Change,
    cancelled,
    noted,
    paid,
    settled,
    with_exception,
    with_lines,
    without_exception,
)
from packhorse.domain.naming import in_our_names
from packhorse.domain.order import Order, OrderLine, Status
from packhorse.domain.product import Product
from packhorse.domain.values import Sku


class Match(NamedTuple):
    """The product that a line is, and what one unit of it takes from stock."""

    sku: Sku
    components: Mapping[Sku, int] = {}


Matches = Mapping[str, Match]
"""Products by line id; a line that is not in it has none (yet)."""

FACTS = frozenset(OrderFacts.model_fields)
NEWS = ("customer", "ship_to", "bill_to", "delivery_method", "shipping", "tax", "discount", "total", "note", "number")


def opened(told: ChannelOrder, now: datetime, who: str) -> Change:
    """A new order. One that was cancelled or shipped before we first heard of it takes no stock."""
    lines = tuple(OrderLine(**line.model_dump()) for line in told.lines)
    facts = told.model_dump(include=set(FACTS - {"paid_at", "cancelled_at", "shipped_at"}))
    order = Order(**facts, status=Status.AWAITING_PAYMENT, received_at=now, lines=lines)
    return with_facts(noted(order, now, "received", who, told.source), told, now, who)


def updated(order: Order, told: ChannelOrder, now: datetime, who: str) -> Change:
    """A known order after one more message about it; one that is older than what we know tells at most facts."""
    told = in_our_names(order, told)
    if _is_older(order, told):
        return with_facts(order, told, now, who)
    change = edited(_with_news(order, told, now, who), told.lines, now, who)
    newer = change.order.model_copy(update={"modified_at": told.modified_at})
    return change.then(with_facts(newer, told, now, who))


def _is_older(order: Order, told: ChannelOrder) -> bool:
    """Whether we know something newer."""
    return told.modified_at < order.modified_at


def with_facts(order: Order, told: ChannelOrder, now: datetime, who: str) -> Change:
    """The order after what cannot be taken back: payment, shipment, cancellation.

    Of an older message, what left is what the order had then; its parcels come again with those of the newer one.
    """
    change = Change(settled(_paid_by_channel(order, told, now, who), now, who))
    for step in _as_they_happened(told):
        change = change.then(step(change.order, told, now, who))
    return change


Step = Callable[[Order, ChannelOrder, datetime, str], Change]


def _as_they_happened(told: ChannelOrder) -> Iterator[Step]:
    """What left before the cancellation has left; what left after it should not have."""
    cancelled_first = told.cancelled_at and told.shipped_at and told.cancelled_at < told.shipped_at
    if cancelled_first:
        yield _cancelled_by_channel
    if told.shipped_at or told.parcels:
        yield _shipped_by_channel
    if told.cancelled_at and not cancelled_first:
        yield _cancelled_by_channel


def _paid_by_channel(order: Order, told: ChannelOrder, now: datetime, who: str) -> Order:
    """The payment is kept also where it comes too late to change anything."""
    if order.status is Status.CANCELLED:
        return order.model_copy(update={"paid_at": order.paid_at or told.paid_at})
    return paid(order, told.paid_at, now, who) if told.paid_at else order


def _shipped_by_channel(order: Order, told: ChannelOrder, now: datetime, who: str) -> Change:
    if _is_older(order, told):
        had = Counter({line.id: line.quantity for line in told.lines}) if told.shipped_at else Counter()
        return told_gone(order, had, at=now, who=who)
    return told_shipped(order, told.parcels, everything=told.shipped_at is not None, at=now, who=who)


def _cancelled_by_channel(order: Order, told: ChannelOrder, now: datetime, who: str) -> Change:
    change = Change(order) if order.is_over else cancelled(order, now, who, "cancelled by the channel")
    order = change.order.model_copy(update={"cancelled_at": told.cancelled_at})
    gone = order.shipped.total() + sum(line.elsewhere for line in order.lines)
    if gone:
        problem = f"the channel cancelled the order when {gone} units had shipped"
        order = with_exception(order, now, "cancelled_after_shipping", problem)
    return change._replace(order=order)


def _with_news(order: Order, told: ChannelOrder, now: datetime, who: str) -> Order:
    news = {name: getattr(told, name) for name in NEWS if getattr(told, name) != getattr(order, name)}
    if not news:
        return order
    return noted(order.model_copy(update=news), now, "updated", who, ", ".join(news))


def is_another(order: Order, told: ChannelOrder) -> bool:
    """Whether a person placed what is told of under the id of an order that was there already."""
    return told.is_placed_by_hand and order.timeline[0].detail != told.source


def is_ignored(told: ChannelOrder, channel: Channel) -> bool:
    """Whether the channel was told to pass over orders placed before its connection date."""
    return channel.ignore_before is not None and told.placed_at < channel.ignore_before


def takes_stock(order: Order, channel: Channel | None) -> bool:
    """Whether the order may take stock now: on arrival, or once it is paid, as the channel is set."""
    waits_for_payment = channel is not None and channel.reduce_on is ReduceOn.PAID
    return not order.is_over and (order.paid_at is not None or not waits_for_payment)


def product_for(line: ChannelLine) -> Product | None:
    """The product to make for a line whose sku is not known; None where its sku cannot be one."""
    try:
        return Product(sku=line.sku.strip(), name=line.name, needs_review=True, sync=False)
    except ValidationError:
        return None


def matched(order: Order, matches: Matches, now: datetime) -> Order:
    """The order with the products that are known for its lines; a line without one is an exception that names it."""
    changed = {line.id: _as(line, matches[line.id]) for line in order.lines if not line.matched and line.id in matches}
    found = with_lines(order, changed)
    for name in changed:
        found = without_exception(found, "unmatched_sku", name)
    for line in found.lines:
        if line.matched is None and line.unallocated:
            found = with_exception(found, now, "unmatched_sku", _unknown(line), line.id)
    return found


def unfolded(order: Order, recipes: Mapping[Sku, Recipe]) -> Order:
    """The order with lines that take what these kits are made of, unless some of a line was taken as a product."""
    changed = {
        line.id: line.model_copy(update={"components": dict(recipes[Sku(str(line.matched))])})
        for line in order.lines
        if line.matched in recipes and not line.components and not line.allocations
    }
    return with_lines(order, changed) if changed else order


def _as(line: OrderLine, match: Match) -> OrderLine:
    return line.model_copy(update={"matched": match.sku, "components": dict(match.components)})


def _unknown(line: ChannelLine) -> str:
    named = " / ".join(filter(None, (line.reference, line.sku, line.barcode))) or "no sku"
    return f"line {line.id} ({named}): no product is listed under this; map the listing and the order goes on"
