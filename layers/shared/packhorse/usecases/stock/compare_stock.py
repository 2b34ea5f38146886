"""Compare the quantities that a channel shows with ours, page by page.

A page that an invocation has no time to read, as of a slow channel that takes a call for each listing, is halved.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from packhorse.aws.telemetry import add_metric
from packhorse.domain.catalogue import drift
from packhorse.domain.catalogue.product import Listing
from packhorse.domain.configuration.account import Account
from packhorse.domain.errors import CredentialsRefused, OutOfTime, Rejected, raise_if_of_all
from packhorse.domain.plural import agree, plural
from packhorse.domain.problem import Cause, Problem, Subject
from packhorse.domain.values import ChannelId, Sku
from packhorse.messages.channels import CompareQuantities, PublishQuantity, send_comparison, send_quantities
from packhorse.store import exceptions, listings, published
from packhorse.usecases.catalogue.refresh_listings import refresh_listings
from packhorse.usecases.stock.apply_reports import learn_stock_ids
from packhorse.usecases.stock.read_offers import ConnectedChannel, quantities_to_publish

COMPARE_PAGE = 50


def compare_page(connected: ConnectedChannel, message: CompareQuantities) -> None:
    """Compare a page of the channel's listings, and send a message for the next page; heal drift if set so."""
    now = datetime.now(UTC)
    name = ChannelId(connected.channel.id)
    size = message.at_most or COMPARE_PAGE
    begun = resumed_report(message, now)
    if begun is None:
        return
    page = listings.listing_page(name, message.after, size)
    try:
        report, found = compare_readable(connected, page, begun, now)
    except OutOfTime:
        if len(page) <= 1:
            raise
        send_comparison(name, message.event, message.after, len(page) // 2)
        return
    except Rejected as error:
        published.save_drift(begun.replace(finished_at=now, problem=str(error)))
        return
    healed = [each for each in found if is_healed(each, connected.config.account)]
    send_quantities(
        (PublishQuantity(channel=name, sku=each.sku, forced=True, at=now) for each in healed), message.event
    )
    published.save_drift(report if len(page) == size else report.replace(finished_at=now))
    if len(page) == size:
        send_comparison(name, message.event, page[-1].sku, message.at_most)
    else:
        record_drift(report, now)


def is_healed(difference: drift.Difference, account: Account) -> bool:
    """Return whether ours is published: where the channel shows more, it sells what is not there."""
    is_above = difference.theirs is not None and difference.theirs > difference.ours
    return account.heal_drift or (account.heal_oversold and is_above)


def compare_readable(
    connected: ConnectedChannel, page: Sequence[Listing], report: drift.DriftReport, now: datetime
) -> tuple[drift.DriftReport, tuple[drift.Difference, ...]]:
    """Compare a page, if it is refused each listing by itself; raise the last refusal if the channel refuses all."""
    try:
        return compare_listings(connected, page, report, now)
    except (Rejected, CredentialsRefused) as error:
        raise_if_of_all(error)
        if len(page) <= 1 and not report.looked_at:
            raise
    refused: list[Rejected | CredentialsRefused] = []
    found: list[drift.Difference] = []
    for listing in page:
        try:
            report, more = compare_listings(connected, [listing], report, now)
            found += more
        except (Rejected, CredentialsRefused) as error:
            refused.append(error)
            report = report.without(listing.sku, error.in_full)
    if len(refused) == len(page) > 1:
        raise refused[-1]
    return report, tuple(found)


def compare_listings(
    connected: ConnectedChannel, page: Sequence[Listing], report: drift.DriftReport, now: datetime
) -> tuple[drift.DriftReport, tuple[drift.Difference, ...]]:
    """Return the report with one more page in it, and the differences of that page."""
    listings, ours = quantities_to_publish(connected, {Sku(listing.sku) for listing in page})
    skus = {sku for at_place in ours.values() for sku in at_place}
    several = (read_differences(connected, place, listings, ours[place], now) for place in connected.places)
    found = tuple(each for differences in several for each in differences) if skus else ()
    return (report.after(page[-1].sku, len(skus), found) if page else report), found


def resumed_report(message: CompareQuantities, now: datetime) -> drift.DriftReport | None:
    """Return the report that this page continues; a new one for a first page.

    None if another comparison has begun since: it compares all listings, and the report is its own.
    """
    begun = published.find_drift(ChannelId(message.channel)) if message.after else None
    if begun:
        return begun if begun.event == message.event else None
    return drift.DriftReport(channel=message.channel, event=message.event, started_at=now)


def read_differences(
    connected: ConnectedChannel, place: str, listings: Mapping[Sku, Listing], ours: Mapping[Sku, int], now: datetime
) -> tuple[drift.Difference, ...]:
    """Read the channel's quantities at a place; return those that differ from ours.

    What the channel turns out to ship itself is none of them any more: it gets no quantity.
    """
    references = {sku: listings[sku].reference for sku in ours}
    theirs = connected.places[place].quantities(list(references.values()))
    if by_channel := connected.places[place].fulfilled_by_channel(list(references.values())):
        theirs_to_ship = {sku: (name, True) for sku, name in references.items() if name in by_channel}
        refresh_listings(connected.channel, theirs_to_ship)
        ours = {sku: units for sku, units in ours.items() if sku not in theirs_to_ship}
        references = {sku: references[sku] for sku in ours}
    last = published.last_published(ChannelId(connected.channel.id), ours, place)
    learn_stock_ids(connected, place, references, last)
    found = drift.differences(ours, references, theirs, {sku: sent.at for sku, sent in last.items()}, now)
    return tuple(each.replace(location=place) for each in found) if place else found


def record_drift(report: drift.DriftReport, now: datetime) -> None:
    """Open an exception of the channel if listings differ; resolve it if none does."""
    subject = Subject.of_channel(report.channel)
    if not report.different and not report.refused:
        exceptions.resolve(Cause.DRIFT, subject)
    else:
        shown = ", ".join(map(str, report.differences[:10]))
        differ = agree(report.different, "differs", "differ")
        text = f"{report.different} of {plural(report.looked_at, 'listing')} {differ}: {shown}".rstrip(": ")
        if report.refused:
            text += f"; {plural(report.refused, 'listing')} could not be read, such as {report.refusal}"
        problem = Problem(cause=Cause.DRIFT, subject=subject, message=text)
        exceptions.open_exception(problem, now)
    add_metric("DriftingListings", report.different)
