"""Publish quantities to channels.

One invocation at a time publishes to a channel (its message group), so that no quantity overtakes a newer one. The
confirmed quantity is cleared before a call and stored again from the channel's answer: after a lost answer the next
message is published, whatever its quantity. A call takes a batch of listings; messages that an invocation has no time
for are delivered again.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import NamedTuple

import httpx

from packhorse.aws.queues import FAILED_DELAY, MAX_DELAY, delay_redelivery
from packhorse.aws.telemetry import add_duration, add_metric, facts_of, logger
from packhorse.channels import adapter_of
from packhorse.channels.protocol import Keys, Publishing, Quantity
from packhorse.domain.catalogue.offer import publish_target
from packhorse.domain.configuration.channel import Channel
from packhorse.domain.configuration.configuration import Configuration
from packhorse.domain.errors import CredentialsRefused, Rejected, Unavailable
from packhorse.domain.problem import Cause, Problem, Subject
from packhorse.domain.values import ChannelId, Sku
from packhorse.http.pace import CALL_MARGIN
from packhorse.messages.channels import (
    AnyQuantity,
    CompareQuantities,
    PublishQuantity,
    QuantityReported,
    send_in_groups,
)
from packhorse.store import exceptions, published
from packhorse.store.published import PublishedQuantity
from packhorse.store.races import is_invalid
from packhorse.usecases.apply_reports import apply_reports, with_stock_ids
from packhorse.usecases.channel_client import client_of_channel
from packhorse.usecases.channel_keys import with_keys
from packhorse.usecases.compare_stock import compare_page
from packhorse.usecases.read_offers import ConnectedChannel, quantities_to_publish
from packhorse.usecases.refused_credentials import record_refused_publish, resolve_after_publish

MAX_WAITS = 5
"""Most tries of a message that waits for credentials: fewer than those after which it is given up."""


class QueueRecord(NamedTuple):
    """A record of the queue: its id, receipt handle, tries and message."""

    id: str
    handle: str
    times: int
    message: AnyQuantity


def publish_stock(
    records: Iterable[QueueRecord], config: Configuration, remaining: Callable[[], float]
) -> list[QueueRecord]:
    """Publish to one channel after the other, and return the records to be delivered again.

    Records that were tried most often go first.
    """
    by_channel: dict[ChannelId, list[QueueRecord]] = {}
    for record in sorted(records, key=lambda record: record.times, reverse=True):
        by_channel.setdefault(ChannelId(record.message.channel), []).append(record)
    return [record for name, part in by_channel.items() for record in process_channel(name, part, config, remaining)]


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
        connected = ConnectedChannel(channel, publishing(channel, http), config)
        for done in process_messages(connected, list(undone)):
            undone[:] = [record for record in undone if record not in done]


def process_messages(connected: ConnectedChannel, records: Sequence[QueueRecord]) -> Iterator[Collection[QueueRecord]]:
    """Apply the channel's reports, publish to it, then compare; yield the records that are done, batch by batch."""
    reports = {record: record.message for record in records if isinstance(record.message, QuantityReported)}
    apply_reports(connected, list(reports.values()))
    yield reports
    yield from publish_quantities(
        connected, {record: record.message for record in records if isinstance(record.message, PublishQuantity)}
    )
    for record in records:
        if isinstance(record.message, CompareQuantities):
            compare_page(connected, record.message)
            yield [record]


def requeue_all_but_first(undone: Sequence[QueueRecord]) -> Sequence[QueueRecord]:
    """Send the messages of all records but one to the queue as new ones; return that one, to be delivered again.

    Until it is, nothing else of its message group is delivered. It is processed before all others then, so that no
    record is tried so often that it becomes a dead letter.
    """
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


def publish_quantities(
    connected: ConnectedChannel, records: Mapping[QueueRecord, PublishQuantity]
) -> Iterator[Collection[QueueRecord]]:
    """Publish quantities that are forced or differ from the confirmed ones; yield records that are done, in batches."""
    forced = {message.sku for message in records.values() if message.forced}
    events = {message.sku: f"{record.id} {record.times}" for record, message in records.items()}
    listings, ours = quantities_to_publish(connected, events.keys())
    last = published.last_published(ChannelId(connected.channel.id), ours)
    targets = {sku: publish_target(listings[sku], connected.channel) for sku in ours}
    wanted = {
        sku: Quantity(listings[sku].reference, ours[sku], confirmed_quantity(last.get(sku), targets[sku]), event)
        for sku, event in events.items()
        if sku in ours and (sku in forced or confirmed_quantity(last.get(sku), targets[sku]) != ours[sku])
    }
    yield [record for record, message in records.items() if message.sku not in wanted]
    skus = list(wanted)
    for start in range(0, len(skus), connected.publishing.at_once):
        batch = {sku: wanted[sku] for sku in skus[start : start + connected.publishing.at_once]}
        rejected = publish_batch(connected, batch, targets, last)
        record_lag(
            connected.channel, [message for message in records.values() if message.sku in batch.keys() - rejected]
        )
        yield [record for record, message in records.items() if message.sku in batch]


def publish_batch(
    connected: ConnectedChannel,
    wanted: Mapping[Sku, Quantity],
    targets: Mapping[Sku, str],
    last: Mapping[Sku, PublishedQuantity],
) -> Collection[Sku]:
    """Publish a batch, and store what the channel confirmed; return the skus that it rejected."""
    name, now = ChannelId(connected.channel.id), datetime.now(UTC)
    before = {sku: published.unknown(last.get(sku), sku, targets[sku], now) for sku in wanted}
    published.save_published(name, (before[sku] for sku in wanted if sku not in last or wanted[sku].last is not None))
    answers = connected.publishing.set_quantities(list(wanted.values()))
    rejected = {sku: reason for sku, each in wanted.items() if (reason := answers[each.reference])}
    record_rejections(connected, wanted.keys(), rejected, last)
    confirmed = {sku: each.quantity for sku, each in wanted.items() if sku not in rejected}
    after = with_stock_ids(connected, {sku: each.reference for sku, each in wanted.items()}, before)
    published.save_answered(name, (sent.replace(quantity=confirmed.get(sku)) for sku, sent in after.items()))
    if confirmed:
        resolve_after_publish(name, datetime.now(UTC))
    return rejected.keys()


def confirmed_quantity(sent: PublishedQuantity | None, where: str) -> int | None:
    """Return the quantity that the channel confirmed last under the same target; None if it is unknown."""
    return sent.quantity if sent and sent.spot == where else None


def record_rejections(
    connected: ConnectedChannel,
    skus: Iterable[Sku],
    rejected: Mapping[Sku, Rejected],
    last: Mapping[Sku, PublishedQuantity],
) -> None:
    """Open an exception for each rejected quantity; resolve it once the channel confirms one."""
    now = datetime.now(UTC)
    for sku in skus:
        subject = Subject.of_listing(connected.channel.id, sku)
        if sku in rejected:
            problem = Problem(cause=Cause.PUSH_REJECTED, subject=subject, message=str(rejected[sku]))
            exceptions.open_exception(problem, now)
        elif sku in last and last[sku].may_be_rejected:
            exceptions.resolve(Cause.PUSH_REJECTED, subject)


def record_lag(channel: Channel, messages: Iterable[PublishQuantity]) -> None:
    """Record the time from the changes to their publishing, and how many quantities were published."""
    now = datetime.now(UTC)
    lags = [(now - each.at).total_seconds() * 1000 for each in messages]
    add_metric("QuantitiesPublished", len(lags))
    if lags:
        add_duration("PublishLag", max(lags), channel=channel.id)
        logger.info(
            "channel published to", extra={"channel": channel.id, "listings": len(lags), "lag_ms": round(max(lags))}
        )
