"""The door for channels' webhooks: POST /webhooks/{channel}.

Signature first, on the bytes as they came; then the payload is kept; then the order is queued; only then 2xx.
"""

import base64
from collections.abc import Mapping
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any

from packhorse import inbox, raw, secrets
from packhorse.channels import CHANNELS
from packhorse.domain.errors import Rejected
from packhorse.domain.exception import Origin
from packhorse.domain.values import ChannelId
from packhorse.store import configuration, exceptions
from packhorse.telemetry import count, logger, metrics
from packhorse.web import problem, text

MOST_BYTES = 2_000_000


@logger.inject_lambda_context
@metrics.log_metrics
def handler(event: Mapping[str, Any], context: object) -> dict[str, Any]:
    """One HTTP API event in, its answer out."""
    body = event.get("body") or ""
    payload = base64.b64decode(body) if event.get("isBase64Encoded") else body.encode()
    channel = ChannelId(event["pathParameters"]["channel"])
    return receive(channel, event["headers"], payload, datetime.now(UTC))


def receive(channel_id: ChannelId, headers: Mapping[str, str], payload: bytes, now: datetime) -> dict[str, Any]:
    """What to answer a channel that posted this."""
    channel = configuration.current().channels.get(channel_id)
    protocol = CHANNELS.get(channel.kind) if channel and channel.active else None
    if protocol is None:
        return problem(HTTPStatus.NOT_FOUND, "no such channel")
    if len(payload) > MOST_BYTES:
        return problem(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, f"at most {MOST_BYTES} bytes")
    adapter = protocol(channel_id)
    if not is_signed(adapter, channel_id, headers, payload):
        count("WebhookRefused")
        return problem(HTTPStatus.UNAUTHORIZED, "the signature is missing or wrong")
    key = raw.keep(f"webhook/{channel_id}", payload, now)
    return take_in(adapter, channel_id, headers, payload, key, now)


def is_signed(adapter: Any, channel: ChannelId, headers: Mapping[str, str], payload: bytes) -> bool:
    """Whether one of the channel's secrets signed it; secrets given a moment ago count."""
    known = secrets.credentials(channel).webhook_secrets
    if adapter.verify(headers, payload, known):
        return True
    newest = secrets.credentials(channel, most_age=5).webhook_secrets
    return newest != known and bool(adapter.verify(headers, payload, newest))


def take_in(
    adapter: Any, channel: ChannelId, headers: Mapping[str, str], payload: bytes, key: str, now: datetime
) -> dict[str, Any]:
    """Queues the order; one that cannot be read is kept and becomes an exception: sending it again would not help."""
    try:
        order = adapter.read(headers, payload)
    except Rejected as error:
        topic = {name: value for name, value in headers.items() if name.lower() == adapter.topic}
        origin = Origin(channel=channel, headers=topic)
        exceptions.open_one("unreadable_order", f"{channel} {key}", error.in_full, now, key, origin)
        logger.warning("order unreadable", extra={"channel": channel, "raw": key, "errors": error.errors})
        return text(HTTPStatus.OK, "kept")
    if order is None:
        return text(HTTPStatus.OK, "passed over")
    inbox.hand_over([order], who=f"channel:{channel}", raw=key)
    logger.info("order received", extra={"order_id": order.order_id, "channel": channel, "raw": key})
    count("OrdersReceived")
    return text(HTTPStatus.OK, "accepted")
