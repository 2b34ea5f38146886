"""Confirmed quantities and drift reports of channels, in the Work table.

question                                     | pk                 | sk
the confirmed quantity of a listing          | PUBLISHED#channel  | sku
the last comparison of a channel             | DRIFT#channel      | LAST
"""

from collections.abc import Iterable
from datetime import datetime

from pydantic import TypeAdapter
from pynamodb.attributes import NumberAttribute, UnicodeAttribute
from pynamodb.exceptions import DoesNotExist

from packhorse.aws.settings import settings
from packhorse.domain.catalogue.drift import DriftReport
from packhorse.domain.schema import Reader, stamped
from packhorse.domain.values import ChannelId, Instant, Sku, Value, iso
from packhorse.store.items import Item
from packhorse.store.transaction import ignore_failed_condition

DRIFT_REPORT = Reader(TypeAdapter(DriftReport))


class PublishedQuantity(Value):
    """The quantity of a product that a channel confirmed, under which target (`spot`), and when.

    The quantity is None if the channel rejected it, or its answer has not come.
    """

    sku: Sku
    spot: str
    quantity: int | None
    at: Instant

    @property
    def may_be_rejected(self) -> bool:
        """Whether the channel may have rejected the last quantity."""
        return self.quantity is None


class PublishedItem(Item):
    """The quantity of a product that a channel confirmed last."""

    class Meta:
        table_name = settings.work_table

    pk = UnicodeAttribute(hash_key=True)
    sk = UnicodeAttribute(range_key=True)
    at = UnicodeAttribute()
    spot = UnicodeAttribute(default="")
    quantity = NumberAttribute(null=True)


class DriftItem(Item):
    """The drift report of a channel, as JSON."""

    class Meta:
        table_name = settings.work_table

    pk = UnicodeAttribute(hash_key=True)
    sk = UnicodeAttribute(range_key=True, default="LAST")
    body = UnicodeAttribute()


def last_published(channel: ChannelId, skus: Iterable[Sku]) -> dict[Sku, PublishedQuantity]:
    """Return the stored quantities of those products that were published to the channel."""
    found = PublishedItem.batch_get([(f"PUBLISHED#{channel}", sku) for sku in set(skus)], consistent_read=True)
    return {Sku(each.sk): _sent(each) for each in found}


def _sent(found: PublishedItem) -> PublishedQuantity:
    quantity = None if found.quantity is None else int(found.quantity)
    return PublishedQuantity(sku=Sku(found.sk), spot=found.spot, quantity=quantity, at=datetime.fromisoformat(found.at))


def save_published(channel: ChannelId, sent: Iterable[PublishedQuantity]) -> None:
    """Store quantities that the channel confirmed; None for a rejected or unknown one."""
    with PublishedItem.batch_write() as batch:
        for each in sent:
            key = f"PUBLISHED#{channel}", each.sku
            batch.save(PublishedItem(*key, at=iso(each.at), spot=each.spot, quantity=each.quantity))


def forget_confirmed(channel: ChannelId, skus: Iterable[Sku]) -> None:
    """Take the confirmed quantities for unknown: they are of no target any more."""
    for sku in sorted(skus):
        with ignore_failed_condition():  # nothing was confirmed yet
            PublishedItem(f"PUBLISHED#{channel}", sku).update(
                actions=[PublishedItem.spot.set("")], condition=PublishedItem.at.exists()
            )


def save_drift(report: DriftReport) -> None:
    """Store the drift report of a channel, finished or not."""
    DriftItem(f"DRIFT#{report.channel}", body=stamped(report.model_dump_json())).save()


def get_drift(channel: ChannelId) -> DriftReport | None:
    """Return the last drift report of the channel; None before its first comparison."""
    try:
        return DRIFT_REPORT.read(DriftItem.get(f"DRIFT#{channel}", "LAST", consistent_read=True).body)
    except DoesNotExist:
        return None
