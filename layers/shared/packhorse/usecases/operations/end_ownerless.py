"""End exceptions whose channel, listing, supplier or warehouse was removed, or whose channel is not called any more.

Removing one ends what is open then. The hourly audit ends what was opened later, as by a dead letter, or is about a
part of it.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping
from datetime import datetime

from packhorse.domain.configuration.configuration import Configuration
from packhorse.domain.exceptions.owners import OWNERS, Owner, causes_of
from packhorse.domain.problem import Cause, Subject
from packhorse.domain.supply.supplier import Supplier
from packhorse.domain.values import ChannelId, Sku, WarehouseId
from packhorse.store import exceptions, listings, suppliers
from packhorse.store.exceptions import OpenException
from packhorse.usecases.suppliers.open_at_supplier import count_open

SWEPT = (Owner.CALLS, Owner.CHANNEL, Owner.SUPPLIER, Owner.WAREHOUSE)
"""Owners that can be removed, or stop to be called."""


def end_calls_of(channel: ChannelId) -> None:
    """Resolve what concerns calls of a channel that is paused."""
    _resolve_all(channel, Owner.CALLS)


def end_all_of(channel: ChannelId) -> None:
    """Resolve what concerns a channel that was removed or is inactive; the audit ends what is about its parts."""
    _resolve_all(channel, Owner.CALLS, Owner.CHANNEL)


def _resolve_all(channel: ChannelId, *owners: Owner) -> None:
    for cause in causes_of(*owners):
        exceptions.resolve(cause, Subject.of_channel(channel))


def end_ownerless(config: Configuration, now: datetime) -> None:
    """Resolve each exception whose owner is gone."""
    known = {each.id: each for each in suppliers.all_suppliers()}
    rejections: dict[ChannelId, dict[Sku, OpenException]] = defaultdict(dict)
    for each in exceptions.unresolved_of(*causes_of(*SWEPT)):
        if is_ownerless(each, config, known, now):
            exceptions.resolve_as_read(each)
        elif each.cause == Cause.PUSH_REJECTED:
            rejections[ChannelId(each.subject.channel or "")][Sku(each.subject.sku or "")] = each
    for channel, of_listings in rejections.items():
        for sku in of_listings.keys() - _published_to(channel, of_listings):
            exceptions.resolve_as_read(of_listings[sku])


def _published_to(channel: ChannelId, skus: Collection[Sku]) -> set[Sku]:
    """Return those of the products whose quantity is published to the channel: it lists them, and fulfils them not."""
    listed = listings.listings_on(channel, skus)
    return {sku for sku, listing in listed.items() if not listing.fulfilled_by_channel}


def is_ownerless(
    read: OpenException, config: Configuration, known_suppliers: Mapping[str, Supplier], now: datetime
) -> bool:
    """Return whether the owner of an exception is gone, or not called any more."""
    subject, owner = read.subject, OWNERS[Cause(read.cause)]
    if owner is Owner.SUPPLIER:
        supplier = known_suppliers.get(subject.supplier or "")
        if supplier is None:
            return subject.supplier is not None
        return read.cause == Cause.SUPPLIER_FILE_UNREADABLE and not _is_fetched(subject, supplier, now)
    if owner is Owner.WAREHOUSE:
        return subject.warehouse is not None and WarehouseId(subject.warehouse) not in config.warehouses
    name = subject.channel or read.origin.channel
    if not name:
        return False
    channel = config.channels.get(ChannelId(name))
    if channel is None or not channel.active:
        return True
    return owner is Owner.CALLS and not channel.is_called


def _is_fetched(subject: Subject, supplier: Supplier, now: datetime) -> bool:
    """Return whether files of the folder that an exception is about are fetched: the layout may be another one now.

    Those of a supplier that is switched off are, while it has anything, except its stock feed.
    """
    if supplier.active:
        return subject in map(supplier.files_of, supplier.incoming)
    answers = (*supplier.answers, *supplier.purchasing.answers)
    return subject in map(supplier.files_of, answers) and count_open(supplier, now).is_with_it
