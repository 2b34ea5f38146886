"""Compare the quantities that a channel shows with ours, page by page."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from packhorse.aws.telemetry import count
from packhorse.domain.catalogue import drift
from packhorse.domain.catalogue.product import Listing
from packhorse.domain.errors import Rejected
from packhorse.domain.values import ChannelId, Sku
from packhorse.messages.quantities import Compare, Tell, request_comparison, request_publish
from packhorse.store import catalogue, exceptions, published
from packhorse.usecases.read_offers import Shop, offered

PAGE = 50


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
        request_publish((Tell(channel=name, sku=each.sku, forced=True, at=now) for each in found), asked.event)
    published.keep_report(report if len(page) == PAGE else report.model_copy(update={"finished_at": now}))
    if len(page) == PAGE:
        request_comparison(name, asked.event, page[-1].sku)
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
