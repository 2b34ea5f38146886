"""Three ways in which a WooCommerce store shows tracking: core fulfillments, Shipment Tracking, or a note.

Each looks for the parcel before it makes anything, since an answer may have been lost.
"""

import html
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Annotated, Any, Protocol

from pydantic import BeforeValidator, RootModel

from packhorse.channels.decoration import Words
from packhorse.channels.protocol import ParcelNotice
from packhorse.channels.woocommerce.order_body import Order
from packhorse.channels.woocommerce.parcels import MetaData
from packhorse.channels.woocommerce.providers import core_provider
from packhorse.channels.woocommerce.rest import API, Params, call, change, find, has_route, model_in, models_in
from packhorse.domain.errors import Rejected, in_part
from packhorse.domain.labels.carrier_names import names_meant, plain
from packhorse.domain.orders.parcel import tracking_numbers
from packhorse.http.body import ExternalId, ExternalModel

if TYPE_CHECKING:
    import httpx

EXTENSION = "/wp-json/wc-shipment-tracking/v3"
GONE = 404
LATE = timedelta(days=1)
"""How long after a parcel left its day is sent: before that, the store's own is right, in its own time zone."""
PARCEL = "_packhorse_parcel"
"""Meta data of a fulfillment: our id of its parcel."""


class Way(Protocol):
    """A way to show a parcel; `name` is stored with the parcel."""

    name: str

    def made(self, order: Order, notice: ParcelNotice) -> str:
        """Show the parcel, if it is not shown yet; return the store's id of that."""
        ...

    def corrected(self, order: Order, notice: ParcelNotice, reference: str) -> str:
        """Show its carrier and number as they are now; return the store's id of that."""
        ...

    def withdrawn(self, order: Order, notice: ParcelNotice, reference: str) -> None:
        """Show it no more; what is gone stays so."""
        ...


class Deleted(ExternalModel):
    """The answer to a deletion, of which is read only that it is one."""


class InFulfillment(ExternalModel):
    """A fulfillment of the store."""

    id: ExternalId
    meta_data: tuple[MetaData, ...] = ()

    @property
    def parcel(self) -> str:
        """Our id of the parcel; empty for a fulfillment that was made there."""
        return next((str(each.value) for each in self.meta_data if each.key == PARCEL), "")


class TrackingItem(ExternalModel):
    """An entry of the extension Shipment Tracking."""

    tracking_id: ExternalId
    tracking_provider: Words = ""
    tracking_number: Words = ""


def _map(value: Any) -> Any:
    """Return what PHP writes of a map: one without entries is a list."""
    return {} if value == [] else value


Links = Annotated[dict[str, Any], BeforeValidator(_map)]


class Providers(RootModel[Annotated[dict[str, Links], BeforeValidator(_map)]]):
    """The carriers of Shipment Tracking with their links, by region."""

    @property
    def names(self) -> tuple[str, ...]:
        """The carriers."""
        return tuple(name for group in self.root.values() for name in group)


class OrderNote(ExternalModel):
    """A note of an order."""

    id: ExternalId
    note: str = ""


class Fulfillments:
    """Core fulfillments, a feature of WooCommerce since 10.2; each has lines, and may be sent to the buyer."""

    name = "fulfillment"

    def __init__(self, http: "httpx.Client", *, writes_to_buyers: bool) -> None:
        self.http = http
        self.params = {"notify_customer": "true" if writes_to_buyers else "false"}

    def made(self, order: Order, notice: ParcelNotice) -> str:
        """Make the fulfillment."""
        found = models_in(call(self.http, "GET", self._path(order)), InFulfillment)
        if same := next((each.id for each in found if each.parcel == notice.id), None):
            return same
        response = call(self.http, "POST", self._path(order), params=self.params, json=_fulfillment(notice))
        return model_in(response, InFulfillment).id

    def corrected(self, order: Order, notice: ParcelNotice, reference: str) -> str:
        """Replace the meta data."""
        change(self.http, "PUT", f"{self._path(order)}/{reference}", _fulfillment(notice), self.params)
        return reference

    def withdrawn(self, order: Order, notice: ParcelNotice, _: str) -> None:
        """Delete the fulfillment."""
        for each in models_in(call(self.http, "GET", self._path(order)), InFulfillment):
            if each.parcel == notice.id:
                delete_if_there(self.http, f"{self._path(order)}/{each.id}", self.params)

    def _path(self, order: Order) -> str:
        return f"{API}/orders/{order.id}/fulfillments"


class ShipmentTracking:
    """The extension Shipment Tracking: numbers of an order, without lines, of carriers that it has a link for.

    Others speak its API, such as Advanced Shipment Tracking, which lists its carriers at each order alone. It changes
    no number, so one is made anew. An entry has no id of ours: what a call without an answer left is found by its
    number, unless another parcel of the order has that.
    """

    name = "tracking"

    def __init__(self, http: "httpx.Client") -> None:
        self.http = http
        self._names: tuple[str, ...] | None = None

    def shows(self, order: Order, notice: ParcelNotice) -> bool:
        """Return whether the extension has the carrier, and the parcel a number."""
        return bool(notice.tracking) and self._provider(order, notice) is not None

    def made(self, order: Order, notice: ParcelNotice) -> str:
        """Add the number, and delete former ones."""
        provider = self._provider(order, notice) or ""
        same = (each for each in self._items(order, notice) if plain(each.tracking_provider) == plain(provider))
        made = next((each.tracking_id for each in same), "") or self._add(order, notice, provider)
        with in_part():
            self._delete(order, notice, [each for each in self._former(order, notice) if each != made])
        return made

    def _add(self, order: Order, notice: ParcelNotice, provider: str) -> str:
        item = {"tracking_number": notice.tracking, "tracking_provider": provider}
        if notice.shipped_at and datetime.now(UTC) - notice.shipped_at > LATE:
            item["date_shipped"] = notice.shipped_at.strftime("%Y-%m-%d")
        return model_in(call(self.http, "POST", _trackings(order), json=item), TrackingItem).tracking_id

    def corrected(self, order: Order, notice: ParcelNotice, reference: str) -> str:
        """Add the number, then delete the former."""
        new = self.made(order, notice)
        if new != reference:
            with in_part():
                self._delete(order, notice, [reference])
        return new

    def withdrawn(self, order: Order, notice: ParcelNotice, reference: str) -> None:
        """Delete the number."""
        named = [each.tracking_id for each in self._items(order, notice)]
        self._delete(order, notice, filter(None, (reference, *named, *self._former(order, notice))))

    def _delete(self, order: Order, notice: ParcelNotice, entries: Iterable[str]) -> None:
        """Delete entries, except those of other parcels, which share one if they have one number."""
        others = {each.stored.reference for each in order.own_parcels(notice.id) if each.id != notice.id}
        for each in dict.fromkeys(entries):
            if each not in others:
                delete_if_there(self.http, f"{_trackings(order)}/{each}", {})

    def _former(self, order: Order, notice: ParcelNotice) -> list[str]:
        """Return the entries of numbers under which the store may have the parcel, and of no other one."""
        others = {each.stored.tracking for each in order.own_parcels(notice.id) if each.id != notice.id}
        taken = frozenset[str]().union(*map(tracking_numbers, others))
        former = [each for each in notice.versions[1:] if not tracking_numbers(each.tracking) & taken]
        return [item.tracking_id for each in former for item in self._items(order, each)]

    def _items(self, order: Order, notice: ParcelNotice) -> list[TrackingItem]:
        numbers = tracking_numbers(notice.tracking)
        listed = models_in(call(self.http, "GET", _trackings(order)), TrackingItem)
        return [each for each in listed if numbers and tracking_numbers(each.tracking_number) == numbers]

    def _provider(self, order: Order, notice: ParcelNotice) -> str | None:
        """Return the extension's name of the carrier, None if it has none."""
        if self._names is None:
            listed = find(self.http, f"{EXTENSION}/shipment-trackings/providers")
            if isinstance(listed, str):
                listed = call(self.http, "GET", f"{_trackings(order)}/providers")
            self._names = model_in(listed, Providers).names
        return next(iter(names_meant(notice.carrier or "", self._names)), None)


class Notes:
    """A note of the order: the buyer gets one by e-mail, if the channel is to write to buyers."""

    name = "note"

    def __init__(self, http: "httpx.Client", *, writes_to_buyers: bool) -> None:
        self.http = http
        self.writes_to_buyers = writes_to_buyers

    def made(self, order: Order, notice: ParcelNotice) -> str:
        """Add the note."""
        wanted = [text for text in (notice.carrier, notice.tracking) if text]
        for each in self._notes(order, notice):
            if all(text in html.unescape(each.note) for text in wanted):
                return each.id
        body = {"note": _text(order, notice), "customer_note": self.writes_to_buyers}
        return model_in(call(self.http, "POST", _notes(order), json=body), OrderNote).id

    def corrected(self, order: Order, notice: ParcelNotice, _: str) -> str:
        """Add a note with the number as it is now, then delete the former one."""
        new = self.made(order, notice)
        with in_part():
            self._delete(order, [each.id for each in self._notes(order, notice) if each.id != new])
        return new

    def withdrawn(self, order: Order, notice: ParcelNotice, _: str) -> None:
        """Delete the note."""
        self._delete(order, [each.id for each in self._notes(order, notice)])

    def _notes(self, order: Order, notice: ParcelNotice) -> list[OrderNote]:
        listed = models_in(call(self.http, "GET", _notes(order)), OrderNote)
        return [each for each in listed if _mark(notice) in each.note]

    def _delete(self, order: Order, notes: Iterable[str]) -> None:
        for note in notes:
            delete_if_there(self.http, f"{_notes(order)}/{note}", {"force": "true"})


def way_of(http: "httpx.Client", order: Order, *, writes_to_buyers: bool) -> Way:
    """Return the best way that the store has; a route that it does not have is how it says so."""
    if has_route(http, f"{API}/orders/{order.id}/fulfillments"):
        return Fulfillments(http, writes_to_buyers=writes_to_buyers)
    if has_route(http, _trackings(order)):
        return ShipmentTracking(http)
    return Notes(http, writes_to_buyers=writes_to_buyers)


def delete_if_there(http: "httpx.Client", path: str, params: Params) -> None:
    """Delete an object; one that is gone is no failure."""
    from packhorse.http.calls import require_success, send  # not above: it imports httpx

    response = send(http, "DELETE", path, params=params)
    if response.status_code != GONE:
        model_in(require_success(response), Deleted)


def _trackings(order: Order) -> str:
    return f"{EXTENSION}/orders/{order.id}/shipment-trackings"


def _notes(order: Order) -> str:
    return f"{API}/orders/{order.id}/notes"


def _fulfillment(notice: ParcelNotice) -> dict[str, Any]:
    items = [{"item_id": int(part.line), "qty": part.quantity} for part in notice.lines if part.line.isdigit()]
    if len(items) < len(notice.lines):
        raise Rejected("the parcel has a line that is none of the store")
    meta = {
        "_items": items,
        PARCEL: notice.id,
        "_tracking_number": notice.tracking or "",
        "_shipment_provider": core_provider(notice.carrier or ""),
        "_provider_name": notice.carrier or "",
    }
    kept = [{"key": key, "value": value} for key, value in meta.items() if value]
    return {"status": "fulfilled", "is_fulfilled": True, "meta_data": kept}


def _text(order: Order, notice: ParcelNotice) -> str:
    """Return the text of a note, which is HTML: the store sends it to the buyer as it is."""
    names = {line.id: html.unescape(line.name) for line in order.line_items}
    units = ", ".join(f"{part.quantity} x {names.get(part.line) or part.line}" for part in notice.lines)
    number = " ".join(filter(None, (notice.carrier, notice.tracking))) or "without a tracking number"
    box = f", one more box of {notice.main.tracking or 'the same units'}" if notice.main else ""
    return html.escape(f"Shipped: {number}{box}{': ' if units else ''}{units} {_mark(notice)}", quote=False)


def _mark(notice: ParcelNotice) -> str:
    return f"[{notice.id}]"
