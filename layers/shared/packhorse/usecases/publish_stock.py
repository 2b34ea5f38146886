"""Publish quantities to channels.

One invocation at a time publishes to a channel (its message group), so that no quantity overtakes a newer one. Before a
call the remembered quantity is cleared, and only what the channel confirms is remembered again: a channel whose answer
was lost gets the next quantity, whatever became of the message. Listings go in batches of what one call takes, as long
as there is time; the rest is delivered again.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import NamedTuple

from packhorse.aws import secrets
from packhorse.aws.queues import delay_redelivery
from packhorse.aws.telemetry import add_duration, add_metric, logger
from packhorse.channels import adapter_of
from packhorse.channels.http import connect
from packhorse.channels.pace import CALL_MARGIN
from packhorse.channels.protocol import Keys, Quantity
from packhorse.domain.catalogue.offer import publish_target
from packhorse.domain.configuration.channel import Channel
from packhorse.domain.configuration.configuration import Configuration
from packhorse.domain.errors import Rejected, Unavailable
from packhorse.domain.problem import Cause, Problem, Subject
from packhorse.domain.values import ChannelId, Sku
from packhorse.messages.quantities import CompareQuantities, PublishQuantity, send_in_groups
from packhorse.store import exceptions, published
from packhorse.store.published import PublishedQuantity
from packhorse.usecases.compare_stock import compare_page
from packhorse.usecases.read_offers import ConnectedChannel, quantities_to_publish


class QueueRecord(NamedTuple):
    """A record of the queue: its id, handle, how often it came, and what it says."""

    id: str
    handle: str
    times: int
    news: PublishQuantity | CompareQuantities


def publish_stock(
    records: Iterable[QueueRecord], config: Configuration, remaining: Callable[[], float]
) -> list[QueueRecord]:
    """Publishes to channel after channel, and returns the records to be delivered again; the oldest go first."""
    by_channel: dict[ChannelId, list[QueueRecord]] = {}
    for record in sorted(records, key=lambda record: record.times, reverse=True):
        by_channel.setdefault(ChannelId(record.news.channel), []).append(record)
    return [record for name, part in by_channel.items() for record in process_channel(name, part, config, remaining)]


def process_channel(
    name: ChannelId, messages: Sequence[QueueRecord], config: Configuration, remaining: Callable[[], float]
) -> Sequence[QueueRecord]:
    """Tells a channel; gives the messages that are to come again."""
    channel = config.channels.get(name)
    adapter = adapter_of(channel) if channel and config.account.sync else None
    if channel is None or adapter is None or adapter.stock is None or adapter.sign_in is None:
        return ()
    if remaining() < CALL_MARGIN:
        return back_off(messages)
    left = list(messages)
    try:
        with connect(channel, adapter.sign_in, api_keys(name), remaining) as http:
            shop = ConnectedChannel(channel, adapter.stock(channel, http), config)
            for done in process_messages(shop, messages):
                left = [message for message in left if message not in done]
    except Unavailable as error:
        logger.warning("channel not told", extra={"channel": name, "left": len(left), "reason": str(error)})
        return back_off(left if len(left) == len(messages) else requeue_all_but_first(left), error.retry_after)
    except Exception:
        logger.exception("channel not told", extra={"channel": name})
        return back_off(left)
    return ()


def process_messages(shop: ConnectedChannel, messages: Sequence[QueueRecord]) -> Iterator[Collection[QueueRecord]]:
    """Tells the channel, then compares; gives the messages that are done, some at a time."""
    yield from publish_quantities(
        shop, {message: message.news for message in messages if isinstance(message.news, PublishQuantity)}
    )
    for message in messages:
        if isinstance(message.news, CompareQuantities):
            compare_page(shop, message.news)
            yield [message]


def requeue_all_but_first(left: Sequence[QueueRecord]) -> Sequence[QueueRecord]:
    """The first of what an invocation did not get to; the others come after it, as if for the first time.

    As long as it is not back nothing of its channel is delivered. It is told before all others, so that none comes
    so often that it is given up.
    """
    first, *others = sorted(left, key=lambda message: isinstance(message.news, CompareQuantities))
    send_in_groups({f"{message.id} {message.times}": message.news for message in others})
    return [first]


def back_off(messages: Sequence[QueueRecord], at_least: float | None = None) -> Sequence[QueueRecord]:
    """The messages, which come again after a pause that grows."""
    for message in messages:
        delay_redelivery(message.handle, message.times, at_least)
    return messages


def api_keys(name: ChannelId) -> Keys:
    """The credentials of the channel's API."""
    found = secrets.get_credentials(name)
    return Keys(found.token, found.client_id, found.client_secret)


def publish_quantities(
    shop: ConnectedChannel, messages: Mapping[QueueRecord, PublishQuantity]
) -> Iterator[Collection[QueueRecord]]:
    """Tells the channel what it does not know yet; gives the messages that are done, some at a time."""
    forced = {news.sku for news in messages.values() if news.forced}
    about = {news.sku: f"{message.id} {message.times}" for message, news in messages.items()}
    listings, ours = quantities_to_publish(shop, about.keys())
    last = published.last_published(ChannelId(shop.channel.id), ours)
    spots = {sku: publish_target(listings[sku], shop.channel) for sku in ours}
    wanted = {
        sku: Quantity(listings[sku].reference, ours[sku], confirmed_quantity(last.get(sku), spots[sku]), event)
        for sku, event in about.items()
        if sku in ours and (sku in forced or confirmed_quantity(last.get(sku), spots[sku]) != ours[sku])
    }
    yield [message for message, news in messages.items() if news.sku not in wanted]
    skus = list(wanted)
    for start in range(0, len(skus), shop.stocking.at_once):
        some = {sku: wanted[sku] for sku in skus[start : start + shop.stocking.at_once]}
        refused = publish_batch(shop, some, spots, last)
        record_lag(shop.channel, [news for news in messages.values() if news.sku in some.keys() - refused])
        yield [message for message, news in messages.items() if news.sku in some]


def publish_batch(
    shop: ConnectedChannel,
    wanted: Mapping[Sku, Quantity],
    spots: Mapping[Sku, str],
    last: Mapping[Sku, PublishedQuantity],
) -> Collection[Sku]:
    """Tells the channel of some products, and remembers what it confirmed; gives those that it refused."""
    save_confirmed(shop, spots, {sku: None for sku, each in wanted.items() if each.last is not None})
    answers = shop.stocking.set_quantities(list(wanted.values()))
    refused = {sku: reason for sku, each in wanted.items() if (reason := answers[each.reference])}
    record_refusals(shop, wanted.keys(), refused, last)
    save_confirmed(shop, spots, {sku: None if sku in refused else each.quantity for sku, each in wanted.items()})
    return refused.keys()


def confirmed_quantity(sent: PublishedQuantity | None, where: str) -> int | None:
    """The number that the channel confirmed there last; None where nobody knows."""
    return sent.quantity if sent and sent.spot == where else None


def save_confirmed(shop: ConnectedChannel, spots: Mapping[Sku, str], quantities: Mapping[Sku, int | None]) -> None:
    """What the channel has; None from the moment that it is told until it confirms."""
    now = datetime.now(UTC)
    sent = [PublishedQuantity(sku=sku, spot=spots[sku], quantity=units, at=now) for sku, units in quantities.items()]
    published.save_published(ChannelId(shop.channel.id), sent)


def record_refusals(
    shop: ConnectedChannel, skus: Iterable[Sku], refused: Mapping[Sku, Rejected], last: Mapping[Sku, PublishedQuantity]
) -> None:
    """What the channel will not take is a person's to look at, until it takes it."""
    now = datetime.now(UTC)
    for sku in skus:
        subject = Subject.of_listing(shop.channel.id, sku)
        if sku in refused:
            problem = Problem(cause=Cause.PUSH_REJECTED, subject=subject, message=str(refused[sku]))
            exceptions.open_exception(problem, now)
        elif sku in last and last[sku].may_be_refused:
            exceptions.resolve(Cause.PUSH_REJECTED, subject)


def record_lag(channel: Channel, news: Iterable[PublishQuantity]) -> None:
    """How long the channel did not know, and how much it was told."""
    now = datetime.now(UTC)
    lags = [(now - each.at).total_seconds() * 1000 for each in news]
    add_metric("QuantitiesPublished", len(lags))
    if lags:
        add_duration("PublishLag", max(lags), channel=channel.id)
        logger.info("channel told", extra={"channel": channel.id, "listings": len(lags), "lag_ms": round(max(lags))})
