"""What a dead letter becomes: the exceptions to open, and the payload to keep.

origin                      | recognised by
a queue                     | the attribute `DeadLetterQueueSourceArn`, or ours, `queue`; the body is the message
a rule of an event bus      | `detail-type` in the body, which is the event
an asynchronous invocation  | `requestContext.functionArn` in the body; its `requestPayload` is the message
the stream of stock changes | `DDBStreamBatchInfo` in the body
"""

import hashlib
import json
from collections.abc import Mapping
from typing import Any, NamedTuple
from urllib.parse import unquote_plus

from packhorse.aws.settings import settings
from packhorse.domain.problem import Cause, Origin, Problem, Subject
from packhorse.messages.origins import FUNCTIONS
from packhorse.store.keys import is_nameable

BY_FUNCTION = {function: name for name, function in FUNCTIONS.items()}
SUBJECT_FIELDS = {"order_id": "order"} | {name: name for name in ("order", "upload", "sku", "audit", "channel")}
"""The field of a subject by field of a message; the first that is present makes the text of the subject."""


class DeadLetter(NamedTuple):
    """A dead letter: its exceptions, the payload to store, and the folder of the bucket for that.

    `unread` are the orders that it would have had read, by its channel's names of them.
    """

    problems: tuple[Problem, ...]
    kept: str
    folder: str
    unread: tuple[str, ...] = ()


def letter_of(body: str, queue: str, group: str) -> DeadLetter:
    """Return the dead letter of a message, by its origin; `queue` is the queue that it comes from, if one."""
    if queue:
        return of_queue(queue, body, group)
    fields = parse_body(body)
    if "DDBStreamBatchInfo" in fields:
        return of_stream(body)
    if "detail-type" in fields:
        return of_bus(body)
    function = function_in(fields)
    if function == settings.poll_function:
        return of_poll(fields, body)
    if function in BY_FUNCTION:
        return of_function(function, fields)
    return of_nowhere(body)


def of_queue(queue: str, body: str, group: str) -> DeadLetter:
    """Return the dead letter of a queue's message; an equal body makes the same exception."""
    message = f"a message of the {queue} queue failed at every try, and is a dead letter"
    origin = Origin(queue=queue, group=group)
    problem = Problem(cause=Cause.DEAD_LETTER, subject=concerns(queue, body), message=message, origin=origin)
    return DeadLetter((problem,), body, queue)


def of_function(function: str, fields: Mapping[str, Any]) -> DeadLetter:
    """Return the dead letter of an asynchronous invocation; an equal payload makes the same exception."""
    name = BY_FUNCTION[function]
    payload = json.dumps(fields.get("requestPayload"))
    error = nested_field(fields, "responsePayload", "errorType") or "no answer"
    message = f"an invocation of {function} failed at every try, and is a dead letter: {error}"
    subject = concerns(name, payload)
    problem = Problem(cause=Cause.DEAD_LETTER, subject=subject, message=message, origin=Origin(queue=name))
    return DeadLetter((problem,), payload, name)


def of_poll(fields: Mapping[str, Any], body: str) -> DeadLetter:
    """Return the dead letter of a failed poll; every failure of a channel makes the same exception."""
    channel = nested_field(fields, "requestPayload", "channel")
    if not is_nameable(channel):
        channel = ""
    error = nested_field(fields, "responsePayload", "errorType") or "no answer"
    if channel and (names := named_orders(fields)):
        return of_reading(channel, names, error, body)
    subject = Subject.of_channel(channel) if channel else Subject(text="a channel")
    message = f"the channel could not be polled: {error}"
    problem = Problem(cause=Cause.POLL_FAILED, subject=subject, message=message, origin=Origin(channel=channel))
    return DeadLetter((problem,), body, "poll")


def of_reading(channel: str, names: tuple[str, ...], error: str, body: str) -> DeadLetter:
    """Return the dead letter of orders that were to be read: the next poll reads them, which ends their exceptions.

    What can be the name of no order is one more exception, which a person dismisses.
    """
    found = [name for name in names if is_nameable(name)]
    problems = [
        Problem(
            cause=Cause.ORDER_NOT_READ,
            subject=Subject.of_channel_order(channel, name),
            message=f"the order could not be read: {error}",
            origin=Origin(channel=channel),
        )
        for name in found
    ]
    if len(found) < len(names):
        message = f"orders were to be read whose names can be none: {error}"
        subject = concerns("poll", body).replace(channel=channel)
        problems.append(Problem(cause=Cause.DEAD_LETTER, subject=subject, message=message))
    return DeadLetter(tuple(problems), body, "poll", unread=tuple(found))


def of_stream(body: str) -> DeadLetter:
    """Return the dead letter of a batch of the stock table's stream; it does not name the changes."""
    message = "changes of stock were not published, and served no backorders"
    problem = Problem(cause=Cause.CHANGES_MISSED, subject=Subject(text="stock"), message=message)
    return DeadLetter((problem,), body, "changed")


def of_bus(body: str) -> DeadLetter:
    """Return the dead letter of an event that EventBridge could not pass to its function."""
    message = "an event of an event bus could not be passed to its function, and is a dead letter"
    problem = Problem(
        cause=Cause.DEAD_LETTER, subject=concerns("bus", body), message=message, origin=Origin(queue="bus")
    )
    return DeadLetter((problem,), body, "bus")


def of_nowhere(body: str) -> DeadLetter:
    """Return the dead letter of a message that belongs to no queue or function of this deployment: no retry."""
    message = "a message of unknown origin was found on a dead-letter queue"
    problem = Problem(cause=Cause.DEAD_LETTER, subject=concerns("unknown", body), message=message)
    return DeadLetter((problem,), body, "unknown")


# ---- the content of a message


def parse_body(body: str) -> Mapping[str, Any]:
    """Return the JSON object of a body; an empty one if the body is no JSON object."""
    try:
        fields = json.loads(body)
    except (ValueError, RecursionError):
        return {}
    return fields if isinstance(fields, dict) else {}


def nested_field(fields: Mapping[str, Any], part: str, field: str) -> str:
    """Return a field of an object within the object; empty if either is missing."""
    found = fields.get(part)
    return storable(str(found.get(field) or "")) if isinstance(found, dict) else ""


def storable(text: str) -> str:
    r"""Replace every half of a surrogate pair, which JSON may hold and UTF-8 cannot, by a question mark.

    >>> storable("MUG \ud83d")
    'MUG ?'
    """
    return text.encode(errors="replace").decode()


def named_orders(fields: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the orders that an invocation of the poll function named; none for a poll."""
    payload = fields.get("requestPayload")
    names = payload.get("orders") if isinstance(payload, dict) else None
    return tuple(storable(f"{name}") for name in names) if isinstance(names, list) else ()


def function_in(fields: Mapping[str, Any]) -> str:
    """Return the name of the function whose asynchronous invocation failed.

    >>> function_in({"requestContext": {"functionArn": "arn:aws:lambda:us-east-1:1234:function:shop-poll:$LATEST"}})
    'shop-poll'
    """
    parts = nested_field(fields, "requestContext", "functionArn").split(":")
    return parts[6] if len(parts) > 6 else ""


def concerns(origin: str, body: str) -> Subject:
    """Return the subject of the exception; its text is the origin, what the message names, and a digest of it."""
    subject = subject_of(parse_body(body))
    return subject.replace(text=f"{origin}: {subject.text} ({hashlib.sha256(body.encode()).hexdigest()[:12]})")


def subject_of(fields: Mapping[str, Any]) -> Subject:
    """Return what a message names as a subject, without personal data.

    >>> subject_of({"kind": "advance", "order_id": "6f1b"}).text
    'order 6f1b'
    >>> subject_of({"order": {"channel": "web", "channel_order_id": "1001", "customer": {"name": "Ada"}}}).text
    'order 1001 of web'
    """
    if files := files_of(fields):
        return Subject(text=storable(f"file {', '.join(files)}"[:300]))
    if isinstance(order := fields.get("order"), dict):
        return Subject(text=storable(f"order {order.get('channel_order_id')} of {order.get('channel')}"[:300]))
    named = {
        what: storable(fields[field][:300])
        for field, what in SUBJECT_FIELDS.items()
        if isinstance(fields.get(field), str)
    }
    first = next((f"{what} {value}" for what, value in named.items()), "a message")
    return Subject(text=first[:300], **named)


def files_of(fields: Mapping[str, Any]) -> list[str]:
    """Return the keys of the files in a notification of S3; empty for any other message."""
    try:
        return [unquote_plus(record["s3"]["object"]["key"]) for record in fields["Records"]]
    except (KeyError, TypeError):
        return []
