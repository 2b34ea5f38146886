"""Receive a webhook: verify its signature on the raw bytes, store the payload, then queue the order.

A report of the channel's stock is queued behind the quantities that are published to it. What only names an order has
it read, and is not stored; nor is a request about personal data.
"""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum

from packhorse.aws import secrets
from packhorse.aws.bucket import store_payload
from packhorse.aws.telemetry import add_metric, facts_of, logger
from packhorse.channels import CHANNELS, adapter_of
from packhorse.channels.protocol import Adapter, Receiving, ReportedQuantity
from packhorse.domain.configuration.channel import Channel
from packhorse.domain.errors import Rejected
from packhorse.domain.orders.awaited import TOPIC, is_awaited
from packhorse.domain.orders.channel_order import order_id
from packhorse.domain.problem import Cause, Origin, Problem, Subject
from packhorse.domain.values import ChannelId
from packhorse.http.signature import header
from packhorse.messages.channels import QuantityReported, send_reported
from packhorse.messages.orders import send_orders
from packhorse.messages.polls import send_read
from packhorse.store import configuration, exceptions
from packhorse.usecases.intake.newest_secrets import newest_secrets
from packhorse.usecases.intake.receive_privacy import is_about_privacy, open_unreadable, receive_privacy
from packhorse.usecases.intake.record_event import record_event
from packhorse.usecases.intake.store_of_webhook import sending_host, store_of

MAX_PAYLOAD_BYTES = 2_000_000


class WebhookOutcome(StrEnum):
    """The outcome of a webhook; its text is in the answer."""

    ACCEPTED = "accepted"
    KEPT = "kept"
    """Unreadable: stored as an exception and answered with 2xx, since a retry of the channel would not help."""
    ANNOUNCED = "handed over"
    """A notification, for the function that can verify it."""
    IGNORED = "passed over"
    NO_CHANNEL = "no such channel"
    TOO_LARGE = f"at most {MAX_PAYLOAD_BYTES} bytes"
    NO_TOPIC = "the header that names the topic is missing"
    UNSIGNED = "the signature is missing or wrong"


def receive_webhook(channel_id: ChannelId, headers: Mapping[str, str], payload: bytes, now: datetime) -> WebhookOutcome:
    """Receive a webhook of a channel; one without a valid signature is only logged.

    One of another store is received for the channel of that store, as where several have one app.
    """
    config = configuration.current()
    posted_to = config.channels.get(channel_id)
    store = store_of(posted_to, headers, config) if posted_to else None
    channel = store or posted_to
    kind = _kind_of(channel, headers) if channel else Adapter()
    if channel is None or (kind.receive is None and kind.announce is None):
        return WebhookOutcome.NO_CHANNEL
    if len(payload) > MAX_PAYLOAD_BYTES:
        return WebhookOutcome.TOO_LARGE
    if kind.is_ping and kind.is_ping(payload):
        return WebhookOutcome.IGNORED
    if kind.receive is None:
        return WebhookOutcome.ANNOUNCED if header(headers, kind.announced_by) else WebhookOutcome.UNSIGNED
    adapter = kind.receive(channel)
    if not is_authentic(adapter, ChannelId(channel.id), headers, payload):
        logger.warning("webhook refused", extra={"channel": channel.id})
        return WebhookOutcome.UNSIGNED
    if store is None:
        return keep_of_no_channel(channel, headers, payload, now)
    return receive_authentic(channel, adapter, headers, payload, now, is_synced=config.account.sync)


def _kind_of(channel: Channel, headers: Mapping[str, str]) -> Adapter:
    """Return what the channel can do with a webhook: an inactive one takes requests about personal data alone.

    Whether a notification is one shows once it is verified.
    """
    kind = CHANNELS[channel.kind]
    return kind if kind.announce or is_about_privacy(channel, headers) else adapter_of(channel)


def keep_of_no_channel(channel: Channel, headers: Mapping[str, str], payload: bytes, now: datetime) -> WebhookOutcome:
    """Open an exception for a request about personal data of a store that is no channel; the rest is sent again."""
    host = sending_host(channel, headers)
    logger.warning("webhook of a store that is no channel", extra={"channel": channel.id, "host": host[:200]})
    if not is_about_privacy(channel, headers):
        return WebhookOutcome.NO_CHANNEL
    open_unreadable(ChannelId(channel.id), f"it is of the store {host[:200]}, which is no channel", payload, now)
    return WebhookOutcome.KEPT


def receive_authentic(
    channel: Channel, adapter: Receiving, headers: Mapping[str, str], payload: bytes, now: datetime, *, is_synced: bool
) -> WebhookOutcome:
    """Receive a webhook whose sender is certain."""
    record_event(ChannelId(channel.id), now)
    if not header(headers, adapter.topic):
        return WebhookOutcome.NO_TOPIC
    if is_about_privacy(channel, headers):
        return WebhookOutcome.ACCEPTED if receive_privacy(channel, headers, payload, now) else WebhookOutcome.KEPT
    report, names = adapter_of(channel).report, adapter_of(channel).names
    if names and (named := names(headers, payload)):
        send_read(ChannelId(channel.id), named)
        return WebhookOutcome.ACCEPTED
    if report and (reported := report(headers, payload)):
        return queue_report(ChannelId(channel.id), reported, is_synced=is_synced)
    return queue_order(adapter, channel, headers, payload, now)


def is_authentic(adapter: Receiving, channel: ChannelId, headers: Mapping[str, str], payload: bytes) -> bool:
    """Return whether one of the channel's secrets signed the payload; read newer secrets if no cached one did."""
    cached = secrets.get_credentials(channel).webhook_secrets
    if adapter.verify(headers, payload, cached):
        return True
    newest = newest_secrets(channel)
    return newest != cached and adapter.verify(headers, payload, newest)


def queue_report(channel: ChannelId, reported: ReportedQuantity, *, is_synced: bool) -> WebhookOutcome:
    """Queue a quantity that the channel shows; its payload is not stored, since the message has all of it."""
    if not is_synced:
        return WebhookOutcome.IGNORED
    send_reported(QuantityReported(channel=channel, **reported._asdict()))
    return WebhookOutcome.ACCEPTED


def queue_order(
    adapter: Receiving, channel: Channel, headers: Mapping[str, str], payload: bytes, now: datetime
) -> WebhookOutcome:
    """Store the payload and queue its order; open an exception if it is unreadable.

    The payload's key has the order's id, by which an erasure finds it, also where it brings no order, as a draft of one
    does. That of an order that is to be stored says its topic, too: the audit reads it again if the order is missing.
    """
    source = f"webhook/{channel.id}"
    try:
        order = adapter.read(headers, payload)
    except Rejected as error:
        key = store_payload(source, payload, now, _order_id_in(adapter, channel, payload))
        record_unreadable(adapter, ChannelId(channel.id), headers, payload, key, error, now)
        return WebhookOutcome.KEPT
    about = {TOPIC: header(headers, adapter.topic)} if is_awaited(order, channel) else {}
    name = order.order_id if order else _order_id_in(adapter, channel, payload)
    key = store_payload(source, payload, now, name, about)
    if order is None:
        return WebhookOutcome.IGNORED
    send_orders([order], who=f"channel:{channel.id}", raw=key)
    logger.info("order received", extra={"order_id": order.order_id, "channel": channel.id, "raw": key})
    add_metric("OrdersReceived")
    return WebhookOutcome.ACCEPTED


def _order_id_in(adapter: Receiving, channel: Channel, payload: bytes) -> str:
    named = adapter.order_id_in(payload)
    return order_id(ChannelId(channel.id), named) if named else ""


def record_unreadable(
    adapter: Receiving,
    channel: ChannelId,
    headers: Mapping[str, str],
    payload: bytes,
    key: str,
    error: Rejected,
    now: datetime,
) -> None:
    """Open an exception for a payload that is stored under `key` and cannot be read."""
    named = adapter.order_id_in(payload)
    topic = {name: value for name, value in headers.items() if name.lower() == adapter.topic}
    problem = Problem(
        cause=Cause.UNREADABLE_ORDER,
        subject=Subject.of_channel_order(channel, named) if named else Subject.of_payload(channel, key),
        message=error.in_full,
        origin=Origin(channel=channel, headers=topic),
        raw=key,
    )
    exceptions.open_exception(problem, now)
    logger.warning("order unreadable", extra={"channel": channel, "raw": key, **facts_of(error)})
