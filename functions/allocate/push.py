"""Tells channels how many of each product they can sell: the quantities queue.

A channel is told by one invocation at a time (its message group), so that no number overtakes a newer one. Before it is
told, what it has is written down as not known, and only what it confirms is known again: so a channel whose answer was
lost is told the next time, whatever became of the message. It is told as much as one call takes at a time, as long as
there is time; the rest comes again.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, NamedTuple

from packhorse import publishing, queues, secrets
from packhorse.channels import STOCKED, Quantity, Stocking
from packhorse.channels.connection import connect
from packhorse.channels.pace import MARGIN
from packhorse.deadline import seconds_left
from packhorse.domain import drift
from packhorse.domain.configuration import Channel, Configuration
from packhorse.domain.errors import Rejected, Unavailable
from packhorse.domain.goods import Place
from packhorse.domain.kits import recipe
from packhorse.domain.product import Listing, Product
from packhorse.domain.publishing import is_published, quantity, spot
from packhorse.domain.values import ChannelId, Sku
from packhorse.publishing import TELLING, Compare, Tell
from packhorse.store import catalogue, configuration, exceptions, published, stock
from packhorse.store.published import Sent
from packhorse.telemetry import count, logger, metrics, took

PAGE = 50


class Message(NamedTuple):
    """A record of the queue: its id, handle, how often it came, and what it says."""

    id: str
    handle: str
    times: int
    news: Tell | Compare


class Shop(NamedTuple):
    """A channel, ready to be told and asked."""

    channel: Channel
    stocking: Stocking
    config: Configuration


@logger.inject_lambda_context
@metrics.log_metrics
def handler(event: Mapping[str, Any], context: Any) -> dict[str, Any]:
    """A batch of the quantities queue; what a channel was not told is to be delivered again, later."""
    config = configuration.current()
    by_channel: dict[ChannelId, list[Message]] = {}
    for message in sorted(map(message_of, event["Records"]), key=lambda message: message.times, reverse=True):
        by_channel.setdefault(ChannelId(message.news.channel), []).append(message)
    remaining = seconds_left(context)
    failed = [message for name, part in by_channel.items() for message in told(name, part, config, remaining)]
    return {"batchItemFailures": [{"itemIdentifier": message.id} for message in failed]}


def message_of(record: Mapping[str, Any]) -> Message:
    """A record as a message."""
    times = int(record.get("attributes", {}).get("ApproximateReceiveCount", 1))
    return Message(record["messageId"], record["receiptHandle"], times, TELLING.validate_json(record["body"]))


def told(
    name: ChannelId, messages: Sequence[Message], config: Configuration, remaining: Callable[[], float]
) -> Sequence[Message]:
    """Tells a channel; gives the messages that are to come again."""
    channel = config.channels.get(name)
    if channel is None or not config.account.sync or not channel.active or channel.kind not in STOCKED:
        return ()
    if remaining() < MARGIN:
        return put_off(messages)
    left = list(messages)
    try:
        with connect(channel, *keys(name), remaining=remaining) as http:
            shop = Shop(channel, STOCKED[channel.kind](channel, http), config)
            for done in work(shop, messages):
                left = [message for message in left if message not in done]
    except Unavailable as error:
        logger.warning("channel not told", extra={"channel": name, "left": len(left), "reason": str(error)})
        return put_off(left if len(left) == len(messages) else first_of(left), error.retry_after)
    except Exception:
        logger.exception("channel not told", extra={"channel": name})
        return put_off(left)
    return ()


def work(shop: Shop, messages: Sequence[Message]) -> Iterator[Collection[Message]]:
    """Tells the channel, then compares; gives the messages that are done, some at a time."""
    yield from tell(shop, {message: message.news for message in messages if isinstance(message.news, Tell)})
    for message in messages:
        if isinstance(message.news, Compare):
            compare(shop, message.news)
            yield [message]


def first_of(left: Sequence[Message]) -> Sequence[Message]:
    """The first of what an invocation did not get to; the others come after it, as if for the first time.

    As long as it is not back nothing of its channel is delivered. It is told before all others, so that none comes
    so often that it is given up.
    """
    first, *others = sorted(left, key=lambda message: isinstance(message.news, Compare))
    publishing.put({f"{message.id} {message.times}": message.news for message in others})
    return [first]


def put_off(messages: Sequence[Message], at_least: float | None = None) -> Sequence[Message]:
    """The messages, which come again after a pause that grows."""
    for message in messages:
        queues.put_off(message.handle, message.times, at_least)
    return messages


def keys(name: ChannelId) -> tuple[str, str, str]:
    """What opens the channel."""
    found = secrets.credentials(name)
    return found.token, found.client_id, found.client_secret


# ---- telling


def tell(shop: Shop, messages: Mapping[Message, Tell]) -> Iterator[Collection[Message]]:
    """Tells the channel what it does not know yet; gives the messages that are done, some at a time."""
    forced = {news.sku for news in messages.values() if news.forced}
    about = {news.sku: f"{message.id} {message.times}" for message, news in messages.items()}
    listings, ours = offered(shop, about.keys())
    last = published.last(ChannelId(shop.channel.id), ours)
    spots = {sku: spot(listings[sku], shop.channel) for sku in ours}
    wanted = {
        sku: Quantity(listings[sku].reference, ours[sku], known(last.get(sku), spots[sku]), event)
        for sku, event in about.items()
        if sku in ours and (sku in forced or known(last.get(sku), spots[sku]) != ours[sku])
    }
    yield [message for message, news in messages.items() if news.sku not in wanted]
    skus = list(wanted)
    for start in range(0, len(skus), shop.stocking.at_once):
        some = {sku: wanted[sku] for sku in skus[start : start + shop.stocking.at_once]}
        refused = confirmed(shop, some, spots, last)
        measure(shop.channel, [news for news in messages.values() if news.sku in some.keys() - refused])
        yield [message for message, news in messages.items() if news.sku in some]


def confirmed(
    shop: Shop, wanted: Mapping[Sku, Quantity], spots: Mapping[Sku, str], last: Mapping[Sku, Sent]
) -> Collection[Sku]:
    """Tells the channel of some products, and remembers what it confirmed; gives those that it refused."""
    remember(shop, spots, {sku: None for sku, each in wanted.items() if each.last is not None})
    answers = shop.stocking.set_quantities(list(wanted.values()))
    refused = {sku: reason for sku, each in wanted.items() if (reason := answers[each.reference])}
    look_at(shop, wanted.keys(), refused, last)
    remember(shop, spots, {sku: None if sku in refused else each.quantity for sku, each in wanted.items()})
    return refused.keys()


def known(sent: Sent | None, where: str) -> int | None:
    """The number that the channel confirmed there last; None where nobody knows."""
    return sent.quantity if sent and sent.spot == where else None


def remember(shop: Shop, spots: Mapping[Sku, str], quantities: Mapping[Sku, int | None]) -> None:
    """What the channel has; None from the moment that it is told until it confirms."""
    now = datetime.now(UTC)
    sent = [Sent(sku=sku, spot=spots[sku], quantity=units, at=now) for sku, units in quantities.items()]
    published.keep(ChannelId(shop.channel.id), sent)


def look_at(shop: Shop, skus: Iterable[Sku], refused: Mapping[Sku, Rejected], last: Mapping[Sku, Sent]) -> None:
    """What the channel will not take is a person's to look at, until it takes it."""
    now = datetime.now(UTC)
    for sku in skus:
        if sku in refused:
            exceptions.open_one("push_rejected", f"{shop.channel.id} {sku}", str(refused[sku]), now)
        elif sku in last and last[sku].may_be_refused:
            exceptions.resolve("push_rejected", f"{shop.channel.id} {sku}")


def measure(channel: Channel, news: Iterable[Tell]) -> None:
    """How long the channel did not know, and how much it was told."""
    now = datetime.now(UTC)
    lags = [(now - each.at).total_seconds() * 1000 for each in news]
    count("QuantitiesPublished", len(lags))
    if lags:
        took("PublishLag", max(lags), channel=channel.id)
        logger.info("channel told", extra={"channel": channel.id, "listings": len(lags), "lag_ms": round(max(lags))})


def offered(shop: Shop, skus: Iterable[Sku]) -> tuple[Mapping[Sku, Listing], Mapping[Sku, int]]:
    """How the channel lists those products, and how many of each it can sell, of those that it is told of."""
    listings = catalogue.listings_on(ChannelId(shop.channel.id), skus)
    products = catalogue.with_components(listings)
    available = stock.available(places(listings, products, shop.config))
    ours = {}
    for sku, listing in listings.items():
        if sku in products and is_published(products[sku], shop.channel, shop.config):
            units = quantity(listing, available, shop.config, products)
            if units is not None:
                ours[sku] = units
    return listings, ours


def places(skus: Iterable[Sku], products: Mapping[Sku, Product], config: Configuration) -> Iterable[Place]:
    """Where the stock of those products, or of what they are made of, may be."""
    parts = {part for sku in skus for part in recipe(sku, products)}
    return [Place(part, warehouse) for part in parts for warehouse in config.warehouses]


# ---- comparing


def compare(shop: Shop, asked: Compare) -> None:
    """A page of what the channel lists, compared with what it says; the next page is another message."""
    now = datetime.now(UTC)
    name = ChannelId(shop.channel.id)
    page = catalogue.page_of_listings(name, asked.after, PAGE)
    try:
        report, found = compared(shop, page, so_far(asked, now), now)
    except Rejected as error:
        published.keep_report(so_far(asked, now).model_copy(update={"finished_at": now, "problem": str(error)}))
        return
    if found and shop.config.account.heal_drift:
        publishing.tell((Tell(channel=name, sku=each.sku, forced=True, at=now) for each in found), asked.event)
    published.keep_report(report if len(page) == PAGE else report.model_copy(update={"finished_at": now}))
    if len(page) == PAGE:
        publishing.compare(name, asked.event, page[-1].sku)
    else:
        tell_of_drift(report, now)


def compared(
    shop: Shop, page: Sequence[Listing], report: drift.Report, now: datetime
) -> tuple[drift.Report, tuple[drift.Difference, ...]]:
    """The report with one more page in it, and what differed there."""
    listings, ours = offered(shop, {Sku(listing.sku) for listing in page})
    found = differences(shop, listings, ours, now) if ours else ()
    return (report.after(page[-1].sku, len(ours), found) if page else report), found


def so_far(asked: Compare, now: datetime) -> drift.Report:
    """The report that this page goes on with."""
    begun = published.report(ChannelId(asked.channel)) if asked.after else None
    if begun and begun.event == asked.event:
        return begun
    return drift.Report(channel=asked.channel, event=asked.event, started_at=now)


def differences(
    shop: Shop, listings: Mapping[Sku, Listing], ours: Mapping[Sku, int], now: datetime
) -> tuple[drift.Difference, ...]:
    """What the channel says otherwise."""
    references = {sku: listings[sku].reference for sku in ours}
    theirs = shop.stocking.quantities(list(references.values()))
    told_at = {sku: sent.at for sku, sent in published.last(ChannelId(shop.channel.id), ours).items()}
    return drift.differences(ours, references, theirs, told_at, now)


def tell_of_drift(report: drift.Report, now: datetime) -> None:
    """Differences are an exception of the channel."""
    if report.different:
        shown = ", ".join(f"{each.sku}: {each.theirs} instead of {each.ours}" for each in report.differences[:10])
        message = f"{report.different} of {report.looked_at} listings differ: {shown}"
        exceptions.open_one("drift", report.channel, message, now)
    count("DriftingListings", report.different)
