"""What channels were told of stock, in the Work table.

question                                    | pk                 | sk
what a channel was told of a product        | PUBLISHED#channel  | sku
how a channel's numbers compared last time  | DRIFT#channel      | LAST
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

DRIFT_REPORT = Reader(TypeAdapter(DriftReport))


class PublishedQuantity(Value):
    """What a channel confirmed of a product, where (`spot`) and when.

    No quantity where it refused, or where nobody knows.
    """

    sku: Sku
    spot: str
    quantity: int | None
    at: Instant

    @property
    def may_be_refused(self) -> bool:
        """Whether the channel turned the last one away, as far as we know."""
        return self.quantity is None


class PublishedItem(Item):
    """What a channel was last told of a product."""

    class Meta:
        table_name = settings.work_table

    pk = UnicodeAttribute(hash_key=True)
    sk = UnicodeAttribute(range_key=True)
    at = UnicodeAttribute()
    spot = UnicodeAttribute(default="")
    quantity = NumberAttribute(null=True)


class DriftItem(Item):
    """How a channel's numbers compared, as JSON."""

    class Meta:
        table_name = settings.work_table

    pk = UnicodeAttribute(hash_key=True)
    sk = UnicodeAttribute(range_key=True, default="LAST")
    body = UnicodeAttribute()


def last_published(channel: ChannelId, skus: Iterable[Sku]) -> dict[Sku, PublishedQuantity]:
    """What the channel was last told of those products that it was told of."""
    found = PublishedItem.batch_get([(f"PUBLISHED#{channel}", sku) for sku in set(skus)], consistent_read=True)
    return {Sku(each.sk): _sent(each) for each in found}


def _sent(found: PublishedItem) -> PublishedQuantity:
    quantity = None if found.quantity is None else int(found.quantity)
    return PublishedQuantity(sku=Sku(found.sk), spot=found.spot, quantity=quantity, at=datetime.fromisoformat(found.at))


def save_published(channel: ChannelId, sent: Iterable[PublishedQuantity]) -> None:
    """Remembers what the channel confirmed or refused, or that nobody knows."""
    with PublishedItem.batch_write() as batch:
        for each in sent:
            key = f"PUBLISHED#{channel}", each.sku
            batch.save(PublishedItem(*key, at=iso(each.at), spot=each.spot, quantity=each.quantity))


def save_drift(report: DriftReport) -> None:
    """Remembers how a channel compared, so far or to the end."""
    DriftItem(f"DRIFT#{report.channel}", body=stamped(report.model_dump_json())).save()


def get_drift(channel: ChannelId) -> DriftReport | None:
    """How the channel last compared; None where it never did."""
    try:
        return DRIFT_REPORT.read(DriftItem.get(f"DRIFT#{channel}", "LAST", consistent_read=True).body)
    except DoesNotExist:
        return None
