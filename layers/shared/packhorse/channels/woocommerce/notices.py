"""Parcels at a WooCommerce store: shown in the way that the store has, and kept as meta data of the order.

The meta data and, with the last parcel, the state `completed` are one write: they are there, or the notice is sent
again and finds what it made.
"""

from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from packhorse.channels.body import parse_model
from packhorse.channels.protocol import ParcelNotice
from packhorse.channels.woocommerce.order_body import Order
from packhorse.channels.woocommerce.orders import refunded_units
from packhorse.channels.woocommerce.parcels import (
    COMPLETED_KEY,
    MetaData,
    OwnParcel,
    ParcelInStore,
    PartInStore,
    is_of_order,
    meta_of_parcel,
)
from packhorse.channels.woocommerce.rest import API, MAX_PER_PAGE, call, change, list_in
from packhorse.channels.woocommerce.states import COMPLETED, ON_HOLD, PROCESSING, state_of
from packhorse.channels.woocommerce.tracking import Fulfillments, Notes, ShipmentTracking, Way, way_of
from packhorse.domain.configuration.channel import Channel
from packhorse.domain.errors import Rejected, Unavailable, in_part
from packhorse.http.body import parse_json

if TYPE_CHECKING:
    import httpx

OPEN = frozenset({PROCESSING, ON_HOLD})
"""States of an order that is completed once all has left; any other is left to the merchant."""


class WooNotices:
    """The parcels of a WooCommerce store; made for each invocation, it probes once for how tracking is shown."""

    finds_parcels = False

    def __init__(self, channel: Channel, http: "httpx.Client") -> None:
        self.channel = channel
        self.http = http
        self.notes = Notes(http, writes_to_buyers=channel.notify_customer)
        self._best: Way | None = None

    def notify_shipped(self, notice: ParcelNotice) -> tuple[str, ...]:
        """Show a parcel, and complete the order with its last one; it has our id."""
        order = self._order(notice.order)
        if notice.id not in {each.id for each in order.own_parcels(notice.id)}:
            notice.require_lines({line.id for line in order.line_items}, "WooCommerce")
            way = self._way(order, notice)
            reference = way.made(order, notice)
            with in_part():
                self._store(order, notice, way, reference)
        return (notice.id,)

    def notify_corrected(self, notice: ParcelNotice) -> None:
        """Show the carrier and number as they are now; the way changes if the former one cannot show them."""
        order = self._order(notice.order)
        before, way = _own(order, notice), self._way(order, notice)
        if before is None:
            reference = way.made(order, notice)
        elif before.stored.way == way.name:
            reference = way.corrected(order, notice, before.stored.reference)
        else:
            reference = way.made(order, notice)
            with in_part():
                self._named(before.stored.way).withdrawn(order, _as_stored(notice, before), before.stored.reference)
        with in_part():
            self._store(order, notice, way, reference)

    def notify_withdrawn(self, notice: ParcelNotice) -> None:
        """Show a parcel no more; an order that was completed from here is in processing again."""
        order = self._order(notice.order)
        before = _own(order, notice)
        way = self._named(before.stored.way) if before else self._way(order, notice)
        way.withdrawn(order, _as_stored(notice, before), before.stored.reference if before else "")
        gone = [each for each in order.meta_data if before and each.id == before.meta]
        changes: dict[str, object] = {}
        completed = [each for each in order.meta_data if _is_completion(each, notice)]
        if completed and self._state(order) == COMPLETED:
            changes["status"] = PROCESSING
            gone += completed
        if gone:
            changes["meta_data"] = [{"id": each.id, "key": each.key, "value": None} for each in gone]
            with in_part():
                change(self.http, "PUT", f"{API}/orders/{order.id}", changes)

    def _store(self, order: Order, notice: ParcelNotice, way: Way, reference: str) -> None:
        stored = ParcelInStore(
            carrier=notice.carrier,
            tracking=notice.tracking,
            way=way.name,
            reference=reference,
            at=datetime.now(UTC).isoformat(timespec="seconds"),
            lines=tuple(PartInStore(line=part.line, quantity=part.quantity) for part in notice.lines),
        )
        changes: dict[str, object] = {}
        meta = [meta_of_parcel(notice.id, stored)]
        before = (each.stored for each in order.own_parcels(notice.id) if each.id != notice.id)
        others = [_in_present_ids(each, notice) for each in before]
        if self._state(order) in OPEN and has_all_left(order, [*others, stored]):
            changes["status"] = COMPLETED
            meta.append({"key": COMPLETED_KEY, "value": notice.id})
        change(self.http, "PUT", f"{API}/orders/{order.id}", {**changes, "meta_data": meta})

    def _way(self, order: Order, notice: ParcelNotice) -> Way:
        """Return the way for a parcel.

        That is a note where the extension does not have its carrier, and for an extra box where the store has
        fulfillments, each of which has lines.
        """
        if self._best is None:
            self._best = way_of(self.http, order, writes_to_buyers=self.channel.notify_customer)
        if isinstance(self._best, ShipmentTracking) and not self._best.shows(order, notice):
            return self.notes
        return self.notes if notice.main and isinstance(self._best, Fulfillments) else self._best

    def _named(self, name: str) -> Way:
        """Return the way in which a parcel was shown; the store may have another one now."""
        if self._best and self._best.name == name:
            return self._best
        if name == ShipmentTracking.name:
            return ShipmentTracking(self.http)
        if name == Fulfillments.name:
            return Fulfillments(self.http, writes_to_buyers=self.channel.notify_customer)
        return self.notes

    def _order(self, name: str) -> Order:
        response = call(self.http, "GET", f"{API}/orders/{name}")
        try:
            body: Any = parse_json(response.content)
            if isinstance(body, dict) and body.get("refunds"):
                path = f"{API}/orders/{name}/refunds"
                body["refunds"] = list_in(call(self.http, "GET", path, params={"per_page": MAX_PER_PAGE}))
            return parse_model(Order, body, set())
        except Rejected as error:
            raise Unavailable(f"GET {API}/orders/{name}: the answer is no order") from error

    def _state(self, order: Order) -> str:
        try:
            return state_of(order.status, self.channel.order_states)
        except Rejected:
            return order.status


def _in_present_ids(parcel: ParcelInStore, notice: ParcelNotice) -> ParcelInStore:
    """Return a parcel, which may have left before lines of it were entered again, under the ids that they have now."""
    lines = (
        PartInStore(line=notice.renamed.get(part.line, part.line), quantity=part.quantity) for part in parcel.lines
    )
    return ParcelInStore(**{**dict(parcel), "lines": tuple(lines)})


def has_all_left(order: Order, parcels: Sequence[ParcelInStore]) -> bool:
    """Return whether the parcels hold all units of an order, but for those that were refunded before they left."""
    dropped, _ = refunded_units(order, parcels)
    wanted = Counter({line.id: line.quantity for line in order.line_items}) - dropped
    sent: Counter[str] = Counter()
    for part in (part for parcel in parcels for part in parcel.lines):
        sent[part.line] += part.quantity
    return sent >= wanted


def _is_completion(found: MetaData, notice: ParcelNotice) -> bool:
    return found.key == COMPLETED_KEY and is_of_order(str(found.value), notice.id)


def _own(order: Order, notice: ParcelNotice) -> OwnParcel | None:
    return next((each for each in order.own_parcels(notice.id) if each.id == notice.id), None)


def _as_stored(notice: ParcelNotice, before: OwnParcel | None) -> ParcelNotice:
    """Return the notice with carrier and number as the store has them, by which it is found there."""
    if before is None:
        return notice
    return notice._replace(carrier=before.stored.carrier, tracking=before.stored.tracking)
