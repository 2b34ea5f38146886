"""Apply a channel's reports of its own stock: it sold, took back, or a person typed another number there.

A report names the stock by the channel's stock id. A publish or a comparison stores the listings of each stock id, so
a report costs a read and no call of the channel; one of stock without a listing of ours is dropped. Reports are in the
channel's message group: none is read while a quantity is being published, so the echo of ours equals the confirmed one.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from datetime import UTC, datetime

from packhorse.domain.configuration.account import Account
from packhorse.domain.values import ChannelId, Sku, iso
from packhorse.messages.channels import PublishQuantity, QuantityReported, send_quantities
from packhorse.store import published
from packhorse.store.published import PublishedQuantity
from packhorse.usecases.stock.read_offers import ConnectedChannel, quantities_to_publish


def apply_reports(connected: ConnectedChannel, reports: Collection[QuantityReported]) -> None:
    """Forget the confirmed quantity where the channel shows more; publish ours at once only if it is less.

    Where the channel shows less than it confirmed, that stays: it reports its sale before its order, so that ours would
    offer the sold unit again. Until the order comes, what changes here is changed there on top of it.
    """
    name = ChannelId(connected.channel.id)
    listed = listings_of_reports(name, reports)
    changes = {place: doubt_changed(name, place, listed) for place in connected.places} if listed else {}
    skus = {sku for changed in changes.values() for sku in changed}
    ours = quantities_to_publish(connected, skus)[1] if skus else {}
    for place, units_of in ours.items():
        for sku, units in units_of.items():
            for report in changes[place].get(sku, ()):
                publish_if_too_much(connected, sku, units, report)


def publish_if_too_much(connected: ConnectedChannel, sku: Sku, units: int, report: QuantityReported) -> None:
    """Publish a listing again if its channel shows more of it than the units that are offered."""
    if is_too_much(report.quantity, units, connected.config.account):
        again = PublishQuantity(channel=connected.channel.id, sku=sku, forced=True, at=report.at)
        send_quantities([again], f"reported {report.quantity} {iso(report.at)}")


def listings_of_reports(
    channel: ChannelId, reports: Iterable[QuantityReported]
) -> Mapping[Sku, Collection[QuantityReported]]:
    """Return the products whose quantity is, or was, that of the stock of these reports, with the reports."""
    found: dict[Sku, list[QuantityReported]] = defaultdict(list)
    for report in reports:
        for sku in published.listings_of_stock(channel, report.stock_id):
            found[sku].append(report)
    return found


def doubt_changed(
    channel: ChannelId, place: str, listed: Mapping[Sku, Collection[QuantityReported]]
) -> Mapping[Sku, Collection[QuantityReported]]:
    """Doubt what a place confirmed where it shows another quantity; return the products, with the reports."""
    last = published.last_published(channel, listed, place)
    those = {sku: [each for each in named if is_change(each, last.get(sku))] for sku, named in listed.items()}
    changed = {sku: reports for sku, reports in those.items() if reports}
    below = {sku for sku, reports in changed.items() if all(is_below(each, last.get(sku)) for each in reports)}
    published.forget_confirmed(channel, changed.keys() - below, place)
    published.mark_below(channel, below, datetime.now(UTC), place)
    return changed


def is_below(report: QuantityReported, last: PublishedQuantity | None) -> bool:
    """Return whether the channel shows less than it confirmed."""
    confirmed = last.confirmed if last else None
    return report.quantity is not None and confirmed is not None and report.quantity < confirmed


def is_change(report: QuantityReported, last: PublishedQuantity | None) -> bool:
    """Return whether the channel changed the stock of the listing after our quantity was set there."""
    if last is None:
        return True
    is_of_another = last.stock_id not in {"", report.stock_id}
    is_older = last.set_at is not None and report.at < last.set_at
    return not is_of_another and not is_older and report.quantity != last.confirmed


def is_too_much(theirs: int | None, ours: int, account: Account) -> bool:
    """Return whether the channel shows more than ours, and the account has that healed."""
    return (account.heal_oversold or account.heal_drift) and theirs is not None and theirs > ours


def with_stock_behind(
    connected: ConnectedChannel, place: str, references: Mapping[Sku, str], sent: Mapping[Sku, PublishedQuantity]
) -> dict[Sku, PublishedQuantity]:
    """Return the published quantities with what the channel says of the stock; store the listing of each new id."""
    behind = connected.places[place].stock_behind(list(references.values()))
    found = dict(sent)
    for sku, reference in references.items():
        if stock := behind.get(reference):
            is_new = sent[sku].stock_id != stock.id
            if is_new:
                published.save_stock_id(ChannelId(connected.channel.id), stock.id, sku)
            set_at = stock.set_at or (None if is_new else sent[sku].set_at)
            below_since = sent[sku].below_since or (datetime.now(UTC) if stock.was_below else None)
            found[sku] = sent[sku].replace(stock_id=stock.id, set_at=set_at, below_since=below_since)
    return found


def learn_stock_ids(
    connected: ConnectedChannel, place: str, references: Mapping[Sku, str], sent: Mapping[Sku, PublishedQuantity]
) -> None:
    """Store the stock ids of listings that a comparison read and that had none, or another one."""
    for sku, now in with_stock_behind(connected, place, {sku: references[sku] for sku in sent}, sent).items():
        if now.stock_id != sent[sku].stock_id:
            published.move_stock(ChannelId(connected.channel.id), sku, now.stock_id, place)
