"""Publish the quantities of listings to a connected channel, at each of its places, and store what it confirms."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence, Set
from datetime import UTC, datetime
from typing import NamedTuple

from packhorse.aws.telemetry import add_duration, add_metric, logger
from packhorse.channels.protocol import Quantity
from packhorse.domain.catalogue.offer import publish_target
from packhorse.domain.catalogue.product import Listing
from packhorse.domain.configuration.channel import Channel
from packhorse.domain.errors import Rejected
from packhorse.domain.problem import Cause, Problem, Subject
from packhorse.domain.values import ChannelId, Sku
from packhorse.messages.channels import PublishQuantity
from packhorse.store import exceptions, published
from packhorse.store.published import PublishedQuantity
from packhorse.usecases.apply_reports import with_stock_ids
from packhorse.usecases.read_offers import ConnectedChannel, quantities_to_publish
from packhorse.usecases.refused_credentials import resolve_after_publish


class Wanted(NamedTuple):
    """Quantities to set at a place of the channel, under which target each, and what was published there last."""

    place: str
    quantities: Mapping[Sku, Quantity]
    targets: Mapping[Sku, str]
    last: Mapping[Sku, PublishedQuantity]

    def part(self, skus: Collection[Sku]) -> "Wanted":
        """Return what is wanted of some of the products."""
        return self._replace(quantities={sku: each for sku, each in self.quantities.items() if sku in skus})


def publish_quantities(
    connected: ConnectedChannel, messages: Mapping[str, PublishQuantity]
) -> Iterator[Collection[Sku]]:
    """Publish quantities that are forced or differ from the confirmed ones; yield products that are done, in batches.

    Messages are named by event, which is new for every try: the idempotency key of what is published for them.
    """
    listings, ours = quantities_to_publish(connected, {message.sku for message in messages.values()})
    several = [quantities_wanted(connected, place, listings, ours[place], messages) for place in connected.places]
    skus = list(dict.fromkeys(sku for wanted in several for sku in wanted.quantities))
    yield {message.sku for message in messages.values()}.difference(skus)
    at_once = min(publishing.at_once for publishing in connected.places.values())
    for start in range(0, len(skus), at_once):
        batch = skus[start : start + at_once]
        rejected = publish_batch(connected, batch, [wanted.part(batch) for wanted in several])
        published_now = set(batch) - rejected
        record_lag(connected.channel, [message for message in messages.values() if message.sku in published_now])
        yield set(batch)


def quantities_wanted(
    connected: ConnectedChannel,
    place: str,
    listings: Mapping[Sku, Listing],
    ours: Mapping[Sku, int],
    messages: Mapping[str, PublishQuantity],
) -> Wanted:
    """Return the quantities of a place that are forced or differ from the confirmed ones."""
    forced = {message.sku for message in messages.values() if message.forced}
    events = {message.sku: event for event, message in messages.items()}
    last = published.last_published(ChannelId(connected.channel.id), ours, place)
    targets = {sku: publish_target(listings[sku], connected.channel.at(place)) for sku in ours}
    quantities = {
        sku: Quantity(listings[sku].reference, ours[sku], confirmed_quantity(last.get(sku), targets[sku]), event)
        for sku, event in events.items()
        if sku in ours and (sku in forced or confirmed_quantity(last.get(sku), targets[sku]) != ours[sku])
    }
    return Wanted(place, quantities, targets, last)


def publish_batch(connected: ConnectedChannel, skus: Iterable[Sku], several: Sequence[Wanted]) -> Set[Sku]:
    """Publish a batch at each place, and store what the channel confirmed; return the skus that it rejected anywhere.

    A call that fails leaves unknown what was set at the places before.
    """
    calls = [(wanted, *set_at_place(connected, wanted)) for wanted in several if wanted.quantities]
    rejected: dict[Sku, list[str]] = {}
    for wanted, _, answers in calls:
        where = f"location {connected.channel.at(wanted.place).location}: " if len(several) > 1 else ""
        for sku, each in wanted.quantities.items():
            if reason := answers[each.reference]:
                rejected.setdefault(sku, []).append(f"{where}{reason}")
    record_rejections(connected, skus, rejected, [wanted.last for wanted in several])
    for wanted, before, answers in calls:
        save_answers(connected, wanted, before, answers)
    if any(reason is None for _, __, answers in calls for reason in answers.values()):
        resolve_after_publish(ChannelId(connected.channel.id), datetime.now(UTC))
    return rejected.keys()


def set_at_place(
    connected: ConnectedChannel, wanted: Wanted
) -> tuple[Mapping[Sku, PublishedQuantity], Mapping[str, Rejected | None]]:
    """Set quantities at a place; return what was stored of each before the call, and the channel's answers."""
    name, now, last = ChannelId(connected.channel.id), datetime.now(UTC), wanted.last
    before = {sku: published.unknown(last.get(sku), sku, wanted.targets[sku], now) for sku in wanted.quantities}
    known = (before[sku] for sku, each in wanted.quantities.items() if sku not in last or each.last is not None)
    published.save_published(name, known, wanted.place)
    return before, connected.places[wanted.place].set_quantities(list(wanted.quantities.values()))


def save_answers(
    connected: ConnectedChannel,
    wanted: Wanted,
    before: Mapping[Sku, PublishedQuantity],
    answers: Mapping[str, Rejected | None],
) -> None:
    """Store the quantities of a place that the channel confirmed, and which ones it rejected."""
    confirmed = {sku: each.quantity for sku, each in wanted.quantities.items() if answers[each.reference] is None}
    references = {sku: each.reference for sku, each in wanted.quantities.items()}
    after = with_stock_ids(connected, wanted.place, references, before)
    sent = (each.replace(quantity=confirmed.get(sku)) for sku, each in after.items())
    published.save_answered(ChannelId(connected.channel.id), sent, wanted.place)


def confirmed_quantity(sent: PublishedQuantity | None, where: str) -> int | None:
    """Return the quantity that the channel confirmed last under the same target; None if it is unknown."""
    return sent.quantity if sent and sent.spot == where else None


def record_rejections(
    connected: ConnectedChannel,
    skus: Iterable[Sku],
    rejected: Mapping[Sku, Sequence[str]],
    last: Sequence[Mapping[Sku, PublishedQuantity]],
) -> None:
    """Open an exception for each rejected quantity; resolve it once the channel confirms one at each place."""
    now = datetime.now(UTC)
    for sku in skus:
        subject = Subject.of_listing(connected.channel.id, sku)
        if sku in rejected:
            message = "; ".join(rejected[sku])
            exceptions.open_exception(Problem(cause=Cause.PUSH_REJECTED, subject=subject, message=message), now)
        elif any(sku in each and each[sku].may_be_rejected for each in last):
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
