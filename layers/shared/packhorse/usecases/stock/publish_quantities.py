"""Publish the quantities of a channel's listings, at each of its places, and store what it confirms.

The confirmed quantity is cleared before a call and stored again from the channel's answer: after a lost answer the next
message is published, whatever its quantity. A call takes a batch of listings at one place; each has its own answer.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta

from packhorse.aws.queues import deduplication_id
from packhorse.aws.telemetry import add_duration, add_metric, logger
from packhorse.channels.protocol import Answer, Failure, Quantity
from packhorse.domain.batching import batched
from packhorse.domain.catalogue.offer import publish_target
from packhorse.domain.catalogue.product import Listing
from packhorse.domain.configuration.channel import Channel
from packhorse.domain.errors import Rejected
from packhorse.domain.health.lag import LagKind
from packhorse.domain.problem import Cause, Problem, Subject
from packhorse.domain.values import ChannelId, Sku
from packhorse.messages.channels import PublishQuantity, QueueRecord
from packhorse.store import exceptions, published
from packhorse.store.published import PublishedQuantity
from packhorse.usecases.channels.refused_credentials import resolve_after_publish
from packhorse.usecases.operations.record_lag import record_lag
from packhorse.usecases.stock.apply_reports import with_stock_behind
from packhorse.usecases.stock.failing_listings import Failures, is_put_off, put_off
from packhorse.usecases.stock.read_offers import ConnectedChannel, WantedQuantities, quantities_to_publish

ORDER_COMES = timedelta(minutes=10)
"""The shortest time in which the order of a sale may come: two polls, unless they are rarer than usual."""


def publish_quantities(
    connected: ConnectedChannel, records: Mapping[QueueRecord, PublishQuantity]
) -> Iterator[Collection[QueueRecord]]:
    """Publish quantities that are forced or differ from the confirmed ones; yield records that are done, in batches.

    A listing at which the channel fails is done, too, if others are to blame less: it is tried again by itself.
    """
    several, failures = quantities_wanted(connected, records), Failures()
    unanswered = Unanswered(several)
    yield [record for record, message in records.items() if message.sku not in unanswered.skus]
    for answers in answers_of(connected, several, unanswered, failures):
        record_rejections(connected, answers, several)
        done = {record: message for record, message in records.items() if message.sku in answers}
        record_published(connected.channel, [message for message in done.values() if answers[message.sku] is None])
        yield done
    are_of_listings = failures.are_of_listings(connected, several)
    if are_of_listings:
        put_off(connected, failures.errors, records.values(), several)
        yield [record for record, message in records.items() if message.sku in failures.errors]
    if failures.errors and (failures.are_enough or not are_of_listings):
        raise failures.newest


def quantities_wanted(
    connected: ConnectedChannel, records: Mapping[QueueRecord, PublishQuantity]
) -> Sequence[WantedQuantities]:
    """Return what is to be published of these records at each place: not what a later try of its own will."""
    listings, ours = quantities_to_publish(connected, {message.sku for message in records.values()})
    several = [_wanted_at(connected, place, listings, ours[place], records) for place in connected.places]
    forced, now = {message.sku for message in records.values() if message.forced}, datetime.now(UTC)
    due = {message.sku: max(now, message.due) for message in records.values() if message.due}
    later = {
        sku
        for wanted in several
        for sku in wanted.quantities.keys() - forced
        if is_put_off(wanted.last.get(sku), wanted.targets[sku], due.get(sku, now))
    }
    return [wanted.without(later) for wanted in several]


def _wanted_at(
    connected: ConnectedChannel,
    place: str,
    listings: Mapping[Sku, Listing],
    ours: Mapping[Sku, int],
    records: Mapping[QueueRecord, PublishQuantity],
) -> WantedQuantities:
    """Return the quantities of a place that are forced or differ from the confirmed ones."""
    forced = {message.sku for message in records.values() if message.forced}
    events = {message.sku: f"{record.id} {record.times}" for record, message in records.items()}
    last = published.last_published(ChannelId(connected.channel.id), ours, place)
    targets = {sku: publish_target(listings[sku], connected.channel.at(place)) for sku in ours}
    sold_since = datetime.now(UTC) - order_comes_within(connected.channel)
    known = {sku: None if sku in forced else trusted_quantity(last.get(sku), targets[sku], sold_since) for sku in ours}
    quantities = {
        sku: Quantity(listings[sku].reference, ours[sku], known[sku], event)
        for sku, event in events.items()
        if sku in ours and known[sku] != ours[sku]
    }
    if any(record.times > 1 for record in records):  # in another order: what failed may have been all that was tried
        quantities = dict(sorted(quantities.items(), key=lambda each: deduplication_id(each[1].key)))
    return WantedQuantities(place, quantities, targets, last)


class Unanswered:
    """At which places each product is still to be set, and what the channel answered at the others."""

    def __init__(self, several: Iterable[WantedQuantities]) -> None:
        self._places: dict[Sku, dict[str, Answer]] = {}
        self._left: dict[Sku, set[str]] = {}
        for wanted in several:
            for sku in wanted.quantities:
                self._left.setdefault(sku, set()).add(wanted.place)
        self.skus: Sequence[Sku] = list(self._left)

    def settled(self, connected: ConnectedChannel, place: str, answers: Mapping[Sku, Answer]) -> dict[Sku, Answer]:
        """Add the answers of a call at a place; return those of the products that are answered everywhere now."""
        done: dict[Sku, Answer] = {}
        for sku, answer in answers.items():
            if not isinstance(answer, Failure):
                self._places.setdefault(sku, {})[place] = answer
                self._left[sku].discard(place)
                if not self._left[sku]:
                    done[sku] = _joined(connected, self._places[sku])
        return done


def _joined(connected: ConnectedChannel, answers: Mapping[str, Answer]) -> Answer:
    """Return the answer of a channel about a product from those at its places: the refusals, if any."""
    is_named = len(connected.places) > 1
    reasons = [
        f"location {connected.channel.at(place).location}: {answer}" if is_named else f"{answer}"
        for place, answer in answers.items()
        if answer
    ]
    return Rejected("; ".join(reasons)) if reasons else None


def answers_of(
    connected: ConnectedChannel, several: Sequence[WantedQuantities], unanswered: Unanswered, failures: Failures
) -> Iterator[Mapping[Sku, Answer]]:
    """Publish until all is answered or the channel counts as down; what it failed at before comes last, alone."""
    failed = [sku for sku in unanswered.skus if any(wanted.failures_of(sku) for wanted in several)]
    others = [sku for sku in unanswered.skus if sku not in failed]
    size = min(publishing.at_once for publishing in connected.places.values())
    for batch in (*batched(others, size), *batched(failed, 1)):
        for wanted in several:
            for answers in publish_batch(connected, wanted.only(batch)):
                failures.add(answers)
                yield unanswered.settled(connected, wanted.place, answers)
                if failures.are_enough:
                    return


def publish_batch(connected: ConnectedChannel, wanted: WantedQuantities) -> Iterator[Mapping[Sku, Answer]]:
    """Publish a batch at a place; store what the channel answers, and yield it, call by call."""
    if not wanted.quantities:
        return
    name, now, last, place = ChannelId(connected.channel.id), datetime.now(UTC), wanted.last, wanted.place
    before = {sku: published.unknown(last.get(sku), sku, wanted.targets[sku], now) for sku in wanted.quantities}
    known = (each for sku, each in before.items() if sku not in last or is_known(last[sku], wanted.targets[sku]))
    published.save_published(name, known, place)
    for given in connected.places[place].set_quantities(list(wanted.quantities.values())):
        answers = {sku: given[each.reference] for sku, each in wanted.quantities.items() if each.reference in given}
        settled = {sku: wanted.quantities[sku] for sku, answer in answers.items() if not isinstance(answer, Failure)}
        confirmed = {sku: each.quantity for sku, each in settled.items() if answers[sku] is None}
        sent = {sku: answered(before[sku], each) for sku, each in settled.items()}
        after = with_stock_behind(connected, place, {sku: each.reference for sku, each in settled.items()}, sent)
        published.save_answered(name, (each.replace(quantity=confirmed.get(sku)) for sku, each in after.items()), place)
        if confirmed:
            resolve_after_publish(name, datetime.now(UTC))
        yield answers


def answered(before: PublishedQuantity, sent: Quantity) -> PublishedQuantity:
    """Return what is stored once the channel answered; a whole number replaced all that it had changed itself."""
    below_since = None if sent.last is None else before.below_since
    return before.replace(failures=0, next_at=None, below_since=below_since)


def is_known(sent: PublishedQuantity, where: str) -> bool:
    """Return whether the channel confirmed the last quantity under the same target."""
    return sent.spot == where and sent.quantity is not None


def order_comes_within(channel: Channel) -> timedelta:
    """Return how long after a sale of the channel its order may come: two polls."""
    return max(ORDER_COMES, timedelta(minutes=2 * channel.poll_minutes))


def trusted_quantity(sent: PublishedQuantity | None, where: str, sold_since: datetime) -> int | None:
    """Return the quantity that the channel confirmed last, or None: it is unknown, or no order explains its change.

    The order of what it has sold since then may still come.
    """
    if sent is None or not is_known(sent, where):
        return None
    is_unexplained = sent.below_since is not None and sent.below_since < sold_since
    return None if is_unexplained else sent.quantity


def record_rejections(
    connected: ConnectedChannel, answers: Mapping[Sku, Answer], several: Sequence[WantedQuantities]
) -> None:
    """Open an exception for each rejected quantity; resolve it once the channel confirms one at all its places."""
    now = datetime.now(UTC)
    for sku, answer in answers.items():
        subject = Subject.of_listing(connected.channel.id, sku)
        if answer:
            problem = Problem(cause=Cause.PUSH_REJECTED, subject=subject, message=str(answer))
            exceptions.open_exception(problem, now)
        elif any(sku in wanted.last and wanted.last[sku].may_be_rejected for wanted in several):
            exceptions.resolve(Cause.PUSH_REJECTED, subject)


def record_published(channel: Channel, messages: Iterable[PublishQuantity]) -> None:
    """Record the time from the changes to their publishing, and how many quantities were published."""
    now = datetime.now(UTC)
    lags = [now - each.at for each in messages]
    add_metric("QuantitiesPublished", len(lags))
    if lags:
        longest = max(lags)
        record_lag(LagKind.QUANTITIES, channel.id, longest, now)
        lag_ms = longest.total_seconds() * 1000
        add_duration("PublishLag", lag_ms, channel=channel.id)
        logger.info(
            "channel published to", extra={"channel": channel.id, "listings": len(lags), "lag_ms": round(lag_ms)}
        )
