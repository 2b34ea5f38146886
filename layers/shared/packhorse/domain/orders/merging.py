"""Fulfilment orders of several orders that leave as one parcel: what may be merged, and when one leaves by itself.

Each order keeps its own fulfilment order, documents, stock and completion. A merge stands in every member's own order;
who decides on it compares all of them, each under the version that was read.
"""

import hashlib
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from packhorse.domain.address import lacks_destination, postal_spelling, with_codes
from packhorse.domain.configuration.channel import Channel
from packhorse.domain.configuration.warehouse import WarehouseKind
from packhorse.domain.errors import FieldError, Rejected
from packhorse.domain.labels.label import FulfilmentRef
from packhorse.domain.orders.fulfilment_order import FulfilmentOrder, FulfilmentStatus, Merge
from packhorse.domain.orders.order import Order
from packhorse.domain.orders.packing import PackingState
from packhorse.domain.orders.updates import with_entry, with_fulfilment
from packhorse.domain.values import ChannelId

MAX_MEMBERS = 5
"""Orders in one parcel: their documents and rows fit one transaction."""
WITHOUT_PHONE = ("name", "company", "address1", "address2", "address3", "city", "state", "postcode", "country")


class FulfilmentOfOrder(NamedTuple):
    """A fulfilment order with its order."""

    order: Order
    fulfilment: FulfilmentOrder

    @property
    def ref(self) -> FulfilmentRef:
        """What names it."""
        return FulfilmentRef(order=self.order.id, fulfilment=self.fulfilment.number)


def alike(order: Order) -> str:
    """Return a digest of what orders in one parcel have in common: recipient, address and delivery method."""
    address = order.ship_to and postal_spelling(with_codes(order.ship_to))
    parts = [getattr(address, name) for name in WITHOUT_PHONE] if address else []
    texts = (" ".join(part.casefold().split()) for part in (*parts, order.delivery_method))
    return hashlib.sha256("\n".join(texts).encode()).hexdigest()[:32]


def why_not_merged(member: FulfilmentOfOrder) -> str:
    """Return why a fulfilment order is merged with none; empty if it may be."""
    order, fulfilment = member
    if order.holds or fulfilment.is_taken_back:
        return "its order is held"
    if lacks_destination(order.ship_to):
        return "its order has no usable address"
    if fulfilment.left_merge:
        return "it left others a moment ago: try again"
    return _why_begun(fulfilment) or ("it is merged already: undo that first" if fulfilment.merge else "")


def _why_begun(fulfilment: FulfilmentOrder) -> str:
    """Return why a fulfilment order leaves as it is: it is not ours, or has ended, or has begun to leave."""
    if fulfilment.kind is not WarehouseKind.OWN:
        return f"{fulfilment.warehouse} ships by itself"
    if not fulfilment.is_open:
        return f"it is {fulfilment.status}"
    if fulfilment.parcels:
        return "it is partly shipped"
    if any(each.is_open for each in fulfilment.labels):
        return "it has a label: void it first"
    if fulfilment.status is FulfilmentStatus.ACCEPTED or fulfilment.packing_state is not PackingState.UNOPENED:
        return "it is being packed"
    return ""


def why_not_together(one: FulfilmentOfOrder, other: FulfilmentOfOrder, channels: Mapping[ChannelId, Channel]) -> str:
    """Return why two fulfilment orders do not fit one parcel; empty if they do."""
    if one.order.id == other.order.id:
        return "it is of the same order: join them instead"
    if one.fulfilment.warehouse != other.fulfilment.warehouse:
        return f"it is at {other.fulfilment.warehouse}, not at {one.fulfilment.warehouse}"
    if alike(one.order) != alike(other.order):
        return "it goes to another recipient or address, or by another delivery method"
    if _labels_of(one.order, channels) != _labels_of(other.order, channels):
        return f"labels for {other.order.channel} are bought otherwise"
    return ""


def _labels_of(order: Order, channels: Mapping[ChannelId, Channel]) -> object:
    channel = channels.get(ChannelId(order.channel))
    return (channel.label_policy, frozenset(channel.carriers_left_out)) if channel else None


def merged(
    members: Sequence[FulfilmentOfOrder], request: str, channels: Mapping[ChannelId, Channel], at: datetime, who: str
) -> list[Order]:
    """Return the orders with those fulfilment orders merged; raises Rejected with each that does not fit."""
    if all(each.fulfilment.merge and each.fulfilment.merge.id == request for each in members):
        return [each.order for each in members]
    wrong = []
    for place, member in enumerate(members):
        if reason := why_not_merged(member) or (place and _unlike(members[:place], member, channels)):
            wrong.append(FieldError(f"fulfilments.{place}", reason))
    if wrong:
        raise Rejected("these do not ship as one parcel", wrong)
    merge = Merge(id=request, alike=alike(members[0].order), members=tuple(each.ref for each in members))
    return [_merged(each, merge, members, at, who) for each in members]


def _unlike(
    earlier: Sequence[FulfilmentOfOrder], member: FulfilmentOfOrder, channels: Mapping[ChannelId, Channel]
) -> str:
    reasons = (why_not_together(each, member, channels) for each in earlier)
    return next(filter(None, reasons), "")


def _merged(
    member: FulfilmentOfOrder, merge: Merge, members: Sequence[FulfilmentOfOrder], at: datetime, who: str
) -> Order:
    others = ", ".join(each.fulfilment.short_id for each in members if each != member)
    order = with_fulfilment(member.order, member.fulfilment.replace(merge=merge))
    return with_entry(order, at, "merged", who, f"fulfilment {member.fulfilment.number} ships with {others}")


def why_it_leaves(order: Order, fulfilment: FulfilmentOrder) -> str:
    """Return why a fulfilment order is in its merge no more; empty while it is, as it is once its label is bought."""
    if fulfilment.merge is None or fulfilment.ships_shared:
        return ""
    if len(fulfilment.merge.members) == 1:
        return "the others left"
    if not fulfilment.is_open:
        return f"it is {fulfilment.status}"
    if order.holds:
        return "its order is held"
    if fulfilment.parcels:
        return "a part of it is shipped"
    return "" if alike(order) == fulfilment.merge.alike else "its address or delivery method is another one now"


def without_merge(order: Order, fulfilment: FulfilmentOrder, reason: str, at: datetime, who: str) -> Order:
    """Return the order with the fulfilment order by itself; the other members are still to be changed."""
    left = with_fulfilment(order, fulfilment.replace(merge=None, left_merge=fulfilment.merge))
    return with_entry(left, at, "left_merge", who, f"fulfilment {fulfilment.number}: {reason}")


def without_member(order: Order, number: int, merge_id: str, gone: FulfilmentRef, at: datetime) -> Order:
    """Return the order whose merge has that member no more; one that is left alone is merged no more.

    While its label is bought with that member its merge stays, and ends with the label (`why_it_leaves`).
    """
    fulfilment = order.fulfilment(number)
    if fulfilment is None or fulfilment.merge is None or fulfilment.merge.id != merge_id:
        return order
    members = tuple(each for each in fulfilment.merge.members if each != gone)
    if members == fulfilment.merge.members:
        return order
    if len(members) > 1 or fulfilment.ships_shared:
        return with_fulfilment(order, fulfilment.replace(merge=fulfilment.merge.replace(members=members)))
    alone = with_fulfilment(order, fulfilment.replace(merge=None))
    return with_entry(alone, at, "unmerged", "packhorse", f"fulfilment {number}: the others left")


def departures(order: Order) -> list[FulfilmentOrder]:
    """Return the fulfilment orders that left a merge and are in those of the others still."""
    return [each for each in order.fulfilments if each.left_merge]
