"""Publish quantities to channels.

One invocation at a time publishes to a channel (its message group), so that no quantity overtakes a newer one.
Messages that an invocation has no time for are delivered again.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from datetime import UTC, datetime

import httpx

from packhorse.aws.queues import FAILED_DELAY, MAX_DELAY, delay_redelivery
from packhorse.aws.telemetry import facts_of, logger
from packhorse.channels import adapter_of
from packhorse.channels.protocol import Keys, Publishing
from packhorse.domain.configuration.channel import Channel
from packhorse.domain.configuration.configuration import Configuration
from packhorse.domain.errors import CredentialsRefused, Unavailable
from packhorse.domain.values import ChannelId
from packhorse.http.pace import CALL_MARGIN
from packhorse.messages.channels import (
    CompareQuantities,
    PublishQuantity,
    QuantityReported,
    QueueRecord,
    RetryQuantity,
    send_in_groups,
)
from packhorse.store.races import is_invalid
from packhorse.usecases.channels.channel_client import client_of_channel
from packhorse.usecases.channels.channel_keys import with_keys
from packhorse.usecases.channels.refused_credentials import record_refused_publish
from packhorse.usecases.stock.apply_reports import apply_reports
from packhorse.usecases.stock.compare_stock import compare_page
from packhorse.usecases.stock.publish_due import publish_due
from packhorse.usecases.stock.publish_quantities import publish_quantities
from packhorse.usecases.stock.read_offers import ConnectedChannel

MAX_WAITS = 5
"""Most tries of a message that waits for credentials: fewer than those after which it is given up."""


def publish_stock(
    records: Iterable[QueueRecord], config: Configuration, remaining: Callable[[], float]
) -> list[QueueRecord]:
    """Publish to one channel after the other, and return the records to be delivered again.

    Records that were tried most often go first.
    """
    by_channel: dict[ChannelId, list[QueueRecord]] = {}
    retries: dict[QueueRecord, RetryQuantity] = {}
    for record in sorted(records, key=lambda record: record.times, reverse=True):
        if isinstance(record.message, RetryQuantity):
            retries[record] = record.message
        else:
            by_channel.setdefault(ChannelId(record.message.channel), []).append(record)
    again = [record for name, part in by_channel.items() for record in process_channel(name, part, config, remaining)]
    return [*again, *publish_due(retries, datetime.now(UTC))]


def process_channel(
    name: ChannelId, records: Sequence[QueueRecord], config: Configuration, remaining: Callable[[], float]
) -> Sequence[QueueRecord]:
    """Process the records of one channel; return those to be delivered again."""
    channel = config.channels.get(name)
    publishing = adapter_of(channel).stock if channel and config.account.sync else None
    if channel is None or publishing is None:
        return ()
    if remaining() < CALL_MARGIN:
        return back_off(records)
    undone = list(records)
    try:
        with_keys(channel, lambda keys: process_with(channel, publishing, keys, undone, config, remaining))
    except CredentialsRefused as error:
        logger.warning("channel refuses our credentials", extra={"channel": name, **facts_of(error)})
        record_refused_publish(name, error, datetime.now(UTC))
        return wait(undone)
    except Unavailable as error:
        logger.warning("channel not published to", extra={"channel": name, "left": len(undone), **facts_of(error)})
        return back_off(
            undone if len(undone) == len(records) else requeue_all_but_first(undone),
            error.retry_after,
        )
    except Exception as error:
        if len(undone) > 1 and is_invalid(error):  # one record breaks the read of all: the others must not fail with it
            return [each for record in undone for each in process_channel(name, [record], config, remaining)]
        logger.exception("channel not published to", extra={"channel": name})
        return back_off(undone, at_most=FAILED_DELAY if is_invalid(error) else MAX_DELAY)
    return ()


def process_with(
    channel: Channel,
    publishing: Callable[[Channel, httpx.Client], Publishing],
    keys: Keys,
    undone: list[QueueRecord],
    config: Configuration,
    remaining: Callable[[], float],
) -> None:
    """Process the records with these credentials, and take those that are done off the list."""
    with client_of_channel(channel, keys, remaining) as http:
        places = {place: publishing(channel.at(place), http) for place in channel.places}
        connected = ConnectedChannel(channel, places, config)
        for done in process_messages(connected, list(undone)):
            undone[:] = [record for record in undone if record not in done]


def process_messages(connected: ConnectedChannel, records: Sequence[QueueRecord]) -> Iterator[Collection[QueueRecord]]:
    """Apply the channel's reports, publish to it, then compare; yield the records that are done, batch by batch."""
    reports = {record: record.message for record in records if isinstance(record.message, QuantityReported)}
    apply_reports(connected, list(reports.values()))
    yield reports
    wanted = {record: record.message for record in records if isinstance(record.message, PublishQuantity)}
    yield from publish_quantities(connected, wanted)
    for record in records:
        if isinstance(record.message, CompareQuantities):
            compare_page(connected, record.message)
            yield [record]


def requeue_all_but_first(undone: Sequence[QueueRecord]) -> Sequence[QueueRecord]:
    """Send the messages of all records but one to the queue as new ones; return that one, to be delivered again.

    Until it is, nothing else of its message group is delivered. It is processed before all others then, so that no
    record is tried so often that it becomes a dead letter.
    """
    if not undone:
        return ()
    first, *others = sorted(undone, key=lambda record: isinstance(record.message, CompareQuantities))
    send_in_groups({f"{record.id} {record.times}": record.message for record in others})
    return [first]


def wait(undone: Sequence[QueueRecord]) -> Sequence[QueueRecord]:
    """Keep the records for later: one is delivered again and tries the channel, the others are behind it.

    One that was tried MAX_WAITS times goes behind the others as a new message, before it becomes a dead letter.
    """
    if undone and max(record.times for record in undone) >= MAX_WAITS:
        send_in_groups({f"{record.id} {record.times}": record.message for record in undone})
        return ()
    return back_off(requeue_all_but_first(undone))


def back_off(
    records: Sequence[QueueRecord], at_least: float | None = None, at_most: int = MAX_DELAY
) -> Sequence[QueueRecord]:
    """Return the records, with a visibility timeout that grows with their tries."""
    for record in records:
        delay_redelivery(record.handle, record.times, at_least, at_most)
    return records
