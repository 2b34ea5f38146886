"""Begin a batch of a queue: count the tries of its records, and give up those that failed at every try.

The receive count of SQS does not serve for that: Lambda receives messages also when the account's limit of concurrent
executions is reached, and leaves them to the visibility timeout. A try is a delivery that reached the function; it is
counted before the records are handled, so that one whose process dies counts. A record's first delivery is not stored.
"""

from collections.abc import Mapping
from typing import Any

from packhorse.aws.clients import FAILURES
from packhorse.aws.invocation import QueueBatch, is_redelivered
from packhorse.aws.queues import receive_count, send_dead_letter
from packhorse.aws.telemetry import logger
from packhorse.domain.errors import Unavailable
from packhorse.messages.origins import QUEUES
from packhorse.store.deliveries import count_delivery

MOST_TRIES = 8
"""Tries of a message before it is given up; `backoff.MAX_TRIES` are those of one write."""
NOT_DONE = (*FAILURES, Unavailable)


def begin_batch(event: Mapping[str, Any], queue: str) -> QueueBatch:
    """Return the records of a batch that are to be handled, with their tries; send the others to the dead letters."""
    tries = {record["messageId"]: 1 for record in event["Records"]}
    tries |= count_tries([record for record in event["Records"] if is_redelivered(record)])
    records = [
        record for record in event["Records"] if tries[record["messageId"]] <= MOST_TRIES or not give_up(queue, record)
    ]
    return QueueBatch(QUEUES[queue], records, tries)


def count_tries(records: list[Mapping[str, Any]]) -> Mapping[str, int]:
    """Count the tries of redelivered records; if that fails use receive counts, capped so that none is given up."""
    receives = {record["messageId"]: receive_count(record) for record in records}
    tries = {name: min(MOST_TRIES, count) for name, count in receives.items()}
    try:
        for name, count in receives.items():
            tries[name] = 1 + count_delivery(name, count)
    except NOT_DONE:
        logger.exception("tries not counted")
    return tries


def give_up(queue: str, record: Mapping[str, Any]) -> bool:
    """Send a record to the dead letters; return whether that worked: if not, it is tried once more."""
    try:
        send_dead_letter(queue, record)
    except NOT_DONE:
        logger.exception("dead letter not sent", extra={"message_id": record["messageId"]})
        return False
    logger.warning("message given up", extra={"message_id": record["messageId"], "queue": queue})
    return True
