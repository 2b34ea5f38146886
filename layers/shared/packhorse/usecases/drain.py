"""Drain the dead-letter queues: everything that was given up becomes an exception, whatever was in the message.

A letter is kept in the bucket, then it is an exception, and only then it is deleted. The same message again, also
after it was retried and failed once more, is the same exception.

origin                      | known by
a queue                     | the attribute `DeadLetterQueueSourceArn`; the body is the message
an asynchronous invocation  | `requestContext.functionArn` in the body; its `requestPayload` is the message
the stream of stock changes | `DDBStreamBatchInfo` in the body
"""

import hashlib
import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any, NamedTuple
from urllib.parse import unquote_plus

from packhorse.aws.bucket import store_payload
from packhorse.aws.queues import delete_messages, make_visible, receive_messages
from packhorse.aws.settings import settings
from packhorse.aws.telemetry import logger
from packhorse.domain.problem import Cause, Origin, Problem, Subject
from packhorse.messages.origins import FUNCTIONS, QUEUES
from packhorse.store import exceptions

MARGIN = 15.0
"""Seconds that ten letters take at the very most."""
DEAD_LETTER_QUEUES = (settings.dead_letters_queue_url, settings.fifo_dead_letters_queue_url)
BY_QUEUE = {url.rpartition("/")[2]: name for name, url in QUEUES.items()}
BY_FUNCTION = {function: name for name, function in FUNCTIONS.items()}
POLL_FUNCTION = settings.poll_function_arn.rpartition(":")[2]
NAMED = {"order_id": "order"} | {name: name for name in ("order", "upload", "sku", "audit", "channel")}
"""Fields of our messages that name what they are about; the first that is present does."""


class Letter(NamedTuple):
    """The exception of a dead letter, what of it is kept, and the folder for that."""

    problem: Problem
    kept: str
    folder: str


class Drained(NamedTuple):
    """How many letters became exceptions, and how many could not."""

    letters: int
    failed: int


def drain(remaining: Callable[[], float]) -> Drained:
    """Drain both queues until they are empty or the time is short."""
    drained = [drain_queue(url, remaining) for url in DEAD_LETTER_QUEUES]
    return Drained(sum(each.letters for each in drained), sum(each.failed for each in drained))


def drain_queue(url: str, remaining: Callable[[], float]) -> Drained:
    """Drain one queue; make a letter that cannot be drained visible again at the end: the alarm counts visible ones."""
    letters = 0
    failed: list[dict[str, Any]] = []
    while remaining() > MARGIN and (messages := receive_messages(url)):
        done = [message for message in messages if is_drained(message, datetime.now(UTC))]
        failed += [message for message in messages if message not in done]
        delete_messages(url, done)
        letters += len(done)
    make_visible(url, failed)
    return Drained(letters, len(failed))


def is_drained(message: Mapping[str, Any], now: datetime) -> bool:
    """Keep a letter and open its exception; return whether that worked."""
    try:
        letter = letter_of(message["Body"], message.get("Attributes", {}))
        key = store_payload(f"dead/{letter.folder}", letter.kept.encode(), now)
        exceptions.open_exception(letter.problem.replace(raw=key, event=message["MessageId"]), now)
    except Exception:
        logger.exception("dead letter not drained", extra={"message_id": message["MessageId"]})
        return False
    about = letter.problem.subject.text
    logger.warning("dead letter", extra={"queue": letter.folder, "concerns": about, "raw": key})
    return True


# ---- where a letter came from


def letter_of(body: str, attributes: Mapping[str, str]) -> Letter:
    """The letter by its origin."""
    source = attributes.get("DeadLetterQueueSourceArn", "").rpartition(":")[2]
    if source in BY_QUEUE:
        return of_queue(BY_QUEUE[source], body, attributes.get("MessageGroupId", ""))
    told = read(body)
    if "DDBStreamBatchInfo" in told:
        return of_stream(body)
    function = function_in(told)
    if function == POLL_FUNCTION:
        return of_poll(told, body)
    if function in BY_FUNCTION:
        return of_function(function, told)
    return of_nowhere(body)


def of_queue(queue: str, body: str, group: str) -> Letter:
    """A message of a queue; the same body is the same exception."""
    message = f"a message of the {queue} queue failed time after time, and was given up"
    origin = Origin(queue=queue, group=group)
    problem = Problem(cause=Cause.DEAD_LETTER, subject=concerns(queue, body), message=message, origin=origin)
    return Letter(problem, body, queue)


def of_function(function: str, told: Mapping[str, Any]) -> Letter:
    """The payload of an asynchronous invocation; the same payload is the same exception."""
    name = BY_FUNCTION[function]
    payload = json.dumps(told.get("requestPayload"))
    error = part_of(told, "responsePayload", "errorType") or "no answer"
    message = f"an invocation of {function} failed time after time, and was given up: {error}"
    subject = concerns(name, payload)
    problem = Problem(cause=Cause.DEAD_LETTER, subject=subject, message=message, origin=Origin(queue=name))
    return Letter(problem, payload, name)


def of_poll(told: Mapping[str, Any], body: str) -> Letter:
    """A failed poll; every failure of a channel is the same exception."""
    channel = part_of(told, "requestPayload", "channel")
    error = part_of(told, "responsePayload", "errorType") or "no answer"
    subject = Subject.of_channel(channel) if channel else Subject(text="a channel")
    message = f"the channel could not be polled: {error}"
    problem = Problem(cause=Cause.POLL_FAILED, subject=subject, message=message, origin=Origin(channel=channel))
    return Letter(problem, body, "poll")


def of_stream(body: str) -> Letter:
    """Changes of stock that nothing followed from; the record does not name them."""
    message = "changes of stock were not heard of"
    problem = Problem(cause=Cause.CHANGES_MISSED, subject=Subject(text="stock"), message=message)
    return Letter(problem, body, "changed")


def of_nowhere(body: str) -> Letter:
    """A message that no queue or function of this deployment gave up: it cannot be put back."""
    message = "a message of unknown origin was found on a dead-letter queue"
    problem = Problem(cause=Cause.DEAD_LETTER, subject=concerns("unknown", body), message=message)
    return Letter(problem, body, "unknown")


# ---- what is in it


def read(body: str) -> Mapping[str, Any]:
    """The object that a message is; an empty one if it is none."""
    try:
        told = json.loads(body)
    except (ValueError, RecursionError):
        return {}
    return told if isinstance(told, dict) else {}


def part_of(told: Mapping[str, Any], part: str, field: str) -> str:
    """A field of a part; empty where either is missing."""
    found = told.get(part)
    return storable(str(found.get(field) or "")) if isinstance(found, dict) else ""


def storable(text: str) -> str:
    r"""The text with a question mark for every half of a surrogate pair, which JSON may hold and UTF-8 cannot.

    >>> storable("MUG \ud83d")
    'MUG ?'
    """
    return text.encode(errors="replace").decode()


def function_in(told: Mapping[str, Any]) -> str:
    """The name of the function that Lambda gave up invoking.

    >>> function_in({"requestContext": {"functionArn": "arn:aws:lambda:us-east-1:1234:function:shop-poll:$LATEST"}})
    'shop-poll'
    """
    parts = part_of(told, "requestContext", "functionArn").split(":")
    return parts[6] if len(parts) > 6 else ""


def concerns(origin: str, body: str) -> Subject:
    """What an exception concerns; its text is the origin, what the message names, and a digest of the message."""
    subject = what_it_is_about(read(body))
    return subject.replace(text=f"{origin}: {subject.text} ({hashlib.sha256(body.encode()).hexdigest()[:12]})")


def what_it_is_about(told: Mapping[str, Any]) -> Subject:
    """What a message names, without anything personal.

    >>> what_it_is_about({"kind": "advance", "order_id": "6f1b"}).text
    'order 6f1b'
    >>> what_it_is_about({"order": {"channel": "web", "channel_order_id": "1001", "customer": {"name": "Ada"}}}).text
    'order 1001 of web'
    """
    if files := files_of(told):
        return Subject(text=storable(f"file {', '.join(files)}"[:300]))
    if isinstance(order := told.get("order"), dict):
        return Subject(text=storable(f"order {order.get('channel_order_id')} of {order.get('channel')}"[:300]))
    named = {what: storable(told[field][:300]) for field, what in NAMED.items() if isinstance(told.get(field), str)}
    first = next((f"{what} {value}" for what, value in named.items()), "a message")
    return Subject(text=first[:300], **named)


def files_of(told: Mapping[str, Any]) -> list[str]:
    """The files that a notification of S3 is about."""
    try:
        return [unquote_plus(record["s3"]["object"]["key"]) for record in told["Records"]]
    except (KeyError, TypeError):
        return []
