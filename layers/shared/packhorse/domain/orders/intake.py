"""Messages of channels, files and people applied to orders: new orders, updates of stored ones, facts.

Every message is the whole order as it stood at `modified_at`, so messages may come in any order and any number of
times: of an older one only the facts count (paid, cancelled, units that had left), which stay true. What the newest one
takes back of them is left to a person (see `retractions`).
"""

from collections import Counter
from collections.abc import Callable, Collection, Iterator
from datetime import datetime
from functools import partial
from typing import Any

from packhorse.domain.address import as_stored, one_line
from packhorse.domain.configuration.channel import Channel, ReduceOn
from packhorse.domain.orders.annotations import with_note
from packhorse.domain.orders.cancelled_parcels import as_cancelled
from packhorse.domain.orders.cancelling import is_all_unwanted
from packhorse.domain.orders.change import Change
from packhorse.domain.orders.channel_holds import is_earlier_reading, with_channel_holds
from packhorse.domain.orders.channel_order import ChannelLine, ChannelOrder, ChannelParcel, Customer, OrderFacts
from packhorse.domain.orders.completion import shipped_by_channel, shipped_by_older_message, with_places
from packhorse.domain.orders.deleting import is_restored, restored
from packhorse.domain.orders.editing import edited, is_another_item
from packhorse.domain.orders.exceptions import with_exception
from packhorse.domain.orders.field_words import field_words
from packhorse.domain.orders.hold_notifying import with_parts_to_hold
from packhorse.domain.orders.line_edits import as_stated, with_edits_kept
from packhorse.domain.orders.line_matching import our_line_ids, with_ids_there, with_our_line_ids
from packhorse.domain.orders.money_back import refunded, with_what_had_left
from packhorse.domain.orders.new_address import without_refusals_of_address
from packhorse.domain.orders.notifying import with_confirmed, with_owed_again
from packhorse.domain.orders.order import InternalNote, Order, OrderException, Status
from packhorse.domain.orders.order_line import OrderLine
from packhorse.domain.orders.overrides import repeated_by_channel, without_replaced
from packhorse.domain.orders.parcel import contents_of
from packhorse.domain.orders.past_exceptions import is_addressed
from packhorse.domain.orders.releasing import unrouted
from packhorse.domain.orders.reported import (
    gone_units,
    made_units,
    own_parcels,
    pending_units,
    whole_units,
    with_known_parcels,
)
from packhorse.domain.orders.rerouting import with_new_place
from packhorse.domain.orders.restock import RestockRule, restocked, unshipped_only
from packhorse.domain.orders.retractions import with_cancellation, with_payment
from packhorse.domain.orders.same_order import has_number_of
from packhorse.domain.orders.status import with_status
from packhorse.domain.orders.steps import cancelled, paid
from packhorse.domain.orders.updates import with_entry
from packhorse.domain.plural import plural
from packhorse.domain.problem import Cause
from packhorse.domain.values import WarehouseId

Moment = tuple[datetime, ...]
"""When a message was true, and when the channel sent it, if that decides."""

FACTS = frozenset(OrderFacts.model_fields)
UPDATED_FIELDS = (
    "customer",
    "ship_to",
    "bill_to",
    "delivery_method",
    "currency",
    "shipping",
    "tax",
    "discount",
    "total",
    "note",
    "gift_message",
    "number",
)
NOTE_OF_FILE = "file"
"""The id of the internal note that a file of orders has."""
PROMISES = ("ship_by", "deliver_by", "expedited")
"""Fields that a message need not have: without a value it leaves them as they are."""


def new_order(received: ChannelOrder, now: datetime, who: str) -> Change:
    """Return a new order; what its first message says has shipped takes its stock once it is routed."""
    received = with_what_had_left(None, received)
    lines = tuple(OrderLine(**line.model_dump()) for line in received.lines)
    facts = received.model_dump(include=set(FACTS - {"paid_at", "cancelled_at", "shipped_at"}))
    order = Order(
        **facts,
        status=Status.AWAITING_PAYMENT,
        received_at=now,
        lines=lines,
        source=received.source,
        heard=received.lists_parcels,
        told_parcels=() if received.lists_parcels else tuple(each for each in received.parcels if each.is_foreign),
        triggered_at=received.triggered_at,
        ships_unpaid=received.ships_unpaid,
    )
    entered = _with_adjustments(with_entry(order, now, "received", who, received.source), received, now)
    if received.internal_note:
        note = InternalNote(id=NOTE_OF_FILE, text=received.internal_note, author=who, written_at=now)
        entered = with_note(entered, note)
    return with_facts(entered, received, now, who, restock=unshipped_only)  # it holds nothing that could be given back


def updated(order: Order, received: ChannelOrder, now: datetime, who: str, *, restock: RestockRule) -> Change:
    """Apply a message to a stored order; of one that is older than the last, only its facts."""
    stated = as_stated(order)
    ours = our_line_ids(stated, received)
    received = with_our_line_ids(order, received, ours)
    if _is_older(order, received):
        order = with_ids_there(order, order, ours, is_newest=False) if received.lists_parcels else order
        return with_facts(order, received, now, who, restock=restock)
    received = with_what_had_left(order, received)
    if _is_equally_old(order, received):
        received = _neither_grown_nor_taken_back(stated, received)
    order, received = with_edits_kept(order, received, now, who)
    change = edited(_with_updates(order, received, now, who), received.lines, now, who, restock=restock)
    newer = change.order.replace(
        modified_at=received.modified_at, triggered_at=received.triggered_at or change.order.triggered_at
    )
    if received.lists_parcels:
        newer = with_ids_there(order, newer, ours, is_newest=True).replace(heard=True)
    if is_restored(order, received):
        newer = restored(newer, now, who)
    return change.then(with_facts(newer, received, now, who, restock=restock))


def notifiable(order: Order, *, is_first: bool) -> Order:
    """Return the order as one whose channel is notified, with the first message of that, of all that left before, too.

    What a file or the channel reported as shipped is no parcel of ours. An order that was heard before channels were
    notified stays out if it had parcels or was over by then.
    """
    is_past = not is_first and (order.is_over or any(order.parcels))
    return order if order.is_notifiable or is_past else order.replace(is_notifiable=True)


def has_reached(order: Order, received: ChannelOrder) -> bool:
    """Return whether the order is as the message has it, or newer: nothing would be lost without the message.

    A file or a person states facts (paid, cancelled, shipped) that count for an order of a channel, too: their time
    decides.
    """
    if received.lists_parcels and not order.is_heard:
        return False
    newest, this = _moments(order, received)
    return this <= newest


def _is_older(order: Order, received: ChannelOrder) -> bool:
    """Return whether the message is older than the newest that was applied.

    What the channel says is newer than a file or a person, whose times are those of the upload or request.
    """
    if order.is_heard != received.lists_parcels:
        return order.is_heard
    newest, this = _moments(order, received)
    return this < newest


def _is_equally_old(order: Order, received: ChannelOrder) -> bool:
    """Return whether nothing says which of the message and the newest that was applied is older."""
    newest, this = _moments(order, received)
    return order.is_heard == received.lists_parcels and this == newest


def _moments(order: Order, received: ChannelOrder) -> tuple[Moment, Moment]:
    """Return the moments of the newest message that was applied and of this one, to be compared.

    Of two with the same `modified_at` the channel's times of sending decide, where both have one.
    """
    if order.triggered_at and received.triggered_at:
        return (order.modified_at, order.triggered_at), (received.modified_at, received.triggered_at)
    return (order.modified_at,), (received.modified_at,)


def _neither_grown_nor_taken_back(order: Order, received: ChannelOrder) -> ChannelOrder:
    """Return a message of the same moment so that it takes nothing back that another one said of that moment.

    What was removed then stays removed, what left has left, and an order that was paid or cancelled stays so.
    """
    ours = {line.id: line for line in order.lines}
    lines = (_not_grown(ours[line.id], line) if line.id in ours else line for line in received.lines)
    parcels = with_known_parcels(order, received.parcels) if received.lists_parcels else received.parcels
    is_cancelled = order.cancelled_at and not order.reopened_in_channel_at  # else it goes on, or is to be sent there
    stays_cancelled = order.cancelled_in_channel_at if is_cancelled else None
    return received.replace(
        lines=tuple(lines),
        parcels=parcels,
        cancelled_at=received.cancelled_at or stays_cancelled,
        is_unpaid=received.is_unpaid and order.is_unpaid_in_channel,
        payment_failed=received.payment_failed or order.payment_failed,
        payment_due=received.payment_due and order.payment_due,
    )


def _not_grown(ours: OrderLine, line: ChannelLine) -> ChannelLine:
    if is_another_item(ours, line):
        return line  # what is ordered of one item says nothing of another, which may wait for its fulfiller to agree
    removed = ours.removed_late if ours.stated_quantity is None else 0
    return line.replace(quantity=min(line.quantity, ours.quantity - removed))


def with_facts(order: Order, received: ChannelOrder, now: datetime, who: str, *, restock: RestockRule) -> Change:
    """Apply the facts of a message, and what it takes back: payment, shipment, cancellation.

    Of an older message the units that had left by then count; a newer one has the parcels as they are.
    """
    order = order.replace(ships_unpaid=order.ships_unpaid or received.ships_unpaid)
    before, is_newest = order, not _is_older(order, received)
    change = Change(with_status(_paid_by_channel(order, received, now, who), now, who))
    for step in _as_they_happened(received, partial(_cancelled_by_channel, restock=restock)):
        change = change.then(step(change.order, received, now, who))
    order = refunded(change.order, received, now, who) if is_newest else change.order
    order = with_payment(order, received, now, who, is_newest=is_newest)
    order = with_cancellation(before, order, received, now, who, is_newest=is_newest)
    if is_newest:
        order = order.replace(payment_failed=received.payment_failed)
    return _without_stock_unless_paid(change._replace(order=_with_holds_there(order, received, now, who)), now, who)


def _without_stock_unless_paid(change: Change, now: datetime, who: str) -> Change:
    """Return the change with the stock given back that an order took before its payment failed."""
    order = change.order
    if not order.payment_failed or takes_stock(order, None):
        return change
    change = unrouted(change)
    if change.order == order:
        return change
    return change._replace(order=with_entry(change.order, now, "payment_failed", who, "its stock is given back"))


def _with_holds_there(order: Order, received: ChannelOrder, now: datetime, who: str) -> Order:
    """Apply what the message says of holds, unless they were read later: whether it is the newest of the order or not.

    Where none of them were read, those of the newest message count.
    """
    are_read = received.read_at or order.holds_read_at
    is_past = is_earlier_reading(order, received) if are_read else _is_older(order, received)
    return order if is_past else with_parts_to_hold(with_channel_holds(order, received, now, who), received)


IntakeStep = Callable[[Order, ChannelOrder, datetime, str], Change]


def _as_they_happened(received: ChannelOrder, cancel: IntakeStep) -> Iterator[IntakeStep]:
    """Yield shipment and cancellation in the order of their times: goods that ship after it are an exception."""
    cancelled_first = received.cancelled_at and received.shipped_at and received.cancelled_at < received.shipped_at
    if cancelled_first:
        yield cancel
    yield _shipped_by_channel
    if received.cancelled_at and not cancelled_first:
        yield cancel


def _paid_by_channel(order: Order, received: ChannelOrder, now: datetime, who: str) -> Order:
    """Return the order as paid; a cancelled one keeps its status, and its payment is an exception."""
    if received.paid_at is None or order.paid_at:
        return order
    is_cancelled = order.status is Status.CANCELLED
    is_late = received.cancelled_at is not None and received.paid_at > received.cancelled_at
    if is_cancelled:
        order = with_entry(order.replace(paid_at=received.paid_at), now, "paid", who)
    else:
        order = paid(order, received.paid_at, now, who)
    if is_late or (is_cancelled and order.cancelled_at and not _is_older(order, received)):
        message = "the order was paid after it had been cancelled"
        problem = OrderException(cause=Cause.PAID_AFTER_CANCELLATION, message=message, opened_at=now)
        order = with_exception(order, problem)
    return order


def _shipped_by_channel(order: Order, received: ChannelOrder, now: datetime, who: str) -> Change:
    """Apply the parcels of the message; a source that does not list any may still say that all has shipped."""
    everything = received.shipped_at is not None
    order = with_confirmed(order, received.parcels, now)
    if _is_older(order, received):
        # Fulfilments that we made there are counted as ours, and may have been withdrawn since.
        own = [*own_parcels(order, received.parcels)]
        had = contents_of(each for each in own if not each.is_foreign)
        if everything:
            ours = {line.id: line for line in as_stated(order).lines}
            same = (each for each in received.lines if each.id not in ours or not is_another_item(ours[each.id], each))
            all_lines = Counter({line.id: line.quantity for line in same}) & whole_units(order)
            made = contents_of(received.parcels) - contents_of(own)
            had |= all_lines - (made | made_units(order))
        return shipped_by_older_message(order, had, at=now, who=who)
    parcels = received.parcels if received.lists_parcels else order.told_parcels
    change = shipped_by_channel(order, parcels, everything=everything, at=now, who=who)
    return change._replace(order=with_owed_again(change.order))


def _cancelled_by_channel(
    order: Order, received: ChannelOrder, now: datetime, who: str, *, restock: RestockRule
) -> Change:
    """Return the order as cancelled since the channel first said so; some name the time of the message instead.

    What it repeats requests nothing that was refused since, and opens no exception.
    """
    said = order.cancelled_in_channel_at if received.lists_parcels else order.cancelled_at
    is_older = _is_older(order, received)
    if said and is_older and not order.cancelled_at:
        return Change(order)  # it goes on: units were added since
    is_anew = not order.cancelled_at or (order.reopened_in_channel_at and not is_older)
    before = None if is_anew else said
    since = min(filter(None, (before, received.cancelled_at)))
    if order.is_over:
        change = restocked(order, Change(as_cancelled(order, since)), restock)
    elif before and is_all_unwanted(order):
        change = Change(order)
    else:
        change = cancelled(order, now, who, "cancelled by the channel", restock=restock)
        if not received.lists_parcels:  # what a file has of it is from the channel, or not meant for it
            change = change._replace(order=change.order.replace(is_cancelled_here_only=True))
    # A person's cancellation may be another one: what left since it has not left before it was cancelled.
    first = since if is_anew or order.cancelled_at == said else order.cancelled_at
    change = change.then(restocked(change.order, Change(change.order.replace(cancelled_at=first)), restock))
    order = change.order
    if received.lists_parcels:
        order = with_status(order.replace(cancelled_in_channel_at=since), now, who)
    if not before and (shipped := gone_units(order).total()):
        message = f"the channel cancelled the order when {plural(shipped, 'unit')} had shipped"
        problem = OrderException(cause=Cause.CANCELLED_AFTER_SHIPPING, message=message, opened_at=now)
        order = with_exception(order, problem)
    return change._replace(order=order)


def _with_updates(order: Order, received: ChannelOrder, now: datetime, who: str) -> Order:
    stated = _stated(order, received)
    stay = repeated_by_channel(order, stated)
    changes = {name: value for name, value in stated.items() if name not in stay and value != getattr(order, name)}
    if order.replaced:
        order = without_replaced(order, stated, now, who)
    if not changes:
        return order
    updated_order = with_entry(order.replace(**changes), now, "updated", who, field_words(changes))
    updated_order = _with_adjustments(updated_order, received, now)
    return _with_new_address(order, updated_order, now, who) if "ship_to" in changes else updated_order


def _with_adjustments(order: Order, received: ChannelOrder, now: datetime) -> Order:
    """Return the order with a timeline entry about the fields that were not stored as they came."""
    if not received.adjusted:
        return order
    return with_entry(order, now, "adjusted", "packhorse", f"cut, rounded or left out: {', '.join(received.adjusted)}")


def _stated(order: Order, received: ChannelOrder) -> dict[str, Any]:
    """Return the facts that the message states; any other stays as it is."""
    stated = {name: getattr(received, name) for name in UPDATED_FIELDS}
    stated |= {name: value for name in PROMISES if (value := getattr(received, name)) is not None}
    stated["customer"] = _with_known(received.customer, order.customer)
    stated["ship_to"] = as_stored(received.ship_to, order.ship_to, *(part.ship_to for part in order.replaced))
    stated["bill_to"] = as_stored(received.bill_to, order.bill_to)
    if received.ship_to is None and not received.is_fetched and order.ship_to:
        del stated["ship_to"]  # withheld: channels do not show the addresses of old orders
    return stated


def _with_known(customer: Customer, before: Customer) -> Customer:
    """Return the buyer with what an earlier message said of the same one: channels show less of old orders."""
    said = {name: value for name, value in dict(customer).items() if value}
    names_nobody_else = all(getattr(before, name) in {"", value} for name, value in said.items())
    is_same = customer.id == before.id if customer.id and before.id else names_nobody_else
    return before.replace(**said) if is_same else customer


def _with_new_address(before: Order, order: Order, now: datetime, who: str) -> Order:
    """Return the order with both addresses in its timeline, and an exception if a warehouse has the old one.

    What no warehouse has is routed again, if it goes to another place.
    """
    changed = f"from {one_line(before.ship_to)} to {one_line(order.ship_to)}"
    order = with_new_place(before, with_entry(order, now, "address_changed", who, changed), now, who)
    order = without_refusals_of_address(order)
    if not is_addressed(order):
        return order
    labels = ", ".join(label.name for each in order.fulfilments for label in each.waiting_labels)
    message = "the address changed when the order had been handed over; the timeline has both"
    message = f"{message}; void its label {labels}, which has the old one" if labels else message
    problem = OrderException(cause=Cause.ADDRESS_CHANGED, message=message, opened_at=now)
    return with_exception(order, problem)


def is_other_order(order: Order, received: ChannelOrder) -> bool:
    """Return whether a person placed another order under the id of a stored one, or a file names another one so.

    A file without ids has numbers for them, and a channel may have the number of one order as the id of another. Where
    the file came first, it may have the ids as numbers: then the goods say whether it meant that order.
    """
    if received.by_hand:
        return order.source != received.source
    if has_number_of(order, received):
        return False
    if received.lists_parcels:
        is_of_file = bool(order.source) and not order.is_heard and order.channel_order_id == order.number
        stated = {line.sku for line in as_stated(order).lines}
        return is_of_file and stated.isdisjoint(line.sku for line in received.lines)
    return received.channel_order_id == received.number and not order.source


def as_connected(received: ChannelOrder, channel: Channel, warehouses: Collection[WarehouseId]) -> ChannelOrder:
    """Return the message with where its parcels left: from which of the warehouses, from elsewhere, or too early.

    Marked is also that the order is sent unpaid, by the channel's `ship_unpaid`.
    """
    names = {name.casefold() for name in received.payment}
    received = received.replace(ships_unpaid=not names.isdisjoint(name.casefold() for name in channel.ship_unpaid))
    parcels = received.parcels
    if received.shipped_at and not parcels:
        # When it left, a file does not say: what is older than the channel had left before that.
        parcels = (ChannelParcel(shipped_at=received.shipped_at if received.lists_parcels else received.placed_at),)
    return received.replace(parcels=with_places(parcels, channel, warehouses))


def takes_stock(order: Order, channel: Channel | None) -> bool:
    """Return whether the order may take stock now: on arrival or once it is paid, by the channel's `reduce_on`.

    One whose payment failed waits for it in any channel. What has left takes its stock in any case. What has no usable
    address yet takes it, too, since its channel has sold it; it is routed again once it has one. What may be another
    order once more does not: that one takes it already.
    """
    if order.is_over or order.may_be_again:
        return False
    on_payment = order.payment_failed or (channel is not None and channel.reduce_on is ReduceOn.PAID)
    return order.may_ship or not on_payment or bool(pending_units(order))
