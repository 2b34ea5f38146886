"""Receive notifications of Amazon from their queue: what they are about is read from Amazon, never from them.

Any seller can have Amazon send notifications to this queue, so that the seller of each is compared with those of the
channels. They come in any order and some twice; polls bring what they are about, too.
"""

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from itertools import groupby
from typing import Any

from packhorse.aws.clients import FAILURES
from packhorse.aws.telemetry import logger
from packhorse.channels.amazon.notifications import Notification, OrderChange, OtherNotification, ShippedElsewhere
from packhorse.domain.configuration.channel import Channel, ChannelKind
from packhorse.domain.values import ChannelId
from packhorse.messages.polls import send_read
from packhorse.store import configuration
from packhorse.usecases.amazon.attend_by_amazon import attend_to_named
from packhorse.usecases.intake.record_event import record_event


def receive_amazon(notifications: Mapping[str, Notification], now: datetime) -> set[str]:
    """Take notifications, by message id; return those to be delivered again."""
    failed: set[str] = set()
    for kind, of_kind in _by_kind(notifications):
        failed |= HANDLERS[kind](of_kind, now)
    return failed


def _by_kind(notifications: Mapping[str, Notification]) -> Iterator[tuple[type, dict[str, Any]]]:
    """Yield the notifications of each type."""
    ordered = sorted(notifications.items(), key=lambda each: type(each[1]).__name__)
    for kind, found in groupby(ordered, key=lambda each: type(each[1])):
        yield kind, dict(found)


def channels_of_seller(seller: str) -> list[Channel]:
    """Return the channels of an Amazon seller, one for each marketplace; empty for any other seller."""
    channels = configuration.current().channels.values()
    return [each for each in channels if each.kind is ChannelKind.AMAZON and each.active and each.seller == seller]


def read_changed_orders(changes: Mapping[str, OrderChange], now: datetime) -> set[str]:
    """Have orders that changed read, each once; return the messages whose orders will not be.

    Polls bring what leaves from Amazon's own warehouses: reading each would take the calls that ours need.
    """
    wanted: dict[ChannelId, dict[str, list[str]]] = {}
    for name, change in changes.items():
        for channel in _channels_of(change):
            wanted.setdefault(channel, {}).setdefault(change.order, []).append(name)
    failed: set[str] = set()
    for channel, orders in wanted.items():
        record_event(channel, now)
        try:
            send_read(channel, list(orders))
        except FAILURES:
            logger.exception("orders not requested", extra={"channel": channel, "orders": list(orders)})
            failed.update(name for names in orders.values() for name in names)
            continue
        logger.info("notifications received", extra={"channel": channel, "orders": list(orders)})
    return failed


def _channels_of(change: OrderChange) -> list[ChannelId]:
    """Return the channels that the order of a notification may be of; of a marketplace without a channel none."""
    of_seller = channels_of_seller(change.seller)
    if not of_seller:
        logger.warning("notification refused", extra={"notification": change.id, "topic": "ORDER_CHANGE"})
    if change.by_amazon:
        return []
    return [ChannelId(each.id) for each in of_seller if change.marketplace in ("", each.marketplace)]


def attend_to_changed(changes: Mapping[str, ShippedElsewhere], _: datetime) -> set[str]:
    """Have fulfilment orders read that Amazon ships and whose state changed; return the messages that failed.

    Each of the seller's warehouses there attends to its own. Orders of other software, and of people, are passed over.
    """
    failed: set[str] = set()
    for seller, found in groupby(sorted(changes.items(), key=_seller), key=_seller):
        of_seller = dict(found)
        accounts = {each.id for each in channels_of_seller(seller)}
        if not accounts:
            logger.warning("notifications refused", extra={"topic": "FULFILLMENT_ORDER_STATUS"})
        try:
            attend_to_named(accounts, [each.order for each in of_seller.values()])
        except FAILURES:
            logger.exception("fulfilment orders not attended to", extra={"notifications": len(of_seller)})
            failed.update(of_seller)
    return failed


def _seller(change: tuple[str, ShippedElsewhere]) -> str:
    return change[1].seller


def pass_over(others: Mapping[str, OtherNotification], _: datetime) -> set[str]:
    """Take notifications that nothing here is done about: a person subscribed to them at Amazon."""
    for each in others.values():
        logger.warning(
            "notification passed over",
            extra={"notification": each.id, "topic": each.topic, "version": each.version},
        )
    return set()


HANDLERS: Mapping[type, Callable[[Mapping[str, Any], datetime], set[str]]] = {
    OrderChange: read_changed_orders,
    ShippedElsewhere: attend_to_changed,
    OtherNotification: pass_over,
}
"""What is done about notifications, by their type; each returns the messages to be delivered again."""
