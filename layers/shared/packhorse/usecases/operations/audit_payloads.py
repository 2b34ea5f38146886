"""Audit payloads: each order that a webhook or poll brought is stored.

A message that nothing reads is deleted by its queue after ten days, without an exception. The payload that it was made
of stays for much longer: orders that are missing a day later, or once no queue can have them any more, are taken in
again.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from functools import partial
from itertools import chain

from packhorse.aws.bucket import name_in, payload_keys, payload_prefix, read_payload, words_about
from packhorse.aws.telemetry import logger
from packhorse.channels import adapter_of
from packhorse.channels.protocol import Receiving
from packhorse.domain.audits import AuditRun
from packhorse.domain.configuration.channel import Channel
from packhorse.domain.errors import NotNow, Rejected
from packhorse.domain.orders.awaited import ORDERS, SINCE, TOPIC, is_ignored
from packhorse.domain.orders.channel_order import ChannelOrder, order_id
from packhorse.domain.problem import Cause
from packhorse.domain.values import ChannelId, OrderId, start_of_day
from packhorse.messages.orders import send_orders
from packhorse.store import configuration, exceptions, orders, polls
from packhorse.usecases.operations.audit_findings import AuditPage

DAYS = (timedelta(days=1), timedelta(days=11))
"""How old the payloads are: yesterday's, and those whose messages a queue cannot have any more."""
PAYLOADS_PAGE = 200
RECORDED = (Cause.ORDER_REJECTED, Cause.ORDER_EXISTS, Cause.UNKNOWN_CHANNEL)
"""Causes of exceptions about orders that are not stored."""


def audit_payloads(run: AuditRun, after: str | None, _: datetime, *__: object) -> AuditPage:
    """Audit a page of the payloads of a channel and a day."""
    channels = configuration.current().channels
    prefixes = dict(sorted(payload_prefixes(channels.values(), run.started_at)))
    left = [prefix for prefix in prefixes if after is None or prefix >= after or after.startswith(prefix)]
    if not left:
        return run, None
    keys = payload_keys(left[0], after or "", PAYLOADS_PAGE)
    run = run.replace(looked_at=run.looked_at + len(keys), mended=run.mended + prefixes[left[0]](keys))
    if len(keys) == PAYLOADS_PAGE:
        return run, keys[-1]
    return run, left[1] if len(left) > 1 else None


def payload_prefixes(
    channels: Iterable[Channel], now: datetime
) -> Iterator[tuple[str, Callable[[Sequence[str]], int]]]:
    """Yield the prefix of each channel and day, with what takes in its payloads again and returns how many orders."""
    for channel in channels:
        kind = adapter_of(channel)
        for age in DAYS:
            since = start_of_day(now - age)
            if kind.receive:
                take_in = partial(take_in_webhooks, channel, kind.receive(channel), since)
                yield payload_prefix(f"webhook/{channel.id}", now - age), take_in
            if kind.poll:
                yield payload_prefix(f"poll/{channel.id}", now - age), partial(poll_again, ChannelId(channel.id), since)


def take_in_webhooks(channel: Channel, adapter: Receiving, since: datetime, keys: Sequence[str]) -> int:
    """Queue the orders of these webhooks, which came `since`, that are missing; return how many webhooks had one."""
    named = {key: OrderId(name) for key in keys if (name := name_in(key))}
    missing = missing_orders(named.values(), since)
    return sum(take_in_webhook(channel, adapter, key) for key in named if named[key] in missing)


def take_in_webhook(channel: Channel, adapter: Receiving, key: str) -> bool:
    """Queue the order of a webhook once more; return False for one that stays out, or that is not kept any more."""
    topic = words_about(key).get(TOPIC)
    if topic is None:
        return False
    try:
        order = adapter.read({adapter.topic: topic}, read_payload(key))
    except (Rejected, NotNow):
        logger.warning("payload not taken in again", extra={"channel": channel.id, "raw": key})
        return False
    if not isinstance(order, ChannelOrder) or is_ignored(order, channel):
        return False
    send_orders([order], who=f"channel:{channel.id}", raw=key)
    logger.warning("order taken in again", extra={"order_id": order.order_id, "channel": channel.id, "raw": key})
    return True


def poll_again(channel: ChannelId, came_since: datetime, keys: Sequence[str]) -> int:
    """Have the channel polled from before these pages, if orders of them are missing; return how many are.

    Its orders come as they are now, those that are stored, too, which changes nothing.
    """
    pages = [words for key in keys if ORDERS in (words := words_about(key))]
    missing = missing_orders((OrderId(name) for words in pages for name in words[ORDERS].split()), came_since)
    if missing:
        since = min(words[SINCE] for words in pages if not missing.isdisjoint(words[ORDERS].split()))
        polls.restart(channel, datetime.fromisoformat(since))
        logger.warning("channel polled again", extra={"channel": channel, "since": since, "missing": len(missing)})
    return len(missing)


def missing_orders(wanted: Iterable[OrderId], since: datetime) -> set[OrderId]:
    """Return those of the orders, which came `since`, that are not stored and not in an exception that says why.

    One that a person has dismissed says why, too: that order is to stay out.
    """
    wanted = set(wanted)
    missing = wanted - orders.existing_ids(wanted) if wanted else set()
    if missing:
        recorded = chain(exceptions.unresolved_of(*RECORDED), exceptions.dismissed_of(*RECORDED, since=since))
        subjects = (each.subject for each in recorded)
        missing -= {order_id(ChannelId(each.channel or ""), each.channel_order_id or "") for each in subjects}
    return missing
