"""Notify channels of parcels: what left, what was corrected, what was withdrawn after all.

One invocation at a time handles an order (its message group), so that its notices are sent in order. A notice
whose answer is lost is sent again: a channel ignores what it has. What fails is due again at a time that the order
holds, and its message is done: an order, or a channel, that fails delays no other.
"""

from collections.abc import Callable, Collection, Mapping
from datetime import UTC, datetime
from functools import partial

import httpx

from packhorse.aws.telemetry import add_metric, logger
from packhorse.channels import adapter_of
from packhorse.channels.http import connect
from packhorse.channels.protocol import Keys, Notifying, ParcelNotice
from packhorse.domain.configuration.channel import Channel
from packhorse.domain.configuration.configuration import Configuration
from packhorse.domain.errors import CredentialsRefused, Rejected, Unavailable
from packhorse.domain.orders.change import Change
from packhorse.domain.orders.notice import NoticeKind, OwedNotice, owed_notices
from packhorse.domain.orders.notifying import not_notified, notified, waiting_for_credentials
from packhorse.domain.orders.order import Order
from packhorse.domain.values import ChannelId, OrderId
from packhorse.http.pace import CALL_MARGIN
from packhorse.messages.notices import NotifyChannel
from packhorse.store import orders
from packhorse.usecases.change_order import commit_step
from packhorse.usecases.channel_keys import with_keys
from packhorse.usecases.refused_credentials import record_refused_notice, resolve_after_notice
from packhorse.usecases.wake_notices import wake_later


def notify_channels(
    messages: Mapping[str, NotifyChannel], config: Configuration, remaining: Callable[[], float]
) -> set[str]:
    """Notify the channels of these orders, by message id; return those to be delivered again."""
    by_channel: dict[ChannelId, dict[str, OrderId]] = {}
    for name, message in messages.items():
        by_channel.setdefault(ChannelId(message.channel), {})[name] = message.order_id
    failed: set[str] = set()
    for channel_id, found in by_channel.items():
        channel = config.channels.get(channel_id)
        notifying = adapter_of(channel).notify if channel else None
        if channel and notifying:
            failed |= notify_of_orders(channel, notifying, found, remaining)
    return failed


def notify_of_orders(
    channel: Channel,
    notifying: Callable[[Channel, httpx.Client], Notifying],
    found: Mapping[str, OrderId],
    remaining: Callable[[], float],
) -> set[str]:
    """Notify a channel of its orders, by message id; the first that it does not answer ends it for all of them.

    Returns the messages to be delivered again: those of orders that broke, and those that there was no time for.
    """
    left = dict(found)
    broken: set[str] = set()

    def notify_all(keys: Keys) -> None:
        with connect(channel, adapter_of(channel).sign_in, keys, remaining) as http:
            while left and remaining() >= CALL_MARGIN:
                name, order_id = next(iter(left.items()))
                if not notified_of(notifying(channel, http), channel, order_id):
                    broken.add(name)
                del left[name]

    try:
        with_keys(channel, notify_all)
    except Unavailable as error:
        put_all_off(channel, left.values(), error)
        return broken
    if len(left) < len(found):
        resolve_after_notice(ChannelId(channel.id))
    return {*left, *broken}


def put_all_off(channel: Channel, order_ids: Collection[OrderId], error: Unavailable) -> None:
    """Record in these orders that their channel did not answer, and have it notified again later."""
    logger.warning("channel not notified", extra={"channel": channel.id, "left": len(order_ids), "reason": str(error)})
    if isinstance(error, CredentialsRefused):
        record_refused_notice(ChannelId(channel.id), error, datetime.now(UTC))
    for order_id in order_ids:
        wake_later(commit_step(order_id, partial(_put_off, error=error), "packhorse"))


def notified_of(notifying: Notifying, channel: Channel, order_id: OrderId) -> bool:
    """Notify a channel of one order; return False if that broke, which harms no other order."""
    try:
        notify_of_order(notifying, channel, order_id)
    except Unavailable:
        raise
    except Exception:
        logger.exception("channel not notified of order", extra={"order_id": order_id})
        return False
    return True


def notify_of_order(notifying: Notifying, channel: Channel, order_id: OrderId) -> None:
    """Send all that is due of an order, and record each in it; raises Unavailable if the channel does not answer."""
    order = orders.get_order(order_id)
    while owed := due_notice(order, datetime.now(UTC)):
        try:
            references = send(notifying, channel, order, owed)
        except Rejected as error:
            order = commit_step(order_id, partial(_failed, owed=owed, error=error), "packhorse")
        else:
            order = commit_step(order_id, partial(_sent, owed=owed, references=references), "packhorse")
            add_metric("NoticesSent", 1)
    wake_later(order)


def due_notice(order: Order, now: datetime) -> OwedNotice | None:
    """Return the first notice that is due; none while an earlier one of the same parcel's order waits for its time."""
    return next((owed for owed in owed_notices(order) if owed.due_at and owed.due_at <= now), None)


def send(notifying: Notifying, channel: Channel, order: Order, owed: OwedNotice) -> tuple[str, ...]:
    """Send one notice; return the channel's ids of a parcel that left."""
    parcel = owed.parcel
    notice = ParcelNotice(
        order=order.channel_order_id,
        id=owed.id,
        carrier=channel.name_of_carrier(parcel.carrier),
        tracking=parcel.tracking,
        lines=parcel.lines,
        references=owed.notice.references,
        others=order.made_fulfilments,
    )
    if owed.kind is NoticeKind.SHIPPED:
        return notifying.notify_shipped(notice)
    (notifying.notify_corrected if owed.kind is NoticeKind.CORRECTED else notifying.notify_withdrawn)(notice)
    return ()


def _sent(order: Order, now: datetime, _: str, *, owed: OwedNotice, references: tuple[str, ...]) -> Change:
    return Change(notified(order, owed, references, now))


def _failed(order: Order, now: datetime, _: str, *, owed: OwedNotice, error: Rejected) -> Change:
    return Change(not_notified(order, owed, error.in_full, now, for_good=True, wait=None))


def _put_off(order: Order, now: datetime, _: str, *, error: Unavailable) -> Change:
    owed = due_notice(order, now)
    if owed is None:
        return Change(order)
    if isinstance(error, CredentialsRefused):
        return Change(waiting_for_credentials(order, owed, str(error), now))
    return Change(not_notified(order, owed, str(error), now, for_good=False, wait=error.retry_after))
