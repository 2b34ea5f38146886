"""Drain the dead-letter queues: every dead letter becomes an exception, whatever it holds.

A dead letter is stored in the bucket, then its exception is opened, and only then it is deleted. The same message that
fails once more, also after a retry, opens the same exception.
"""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any, NamedTuple

from packhorse.aws.bucket import store_payload
from packhorse.aws.queues import delete_messages, make_visible, receive_messages
from packhorse.aws.settings import settings
from packhorse.aws.telemetry import logger
from packhorse.domain.values import ChannelId
from packhorse.messages.origins import FORMER, QUEUES
from packhorse.store import exceptions, polls
from packhorse.usecases.operations.dead_letters import letter_of

MARGIN = 15.0
"""Seconds that ten dead letters take at most."""
DEAD_LETTER_QUEUES = (settings.dead_letters_queue_url, settings.fifo_dead_letters_queue_url)
BY_QUEUE = {url.rpartition("/")[2]: name for name, url in QUEUES.items()}


class Drained(NamedTuple):
    """How many dead letters became exceptions, and how many could not."""

    letters: int
    failed: int


def drain(remaining: Callable[[], float]) -> Drained:
    """Drain both queues until they are empty or the margin before the deadline is reached."""
    drained = [drain_queue(url, remaining) for url in DEAD_LETTER_QUEUES]
    return Drained(sum(each.letters for each in drained), sum(each.failed for each in drained))


def drain_queue(url: str, remaining: Callable[[], float]) -> Drained:
    """Drain one queue; at the end make letters that failed visible again, since the alarm counts visible messages."""
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
    """Store a dead letter and open its exception; return whether that worked."""
    try:
        letter = letter_of(message["Body"], queue_of(message), message.get("Attributes", {}).get("MessageGroupId", ""))
        key = store_payload(f"dead/{letter.folder}", letter.kept.encode(), now)
        event = attribute_of(message, "message") or message["MessageId"]
        polls.save_unread(ChannelId(letter.problems[0].origin.channel), letter.unread, now)
        for problem in letter.problems:
            exceptions.open_exception(problem.replace(raw=key, event=event), now)
    except Exception:
        logger.exception("dead letter not drained", extra={"message_id": message["MessageId"]})
        return False
    about = letter.problems[0].subject.text
    logger.warning("dead letter", extra={"queue": letter.folder, "concerns": about, "raw": key})
    return True


def queue_of(message: Mapping[str, Any]) -> str:
    """Return the name of the queue whose message became a dead letter; empty for what another origin gave up."""
    by_sqs = message.get("Attributes", {}).get("DeadLetterQueueSourceArn", "").rpartition(":")[2]
    name = attribute_of(message, "queue")
    name = FORMER.get(name, name)
    return BY_QUEUE.get(by_sqs) or (name if name in QUEUES else "")


def attribute_of(message: Mapping[str, Any], name: str) -> str:
    """Return an attribute that `send_dead_letter` gave a message; empty without."""
    return str(message.get("MessageAttributes", {}).get(name, {}).get("StringValue", ""))
