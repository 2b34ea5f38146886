"""Compare the quantities that a channel shows with ours, page by page."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from packhorse.aws.telemetry import add_metric
from packhorse.domain.catalogue import drift
from packhorse.domain.catalogue.product import Listing
from packhorse.domain.errors import Rejected
from packhorse.domain.problem import Cause, Problem, Subject
from packhorse.domain.values import ChannelId, Sku
from packhorse.messages.quantities import CompareQuantities, PublishQuantity, send_comparison, send_quantities
from packhorse.store import catalogue, exceptions, published
from packhorse.usecases.read_offers import ConnectedChannel, quantities_to_publish

COMPARE_PAGE = 50


def compare_page(shop: ConnectedChannel, asked: CompareQuantities) -> None:
    """A page of what the channel lists, compared with what it says; the next page is another message."""
    now = datetime.now(UTC)
    name = ChannelId(shop.channel.id)
    page = catalogue.listing_page(name, asked.after, COMPARE_PAGE)
    try:
        report, found = compare_listings(shop, page, resumed_report(asked, now), now)
    except Rejected as error:
        published.save_drift(resumed_report(asked, now).replace(finished_at=now, problem=str(error)))
        return
    if found and shop.config.account.heal_drift:
        send_quantities(
            (PublishQuantity(channel=name, sku=each.sku, forced=True, at=now) for each in found), asked.event
        )
    published.save_drift(report if len(page) == COMPARE_PAGE else report.replace(finished_at=now))
    if len(page) == COMPARE_PAGE:
        send_comparison(name, asked.event, page[-1].sku)
    else:
        record_drift(report, now)


def compare_listings(
    shop: ConnectedChannel, page: Sequence[Listing], report: drift.DriftReport, now: datetime
) -> tuple[drift.DriftReport, tuple[drift.Difference, ...]]:
    """The report with one more page in it, and what differed there."""
    listings, ours = quantities_to_publish(shop, {Sku(listing.sku) for listing in page})
    found = read_differences(shop, listings, ours, now) if ours else ()
    return (report.after(page[-1].sku, len(ours), found) if page else report), found


def resumed_report(asked: CompareQuantities, now: datetime) -> drift.DriftReport:
    """The report that this page goes on with."""
    begun = published.get_drift(ChannelId(asked.channel)) if asked.after else None
    if begun and begun.event == asked.event:
        return begun
    return drift.DriftReport(channel=asked.channel, event=asked.event, started_at=now)


def read_differences(
    shop: ConnectedChannel, listings: Mapping[Sku, Listing], ours: Mapping[Sku, int], now: datetime
) -> tuple[drift.Difference, ...]:
    """What the channel says otherwise."""
    references = {sku: listings[sku].reference for sku in ours}
    theirs = shop.stocking.quantities(list(references.values()))
    told_at = {sku: sent.at for sku, sent in published.last_published(ChannelId(shop.channel.id), ours).items()}
    return drift.differences(ours, references, theirs, told_at, now)


def record_drift(report: drift.DriftReport, now: datetime) -> None:
    """Differences are an exception of the channel."""
    if report.different:
        shown = ", ".join(f"{each.sku}: {each.theirs} instead of {each.ours}" for each in report.differences[:10])
        message = f"{report.different} of {report.looked_at} listings differ: {shown}"
        problem = Problem(cause=Cause.DRIFT, subject=Subject.of_channel(report.channel), message=message)
        exceptions.open_exception(problem, now)
    add_metric("DriftingListings", report.different)
