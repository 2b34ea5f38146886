"""Makes exceptions of dead letters: reads every queue of them, whatever was in the messages.

A message is kept as it was, then it is an exception, and only then it is gone from its queue. The same message again,
also after it was retried and failed once more, is the same exception.
"""

import hashlib
import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any, NamedTuple
from urllib.parse import unquote_plus

from packhorse.aws.bucket import store_payload
from packhorse.aws.invocation import each_message
from packhorse.aws.settings import settings
from packhorse.aws.telemetry import add_metric, logger, metrics
from packhorse.domain.advice import Origin
from packhorse.store import exceptions

DEAD_LETTERS = dict(pair.split("=") for pair in settings.dead_letters.split())
"""By the name of a queue of dead letters: whose they are."""

SUBJECT_FIELDS = {"order_id": "order"} | {name: name for name in ("order", "upload", "sku", "audit", "channel")}
"""Fields of our messages that say what they are about; the first that is there does."""


class DeadLetter(NamedTuple):
    """What becomes an exception."""

    cause: str
    concerns: str
    message: str
    origin: Origin


@logger.inject_lambda_context
@metrics.log_metrics
def handler(event: dict[str, Any], context: object) -> dict[str, Any]:
    """A batch of one queue of dead letters."""
    return each_message(event, lambda record: drain(record.raw_event, datetime.now(UTC)))


def drain(record: Mapping[str, Any], now: datetime) -> None:
    """Keeps a message and opens its exception."""
    queue = DEAD_LETTERS[record["eventSourceARN"].rpartition(":")[2]]
    body = record["body"]
    key = store_payload(f"dead/{queue}", body.encode(), now)
    group = record["attributes"].get("MessageGroupId", "")
    letter = FAILURES[queue](parse_body(body)) if queue in FAILURES else dead_letter(queue, body, group)
    exceptions.open_exception(
        letter.cause, letter.concerns, letter.message, now, key, letter.origin, record["messageId"]
    )
    logger.warning("dead letter", extra={"queue": queue, "concerns": letter.concerns, "raw": key})
    add_metric("DeadLetters")


def dead_letter(queue: str, body: str, group: str) -> DeadLetter:
    """A message of a queue; the same body is the same thing."""
    concerns = f"{queue}: {subject_of(parse_body(body))} ({hashlib.sha256(body.encode()).hexdigest()[:12]})"
    message = f"a message of the {queue} queue failed time after time, and was given up"
    return DeadLetter("dead_letter", concerns, message, Origin(queue=queue, group=group))


def failed_poll(told: Mapping[str, Any]) -> DeadLetter:
    """What Lambda says of a poll; every failure of a channel is the same thing."""
    channel = nested_field(told, "requestPayload", "channel")
    error = nested_field(told, "responsePayload", "errorType") or "no answer"
    return DeadLetter(
        "poll_failed", channel or "a channel", f"the channel could not be polled: {error}", Origin(channel=channel)
    )


def missed_changes(told: Mapping[str, Any]) -> DeadLetter:
    """What Lambda says of changes of stock that nobody heard of; it does not say which."""
    return DeadLetter("changes_missed", "stock", "changes of stock were not heard of", Origin())


FAILURES: Mapping[str, Callable[[Mapping[str, Any]], DeadLetter]] = {"poll": failed_poll, "changed": missed_changes}
"""Where dead letters are no messages, but what Lambda says of a failure."""


def nested_field(told: Mapping[str, Any], part: str, field: str) -> str:
    """A field of a part, if there is one."""
    found = told.get(part)
    return str(found.get(field) or "") if isinstance(found, dict) else ""


def parse_body(body: str) -> Mapping[str, Any]:
    """The object that a message is; an empty one if it is none."""
    try:
        told = json.loads(body)
    except (ValueError, RecursionError):
        return {}
    return told if isinstance(told, dict) else {}


def subject_of(told: Mapping[str, Any]) -> str:
    """What a message names, without anything personal.

    >>> what_it_is_about({"kind": "advance", "order_id": "6f1b"})
    'order 6f1b'
    >>> what_it_is_about({"order": {"channel": "web", "channel_order_id": "1001", "customer": {"name": "Ada"}}})
    'order 1001 of web'
    """
    if files := files_of(told):
        return f"file {', '.join(files)}"[:300]
    if isinstance(order := told.get("order"), dict):
        return f"order {order.get('channel_order_id')} of {order.get('channel')}"[:300]
    named = (f"{what} {told[field]}" for field, what in SUBJECT_FIELDS.items() if isinstance(told.get(field), str))
    return next(named, "a message")[:300]


def files_of(told: Mapping[str, Any]) -> list[str]:
    """The files that a notification of S3 is about."""
    try:
        return [unquote_plus(record["s3"]["object"]["key"]) for record in told["Records"]]
    except (KeyError, TypeError):
        return []
