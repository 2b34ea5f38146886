"""Confirmed quantities and drift reports of channels, in the Work table.

question                                     | pk                         | sk
the confirmed quantity of a listing          | PUBLISHED#channel[#place]  | sku
which listings have no confirmed quantity    | PUBLISHED#channel[#place]  | sku
which listings a channel's own stock is of   | STOCK#channel#stock id     | sku
the last comparison of a channel             | DRIFT#channel              | LAST

A quantity is of a place of the channel; the one that each channel has is not named.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime

from pydantic import TypeAdapter
from pynamodb.attributes import NumberAttribute, UnicodeAttribute
from pynamodb.exceptions import DoesNotExist
from pynamodb.expressions.condition import Condition

from packhorse.aws.settings import settings
from packhorse.domain.catalogue.drift import DriftReport
from packhorse.domain.schema import Reader, stamped
from packhorse.domain.values import ChannelId, Instant, Sku, Value, iso
from packhorse.store.conditions import ignore_failed_condition
from packhorse.store.items import Item

DRIFT_REPORT = Reader(TypeAdapter(DriftReport))


class PublishedQuantity(Value):
    """The quantity of a product that a channel confirmed, under which target (`spot`), and when.

    The quantity is None if the channel rejected it, or its answer has not come. `doubts` counts how often it was made
    unknown: a publish that was under way meanwhile must not store its quantity over that. `stock_id` is the channel's
    own id of the stock, empty until it is stored; `set_at` when the stock was set, by the channel's clock;
    `below_since` when it was first found to show less than it confirmed, as after a sale. `failures` counts the tries
    at which the channel failed at this listing since it last answered; `next_at` is the next try.
    """

    sku: Sku
    spot: str
    quantity: int | None
    at: Instant
    doubts: int = 0
    stock_id: str = ""
    set_at: Instant | None = None
    below_since: Instant | None = None
    failures: int = 0
    next_at: Instant | None = None

    @property
    def confirmed(self) -> int | None:
        """The quantity that the channel confirmed, under whatever target; None if it is unknown."""
        return self.quantity if self.spot else None

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
    doubts = NumberAttribute(default=0)
    stock_id = UnicodeAttribute(null=True)
    set_at = UnicodeAttribute(null=True)
    below_since = UnicodeAttribute(null=True)
    failures = NumberAttribute(null=True)
    next_at = UnicodeAttribute(null=True)


class StockItem(Item):
    """A listing whose quantity is a channel's own stock of this id."""

    class Meta:
        table_name = settings.work_table

    pk = UnicodeAttribute(hash_key=True)
    sk = UnicodeAttribute(range_key=True)


class DriftItem(Item):
    """The drift report of a channel, as JSON."""

    class Meta:
        table_name = settings.work_table

    pk = UnicodeAttribute(hash_key=True)
    sk = UnicodeAttribute(range_key=True, default="LAST")
    body = UnicodeAttribute()


def last_published(channel: ChannelId, skus: Iterable[Sku], place: str) -> dict[Sku, PublishedQuantity]:
    """Return the stored quantities of those products that were published to the channel."""
    found = PublishedItem.batch_get([(_key(channel, place), sku) for sku in set(skus)], consistent_read=True)
    return {Sku(each.sk): _sent(each) for each in found}


def _sent(found: PublishedItem) -> PublishedQuantity:
    return PublishedQuantity(
        sku=Sku(found.sk),
        spot=found.spot,
        quantity=None if found.quantity is None else int(found.quantity),
        at=datetime.fromisoformat(found.at),
        doubts=int(found.doubts),
        stock_id=found.stock_id or "",
        set_at=datetime.fromisoformat(found.set_at) if found.set_at else None,
        below_since=datetime.fromisoformat(found.below_since) if found.below_since else None,
        failures=int(found.failures or 0),
        next_at=datetime.fromisoformat(found.next_at) if found.next_at else None,
    )


def unknown(sent: PublishedQuantity | None, sku: Sku, where: str, now: datetime) -> PublishedQuantity:
    """Return what is stored before a call: the quantity under this target is unknown until the answer."""
    new = sent or PublishedQuantity(sku=sku, spot=where, quantity=None, at=now)
    return new.replace(spot=where, quantity=None, at=now)


def save_published(channel: ChannelId, sent: Iterable[PublishedQuantity], place: str) -> None:
    """Store quantities, whatever is stored: unknown ones before a call."""
    with PublishedItem.batch_write() as batch:
        for each in sent:
            batch.save(_item(channel, each, place))


def save_answered(channel: ChannelId, sent: Iterable[PublishedQuantity], place: str) -> None:
    """Store what the channel answered, None for a rejected quantity, unless it was made unknown during the call.

    A write each: a batch of writes has no conditions. Single ones cost the same.
    """
    for each in sent:
        is_saved = False
        with ignore_failed_condition():
            _item(channel, each, place).save(condition=_has_doubts(each.doubts))
            is_saved = True
        if not is_saved:  # it may have been rejected as well
            PublishedItem(_key(channel, place), each.sku).update(actions=[PublishedItem.quantity.remove()])


def _has_doubts(number: int) -> Condition:
    has_number = PublishedItem.doubts == number
    return has_number if number else has_number | PublishedItem.doubts.does_not_exist()


def _item(channel: ChannelId, sent: PublishedQuantity, place: str) -> PublishedItem:
    return PublishedItem(
        _key(channel, place),
        sent.sku,
        at=iso(sent.at),
        spot=sent.spot,
        quantity=sent.quantity,
        doubts=sent.doubts,
        stock_id=sent.stock_id or None,
        set_at=iso(sent.set_at) if sent.set_at else None,
        below_since=iso(sent.below_since) if sent.below_since else None,
        failures=sent.failures or None,
        next_at=iso(sent.next_at) if sent.next_at else None,
    )


def save_failures(channel: ChannelId, failed: Mapping[Sku, tuple[int, datetime]], place: str) -> None:
    """Store how often the channel has failed at each listing, whose quantity is unknown, and when the next try is."""
    for sku, (failures, next_at) in failed.items():
        PublishedItem(_key(channel, place), sku).update(
            actions=[PublishedItem.failures.set(failures), PublishedItem.next_at.set(iso(next_at))]
        )


def _key(channel: ChannelId, place: str) -> str:
    return f"PUBLISHED#{channel}#{place}" if place else f"PUBLISHED#{channel}"


def save_stock_id(channel: ChannelId, stock_id: str, sku: Sku) -> None:
    """Store that the listing's quantity is the channel's stock of that id."""
    StockItem(_stock_key(channel, stock_id), sku).save()


def move_stock(channel: ChannelId, sku: Sku, stock_id: str, place: str) -> None:
    """Store of which stock the confirmed quantity is; the time of the last set is that of another one, if any."""
    with ignore_failed_condition():  # nothing was published yet
        PublishedItem(_key(channel, place), sku).update(
            actions=[PublishedItem.stock_id.set(stock_id), PublishedItem.set_at.remove()],
            condition=PublishedItem.at.exists(),
        )


def listings_of_stock(channel: ChannelId, stock_id: str) -> list[Sku]:
    """Return the products whose quantity was the channel's stock of that id: perhaps of another one by now."""
    return [Sku(found.sk) for found in StockItem.query(_stock_key(channel, stock_id), consistent_read=True)]


def _stock_key(channel: ChannelId, stock_id: str) -> str:
    return f"STOCK#{channel}#{stock_id}"


def forget_confirmed(channel: ChannelId, skus: Iterable[Sku], place: str) -> None:
    """Take the confirmed quantities for unknown: they are of no target any more."""
    for sku in sorted(skus):
        with ignore_failed_condition():  # nothing was published yet
            PublishedItem(_key(channel, place), sku).update(
                actions=[PublishedItem.spot.set(""), PublishedItem.doubts.add(1)], condition=PublishedItem.at.exists()
            )


def mark_below(channel: ChannelId, skus: Iterable[Sku], now: datetime, place: str) -> None:
    """Store since when the channel shows less than it confirmed, where that is not stored."""
    for sku in sorted(skus):
        with ignore_failed_condition():  # it is stored, or nothing was published yet
            PublishedItem(_key(channel, place), sku).update(
                actions=[PublishedItem.below_since.set(iso(now))],
                condition=PublishedItem.at.exists() & PublishedItem.below_since.does_not_exist(),
            )


def unconfirmed(channel: ChannelId, place: str) -> Iterator[Sku]:
    """Yield the products whose last quantity the channel has not confirmed: it waits, or was rejected."""
    is_unknown = PublishedItem.quantity.does_not_exist() | (PublishedItem.spot == "")
    for found in PublishedItem.query(_key(channel, place), filter_condition=is_unknown):
        yield Sku(found.sk)


def save_drift(report: DriftReport) -> None:
    """Store the drift report of a channel, finished or not."""
    DriftItem(f"DRIFT#{report.channel}", body=stamped(report.model_dump_json())).save()


def find_drift(channel: ChannelId) -> DriftReport | None:
    """Return the last drift report of the channel; None before its first comparison."""
    try:
        return DRIFT_REPORT.read(DriftItem.get(f"DRIFT#{channel}", "LAST", consistent_read=True).body)
    except DoesNotExist:
        return None


def delete_drift(channel: ChannelId) -> None:
    """Delete the drift report of a channel, if it has one."""
    DriftItem(f"DRIFT#{channel}", "LAST").delete()
