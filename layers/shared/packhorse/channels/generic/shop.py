"""A shop of the generic channel: its JSON, and the calls to it."""

import time
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Any
from urllib.parse import quote

from pydantic import AfterValidator, Field, StrictBool, StrictInt, StrictStr

from packhorse.channels.body import id_in_body, id_of_body, money, parse_answer, parse_model, to_channel_order
from packhorse.channels.decoration import Amount, Barcode, Decoration, Note, Number, Part, Words, no_value, otherwise
from packhorse.channels.generic import signing
from packhorse.channels.pages import page_of, read_or_unreadable
from packhorse.channels.protocol import Answer, ChannelStock, Page, ParcelNotice, Quantity
from packhorse.channels.setting import set_each
from packhorse.domain.batching import batched
from packhorse.domain.orders.channel_order import ChannelOrder
from packhorse.domain.values import Text, iso
from packhorse.http.body import ExternalId, ExternalModel, Moment, parse_json
from packhorse.http.signature import header, is_signed

if TYPE_CHECKING:
    import httpx

TOPICS = frozenset({"order.created", "order.updated"})
PAGE_SIZE = 50
"""Orders in a page: their ids are written beside the page, where two kilobytes fit."""
READ_SIZE = 50


def _not_negative(amount: str) -> str:
    if amount.startswith("-"):
        raise ValueError("is negative")
    return amount


def _not_a_step(name: str) -> str:
    if name in {".", ".."}:
        raise ValueError("is a step in a path, and no id")
    return name


class TheirCustomer(ExternalModel):
    """The buyer."""

    name: Words = ""
    email: Words = ""
    phone: Words = ""


class TheirAddress(ExternalModel):
    """The address that the goods go to."""

    name: Part = ""
    company: Part = ""
    address1: Part = ""
    address2: Part = ""
    city: Part = ""
    state: Part = ""
    postcode: Part = ""
    country: Part = ""
    phone: Part = ""


class TheirLine(ExternalModel):
    """A line of an order."""

    id: ExternalId
    reference: Text = ""
    sku: Text = ""
    barcode: Barcode = ""
    name: Words = ""
    quantity: StrictInt
    unit_price: Annotated[Amount, AfterValidator(_not_negative)]


class TheirUnits(ExternalModel):
    """A number of units of a line."""

    line: ExternalId
    quantity: StrictInt


class TheirParcel(ExternalModel):
    """A parcel that left, with its lines if the shop states them."""

    id: Text = ""
    carrier: Words | None = None
    tracking: Words | None = None
    shipped_at: Moment | None = None
    lines: tuple[TheirUnits, ...] = ()


class TheirOrder(ExternalModel):
    """An order, the same in a page and in a webhook."""

    id: Annotated[ExternalId, AfterValidator(_not_a_step)]
    number: Number = ""
    placed_at: Moment
    modified_at: Moment
    currency: Text
    paid_at: Moment | None = None
    cancelled_at: Moment | None = None
    shipped_at: Moment | None = None
    refunded_at: Moment | None = None
    payment: Words = ""
    customer: Annotated[TheirCustomer, otherwise(TheirCustomer)] = Field(default_factory=TheirCustomer)
    ship_to: TheirAddress | None = None
    delivery_method: Words = ""
    ship_by: Annotated[Moment | None, otherwise(no_value)] = None
    deliver_by: Annotated[Moment | None, otherwise(no_value)] = None
    expedited: Annotated[StrictBool | None, otherwise(no_value)] = None
    shipping: Decoration = None
    tax: Decoration = None
    discount: Decoration = None
    total: Decoration = None
    note: Note = ""
    gift_message: Note = ""
    lines: tuple[TheirLine, ...]
    parcels: tuple[TheirParcel, ...] = ()


class TheirPage(ExternalModel):
    """A page; its orders are validated one by one, so that a bad one does not stop the others."""

    orders: tuple[Any, ...]
    next: StrictStr | None = None


class TheirStock(ExternalModel):
    """The quantity of a listing that the shop shows."""

    reference: ExternalId
    quantity: StrictInt


class TheirStockList(ExternalModel):
    """The shop's quantities of the listings that were requested."""

    stock: tuple[TheirStock, ...]


class Generic:
    """A shop with the generic protocol; without a client it can receive, not call."""

    topic = "x-packhorse-topic"
    at_once = 1
    finds_parcels = False

    def __init__(self, channel: str, http: "httpx.Client | None" = None) -> None:
        self.channel = channel
        self.http = http

    def verify(self, headers: Mapping[str, str], raw: bytes, secrets: Sequence[str]) -> bool:
        """Return whether a secret signed the body, with a time that is not long ago or, as of old, without one.

        The signature's digits may be upper or lower case.
        """
        given = header(headers, signing.HEADER).lower()
        if signing.is_timed(given):
            return signing.is_signed_in_time(given, raw, secrets, time.time())
        return is_signed(given, raw, secrets, _in_hex)

    def read(self, headers: Mapping[str, str], raw: bytes) -> ChannelOrder | None:
        """Return the order of a webhook; None for another topic."""
        return self._order(parse_json(raw)) if header(headers, self.topic) in TOPICS else None

    def order_id_in(self, raw: bytes) -> str | None:
        """Return the shop's id of the order in an unreadable body; None if that is unreadable, too."""
        return id_in_body(raw)

    def orders_since(self, since: datetime, cursor: str | None) -> Page:
        """Read a page; raises Unavailable for a body that is none, since busy shops answer 200 with an HTML page."""
        given = {"modified_since": iso(since), "limit": PAGE_SIZE, "cursor": cursor}
        raw = self.call("GET", "/orders", params={name: value for name, value in given.items() if value is not None})
        page = parse_answer(TheirPage, raw, "GET /orders")
        as_webhook = {self.topic: "order.updated"}
        read = [read_or_unreadable(order, self._order, id_of_body, as_webhook) for order in page.orders]
        return page_of(read, page.next, raw)

    def notify_shipped(self, notice: ParcelNotice) -> tuple[str, ...]:
        """Send the parcel; the shop ignores an id that it has stored, and lists the parcel under it."""
        self.call("POST", _shipments_of(notice), json={"id": notice.id, "parcels": [_parcel(notice)]})
        return (notice.id,)

    def notify_corrected(self, notice: ParcelNotice) -> None:
        """Replace the shipment."""
        shipment = f"{_shipments_of(notice)}/{quote(notice.id, safe='')}"
        self.call("PUT", shipment, json={"id": notice.id, "parcels": [_parcel(notice)]})

    def notify_withdrawn(self, notice: ParcelNotice) -> None:
        """Delete the shipment."""
        self.call("DELETE", f"{_shipments_of(notice)}/{quote(notice.id, safe='')}")

    def cancel_order(self, order: str, *, restock: bool, job: str = "") -> None:  # noqa: ARG002 -- it is done at once
        """Cancel the order; the shop ignores a cancellation that it has."""
        self.call("PUT", f"/orders/{quote(order, safe='')}/cancellation", json={"restock": restock})

    def set_quantities(self, wanted: Sequence[Quantity]) -> Iterator[Mapping[str, Answer]]:
        """Set each quantity with a call of its own; setting the same again changes nothing."""
        return set_each(wanted, 1, self._set)

    def quantities(self, references: Sequence[str]) -> Mapping[str, int]:
        """Return the quantities; raises Rejected for a shop that does not implement the route."""
        found: dict[str, int] = {}
        for batch in batched(references, READ_SIZE):
            found |= {each.reference: each.quantity for each in self._stock(batch) if each.reference in batch}
        return found

    def stock_behind(self, _: Sequence[str]) -> Mapping[str, ChannelStock]:
        """Return nothing: such a shop does not report its changes of stock."""
        return {}

    def fulfilled_by_channel(self, _: Sequence[str]) -> Collection[str]:
        """Return nothing: a shop does not say which listings others ship."""
        return ()

    def _set(self, batch: Sequence[Quantity]) -> Iterator[Mapping[str, Answer]]:
        for each in batch:
            self.call("PUT", f"/stock/{quote(each.reference, safe='')}", json={"quantity": each.quantity})
            yield {each.reference: None}

    def _stock(self, references: Sequence[str]) -> Sequence[TheirStock]:
        raw = self.call("GET", "/stock", params={"reference": list(references)})
        return parse_answer(TheirStockList, raw, "GET /stock").stock

    def call(self, method: str, path: str, **options: Any) -> bytes:
        """Return the body of a 2xx answer of the shop."""
        from packhorse.http.calls import call  # not above: it imports httpx, a tenth of a second for webhooks

        return call(self.http, method, path, **options)

    def _order(self, body: object) -> ChannelOrder:
        adjusted: set[str] = set()
        facts = order_facts(parse_model(TheirOrder, body, adjusted), self.channel)
        return to_channel_order(facts, adjusted, datetime.now(UTC))


def _shipments_of(notice: ParcelNotice) -> str:
    return f"/orders/{quote(notice.order, safe='')}/shipments"


def _parcel(notice: ParcelNotice) -> Mapping[str, object]:
    lines = [{"line": part.line, "quantity": part.quantity} for part in notice.lines]
    return {"carrier": notice.carrier, "tracking": notice.tracking, "lines": lines}


def _in_hex(digest: bytes) -> bytes:
    return b"sha256=" + digest.hex().encode()


def order_facts(order: TheirOrder, channel: str) -> dict[str, object]:
    """Return the fields of our order; most have the same name.

    A parcel without lines counts once the whole order has shipped: in our order it holds all remaining units.
    """
    return {
        **order.model_dump(exclude={"id"}),
        "channel": channel,
        "channel_order_id": order.id,
        "payment": [order.payment] if order.payment else [],
        **{name: money(getattr(order, name), order.currency) for name in ("shipping", "tax", "discount", "total")},
        "lines": [line.model_dump() | {"unit_price": money(line.unit_price, order.currency)} for line in order.lines],
        "parcels": [parcel.model_dump() for parcel in order.parcels if parcel.lines or order.shipped_at],
    }
