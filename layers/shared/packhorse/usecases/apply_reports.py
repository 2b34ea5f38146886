"""Apply a channel's reports of its own stock: it sold, took back, or a person typed another number there.

A report names the stock by the channel's own id. Which listings that is of is stored when a publish or a comparison
finds it, so that a report costs a read and no call of the channel, and one of stock that is not ours ends there.
Reports are in the channel's message group: none is read while a quantity is on its way, and the echo of ours equals
what is confirmed by then.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping

from packhorse.domain.configuration.account import Account
from packhorse.domain.values import ChannelId, Sku, iso
from packhorse.messages.quantities import PublishQuantity, QuantityReported, send_quantities
from packhorse.store import published
from packhorse.store.published import PublishedQuantity
from packhorse.usecases.read_offers import ConnectedChannel, quantities_to_publish


def apply_reports(connected: ConnectedChannel, reports: Collection[QuantityReported]) -> None:
    """Take what the channel confirmed for unknown where it shows another quantity, and publish ours if that is less.

    Where ours is more it waits for the next change, or comparison: a channel reports its sale before its order, and
    ours would sell the same unit again meanwhile.
    """
    name = ChannelId(connected.channel.id)
    changes = changed_listings(name, reports)
    if not changes:
        return
    published.forget_confirmed(name, changes)
    _, ours = quantities_to_publish(connected, changes)
    for sku, units in ours.items():
        for report in changes[sku]:
            if is_too_much(report.quantity, units, connected.config.account):
                again = PublishQuantity(channel=name, sku=sku, forced=True, at=report.at)
                send_quantities([again], f"reported {report.quantity} {iso(report.at)}")


def changed_listings(
    channel: ChannelId, reports: Iterable[QuantityReported]
) -> Mapping[Sku, Collection[QuantityReported]]:
    """Return the products that the channel shows another quantity of than it confirmed, with those reports."""
    found: dict[Sku, list[QuantityReported]] = defaultdict(list)
    for report in reports:
        for sku in published.listings_of_stock(channel, report.stock_id):
            found[sku].append(report)
    last = published.last_published(channel, found) if found else {}
    changed = {sku: [each for each in told if is_change(each, last.get(sku))] for sku, told in found.items()}
    return {sku: told for sku, told in changed.items() if told}


def is_change(report: QuantityReported, last: PublishedQuantity | None) -> bool:
    """Return whether the channel changed, after ours was set there, the stock that the listing is published to."""
    if last is None:
        return True
    is_of_another = last.stock_id not in {"", report.stock_id}
    is_older = last.set_at is not None and report.at < last.set_at
    return not is_of_another and not is_older and report.quantity != last.confirmed


def is_too_much(theirs: int | None, ours: int, account: Account) -> bool:
    """Return whether the channel shows more than ours, and the account has that healed."""
    return (account.heal_oversold or account.heal_drift) and theirs is not None and theirs > ours


def with_stock_ids(
    connected: ConnectedChannel, references: Mapping[Sku, str], sent: Mapping[Sku, PublishedQuantity]
) -> dict[Sku, PublishedQuantity]:
    """Return quantities that were set with the channel's stock of each; store of which listing a new id is."""
    behind = connected.publishing.stock_behind(list(references.values()))
    found = dict(sent)
    for sku, reference in references.items():
        if stock := behind.get(reference):
            is_new = sent[sku].stock_id != stock.id
            if is_new:
                published.save_stock_id(ChannelId(connected.channel.id), stock.id, sku)
            set_at = stock.set_at or (None if is_new else sent[sku].set_at)
            found[sku] = sent[sku].replace(stock_id=stock.id, set_at=set_at)
    return found


def learn_stock_ids(
    connected: ConnectedChannel, references: Mapping[Sku, str], sent: Mapping[Sku, PublishedQuantity]
) -> None:
    """Store the channel's stock of listings that a comparison read and that were published before its id was stored."""
    behind = connected.publishing.stock_behind(list(references.values()))
    for sku, last in sent.items():
        stock = behind.get(references[sku])
        if stock and stock.id != last.stock_id:
            published.save_stock_id(ChannelId(connected.channel.id), stock.id, sku)
            published.move_stock(ChannelId(connected.channel.id), sku, stock.id)
