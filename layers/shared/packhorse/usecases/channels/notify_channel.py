"""Notify channels of parcels (what left, what was corrected, what was withdrawn after all), cancellations and holds.

One invocation at a time handles an order (its message group), so that its notices are sent in order. A notice
whose answer is lost is sent again: a channel ignores what it has. What fails is due again at a time that the order
holds, and its message is done: an order, or a channel, that fails delays no other.
"""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from functools import partial
from typing import NamedTuple

import httpx

from packhorse.aws.telemetry import add_metric, facts_of, logger
from packhorse.channels import adapter_of
from packhorse.channels.protocol import Keys, Notifying, ParcelNotice, TrackingOfBox
from packhorse.domain.configuration.channel import Channel
from packhorse.domain.configuration.configuration import Configuration
from packhorse.domain.errors import (
    CredentialsRefused,
    NoTurn,
    NotYet,
    OutOfTime,
    PackhorseError,
    Rejected,
    Unavailable,
    in_part,
    raise_if_of_all,
)
from packhorse.domain.orders.cancel_notice import OwedCancellation
from packhorse.domain.orders.change import Change
from packhorse.domain.orders.due_notice import Due, due_now
from packhorse.domain.orders.hold_notice import OwedHold
from packhorse.domain.orders.notice import NoticeKind, OwedNotice, boxes_of, main_of, named_parcels
from packhorse.domain.orders.notifying import brought_forward
from packhorse.domain.orders.order import Order
from packhorse.domain.orders.reported import is_reported
from packhorse.domain.orders.restock import RestockRule
from packhorse.domain.values import ChannelId, OrderId
from packhorse.http.pace import CALL_MARGIN
from packhorse.messages.channels import NotifyChannel
from packhorse.store import orders
from packhorse.usecases.channels.cancel_in_channel import ByHand, cancel_in_channel
from packhorse.usecases.channels.channel_client import client_of_channel
from packhorse.usecases.channels.channel_keys import with_keys
from packhorse.usecases.channels.hold_in_channel import hold_in_channel
from packhorse.usecases.channels.record_notices import (
    with_failed,
    with_intent,
    with_nothing_done,
    with_put_off,
    with_sent,
)
from packhorse.usecases.channels.refused_credentials import are_good, record_refused_notice, resolve_after_notice
from packhorse.usecases.channels.resend_notices import advance_when_due
from packhorse.usecases.orders.change_order import OrderStep, commit_step


def notify_channels(
    messages: Mapping[str, NotifyChannel], config: Configuration, remaining: Callable[[], float]
) -> set[str]:
    """Notify the channels of these orders, by message id; return those to be delivered again."""
    by_channel: dict[ChannelId, dict[str, NotifyChannel]] = {}
    for name, message in messages.items():
        by_channel.setdefault(ChannelId(message.channel), {})[name] = message
    failed: set[str] = set()
    for channel_id, found in by_channel.items():
        channel = config.channels.get(channel_id)
        if channel and adapter_of(channel).is_notified:
            failed |= notify_of_orders(channel, found, config.restock, remaining)
    return failed


class RefusedNotice(NamedTuple):
    """A message whose notice the channel answered with 403."""

    message: NotifyChannel
    owed: Due
    error: CredentialsRefused


class NoticeRun:
    """One invocation's notices to one channel: messages by id with their orders, as far as they are not done."""

    def __init__(
        self,
        channel: Channel,
        messages: Mapping[str, NotifyChannel],
        restock: RestockRule,
        remaining: Callable[[], float],
    ) -> None:
        self.channel = channel
        self.left = dict(messages)
        self.restock = restock
        self.broken: set[str] = set()
        self.remaining = remaining
        self.is_answered = False
        self.unanswered: dict[OrderId, Due] = {}
        self.refused: dict[str, RefusedNotice] = {}

    def notify(self, keys: Keys) -> None:
        """Notify of one order after the other; raises CredentialsRefused if the channel has no right for any."""
        with client_of_channel(self.channel, keys, self.remaining) as http:
            try:
                self.notify_of_each(http)
                self.settle_refused()
            finally:
                self.left |= {name: each.message for name, each in self.refused.items()}
                self.refused = {}

    def notify_of_each(self, http: httpx.Client) -> None:
        """Notify while time is left; an order that breaks, or that the channel has no right for, harms no other."""
        while self.left and self.remaining() >= CALL_MARGIN:
            name, message = next(iter(self.left.items()))
            try:
                self.notify_of_order(http, message)
            except CredentialsRefused as error:
                raise_if_of_all(error)
                self.refused[name] = RefusedNotice(message, self.unanswered.pop(message.order_id), error)
            except Unavailable:
                raise
            except Exception:
                logger.exception("channel not notified of order", extra={"order_id": message.order_id})
                self.broken.add(name)
            del self.left[name]

    def settle_refused(self) -> None:
        """Count a try of the orders that the channel has no right for; raises CredentialsRefused if it takes no other.

        One that was tried before is to blame itself, too, if the channel has taken something since.
        """
        is_good = self.is_answered or (bool(self.refused) and are_good(ChannelId(self.channel.id)))
        for name, (message, owed, error) in list(self.refused.items()):
            if self.is_answered or (is_good and owed.tries):
                advance_when_due(record(message.order_id, partial(with_failed, owed=owed, error=error)))
                del self.refused[name]
        for each in self.refused.values():
            raise each.error

    def notify_of_order(self, http: httpx.Client, message: NotifyChannel) -> None:
        """Send all that is due of an order, and record each in it; raises Unavailable without an answer."""
        order_id = message.order_id
        order = record(order_id, _with_all_due) if message.at_once else stored(order_id)
        while owed := due_now(order, datetime.now(UTC)):
            if not isinstance(owed, OwedCancellation):  # before the call: it may be done there if this process dies
                record(order_id, partial(with_intent, owed=owed))
            try:
                references = self.send(http, order, owed)
            except (Rejected, NotYet) as error:
                order = record(order_id, partial(with_failed, owed=owed, error=error))
            except (CredentialsRefused, NoTurn, OutOfTime) as error:
                record(order_id, partial(with_nothing_done, owed=owed, error=error))
                raise
            else:
                order = record(order_id, partial(with_sent, owed=owed, references=references))
                add_metric("NoticesSent", 1)
        advance_when_due(order)

    def send(self, http: httpx.Client, order: Order, owed: Due) -> tuple[str, ...]:
        """Send what is owed; return the channel's ids of a parcel that left, or of what it has put on hold.

        None of a parcel that the channel reported itself.
        """
        try:
            if isinstance(owed, OwedCancellation):
                cancel_in_channel(self.channel, http, order, owed, self.restock)
                references: tuple[str, ...] = ()
            elif isinstance(owed, OwedHold):
                references = hold_in_channel(self.channel, http, order, owed)
            else:
                notifying = self.notifying(http)
                if owed.kind is NoticeKind.SHIPPED and not notifying.finds_parcels and is_reported(order, owed.parcel):
                    return ()
                references = send(notifying, self.channel, order, owed)
        except (Rejected, NotYet) as error:
            self.is_answered = self.is_answered or not isinstance(error, ByHand)
            raise
        except NoTurn:
            raise
        except Unavailable:
            self.unanswered[order.id] = owed
            raise
        self.is_answered = True
        return references

    def notifying(self, http: httpx.Client) -> Notifying:
        """Return the channel's side that takes parcels."""
        make = adapter_of(self.channel).notify
        if make is None:
            raise ByHand(f"{self.channel.id} takes no parcels from here")
        return make(self.channel, http)


def notify_of_orders(
    channel: Channel,
    messages: Mapping[str, NotifyChannel],
    restock: RestockRule,
    remaining: Callable[[], float],
) -> set[str]:
    """Notify a channel of its orders, by message id; the first that it does not answer ends it for all of them.

    Returns the messages to be delivered again: those of orders that broke, and those that there was no time for.
    """
    run = NoticeRun(channel, messages, restock, remaining)
    try:
        with_keys(channel, run.notify)
    except OutOfTime:
        pass
    except Unavailable as error:
        return put_all_off(run, error) | run.broken
    if run.is_answered:
        resolve_after_notice(ChannelId(channel.id))
    return {*run.left, *run.broken}


def put_all_off(run: NoticeRun, error: Unavailable) -> set[str]:
    """Have the channel notified of all that is left later: it did not answer to one notice, whose try counts.

    Returns the messages of orders that changed meanwhile, so that something else is due at once.
    """
    logger.warning("channel not notified", extra={"channel": run.channel.id, "left": len(run.left), **facts_of(error)})
    if isinstance(error, CredentialsRefused):
        record_refused_notice(ChannelId(run.channel.id), error, datetime.now(UTC))
    due: set[str] = set()
    for name, message in run.left.items():
        order_id = message.order_id
        after = record(order_id, partial(with_put_off, error=error, unanswered=run.unanswered.get(order_id)))
        if due_now(after, datetime.now(UTC)):
            due.add(name)
        else:
            advance_when_due(after)
    return due


class NotStored(PackhorseError):
    """Our own tables did not answer: the message is delivered again."""


def stored(order_id: OrderId) -> Order:
    """Return the order; raises NotStored where the table does not answer, since Unavailable is the channel's."""
    try:
        return orders.get_order(order_id)
    except Unavailable as error:
        raise NotStored(str(error)) from error


def record(order_id: OrderId, step: OrderStep) -> Order:
    """Commit a step of the order; raises NotStored where the table does not answer."""
    try:
        return commit_step(order_id, step, "packhorse")
    except Unavailable as error:
        raise NotStored(str(error)) from error


def send(notifying: Notifying, channel: Channel, order: Order, owed: OwedNotice) -> tuple[str, ...]:
    """Send one notice; return the channel's ids of a parcel that left."""
    notice = _parcel_notice(channel, order, owed)
    if main := main_of(owed.fulfilment, owed.parcel):
        name = next(name for name, parcel in named_parcels(owed.fulfilment).items() if parcel is main)
        notice = notice._replace(main=_parcel_notice(channel, order, owed._replace(parcel=main, name=name)))
    if owed.kind is NoticeKind.SHIPPED:
        references = notifying.notify_shipped(notice)
        if owed.earlier:  # it may have the parcel as it was then
            with in_part():
                notifying.notify_corrected(notice._replace(references=references))
        return references
    (notifying.notify_corrected if owed.kind is NoticeKind.CORRECTED else notifying.notify_withdrawn)(notice)
    return ()


def _parcel_notice(channel: Channel, order: Order, owed: OwedNotice) -> ParcelNotice:
    parcel = owed.parcel
    names = {line.id: line.id_there for line in order.lines}
    return ParcelNotice(
        order=order.channel_order_id,
        id=owed.id,
        carrier=channel.name_of_carrier(parcel.carrier),
        is_named_there=channel.has_name_of(parcel.carrier),
        tracking=parcel.tracking,
        lines=tuple(part.replace(line=names.get(part.line, part.line)) for part in parcel.lines),
        renamed={name: line.id_there for line in order.lines for name in line.ids_there[:-1]},
        references=owed.notice.references,
        others=order.made_fulfilments,
        former=tuple(dict.fromkeys(each.tracking for each in owed.earlier if each.tracking != parcel.tracking)),
        shipped_at=parcel.shipped_at,
        warehouse=owed.fulfilment.warehouse,
        boxes=tuple(
            TrackingOfBox(channel.name_of_carrier(each.carrier), each.tracking, channel.has_name_of(each.carrier))
            for each in boxes_of(owed.fulfilment, parcel)
        ),
    )


def _with_all_due(order: Order, _: datetime, __: str) -> Change:
    return Change(brought_forward(order))
