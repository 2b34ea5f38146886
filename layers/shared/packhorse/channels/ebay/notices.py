"""Parcels at eBay: a shipping fulfilment for each, which the API can make and list, but neither change nor delete."""

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, NamedTuple
from urllib.parse import quote, unquote

from pydantic import Field

from packhorse.channels.body import parse_model
from packhorse.channels.decoration import no_value, otherwise
from packhorse.channels.ebay.order_models import Fulfilment, Fulfilments, OrderedLine
from packhorse.channels.ebay.units import units_sent
from packhorse.channels.moments import moment_left, moment_text
from packhorse.channels.protocol import ParcelNotice, carrier_there
from packhorse.domain.errors import Rejected, Unavailable
from packhorse.domain.labels.carrier_names import carrier_key
from packhorse.domain.orders.parcel import tracking_numbers, units_of
from packhorse.http.body import ExternalModel, Model, Moment, parse_json
from packhorse.http.calls import call, require_success, send

if TYPE_CHECKING:
    import httpx

ORDERS = "/sell/fulfillment/v1/order"
OTHER = "Other"
CARRIERS = {
    "ups": "UPS",
    "usps": "USPS",
    "fedex": "FedEx",
    "dhlexpress": "DHL",
    "dhlecommerce": "DHLGlobalMail",
    "dhlparcel": "DHL",
    "deutschepost": "DeutschePost",
    "hermes": "Hermes",
    "evri": "Hermes",
    "dpd": "DPD",
    "gls": "GLS",
    "royalmail": "RoyalMail",
    "parcelforce": "ParcelForce",
    "yodel": "Yodel",
    "canadapost": "CanadaPost",
    "australiapost": "AustraliaPost",
    "postnl": "PostNL",
    "laposte": "LaPoste",
    "colissimo": "Colissimo",
    "chronopost": "Chronopost",
    "bpost": "BPost",
    "tnt": "TNT",
    "ontrac": "OnTrac",
    "lasership": "LaserShip",
    "anpost": "AnPost",
    "correos": "Correos",
    "seur": "Seur",
}
"""eBay's codes of carriers, as its call GeteBayDetails lists them; any other is `Other`."""


class Ordered(ExternalModel):
    """The lines of an order, and when it was placed."""

    created_at: Annotated[Moment | None, otherwise(no_value)] = Field(None, validation_alias="creationDate")
    lines: tuple[OrderedLine, ...] = Field(validation_alias="lineItems")


class Sent(NamedTuple):
    """A fulfilment, and its units by line."""

    fulfilment: Fulfilment
    units: "Counter[str]"


class EbayNotices:
    """The shipping fulfilments of a seller's orders; made for each invocation."""

    finds_parcels = True

    def __init__(self, http: "httpx.Client") -> None:
        self.http = http

    def notify_shipped(self, notice: ParcelNotice) -> tuple[str, ...]:
        """Make the fulfilment of a parcel, unless eBay has it, or has all of its units in others."""
        sent = self._sent(notice.order)
        if made := tuple(each.fulfilment.id for each in sent if _may_be_of(each, notice)):
            return made
        if notice.main:
            raise Rejected(
                f"eBay's API has one tracking number for units, and has those of {notice.tracking} with another one:"
                f" add it to order {notice.order} in Seller Hub, then retry this, or dismiss it"
            )
        order = self._order(notice.order)
        ordered = Counter({line.id: line.quantity for line in order.lines})
        notice.require_lines(ordered, "eBay")
        left = ordered - sum((each.units for each in sent), Counter[str]())
        parts = {line: min(units, left[line]) for line, units in units_of(notice.lines).items() if left[line]}
        if not parts:
            return ()
        taken = {(each.fulfilment.tracking or "").casefold() for each in sent}
        number = next((each for each in _numbers(notice) if each.casefold() not in taken), None)
        return (self._make(notice, parts, number, order.created_at),)

    def notify_corrected(self, notice: ParcelNotice) -> None:
        """Accept a number that a person entered at eBay; raises Rejected with what to do there."""
        if not any(_is_of(each, notice) for each in self._sent(notice.order)):
            number = ", ".join(_numbers(notice)) or "no number"
            raise Rejected(
                f"eBay's API cannot change a shipment: edit the tracking of order {notice.order} in Seller Hub, from"
                f" {', '.join(notice.references) or 'none'} to {number}, then retry this"
            )

    def notify_withdrawn(self, notice: ParcelNotice) -> None:
        """Accept what is gone from eBay; raises Rejected with what to do there."""
        sent = self._sent(notice.order)
        left = {
            each.fulfilment.id for each in sent if each.fulfilment.id in notice.references or _may_be_of(each, notice)
        }
        if left:
            raise Rejected(
                f"eBay's API cannot withdraw a shipment: remove the tracking {', '.join(sorted(left))} of order"
                f" {notice.order} in Seller Hub, or enter that of the parcel sent instead; then retry this"
            )

    def _make(self, notice: ParcelNotice, parts: dict[str, int], number: str | None, placed_at: datetime | None) -> str:
        """Make a fulfilment, without a number that another one has: eBay takes each once, and shows it by that one."""
        body: dict[str, object] = {"lineItems": [{"lineItemId": line, "quantity": parts[line]} for line in parts]}
        if notice.shipped_at:  # without it eBay takes the time of the call, which may be late
            body["shippedDate"] = moment_text(moment_left(notice.shipped_at, placed_at), "milliseconds")
        if number:
            body |= {"trackingNumber": number, "shippingCarrierCode": carrier_there(notice, carrier_code)}
        answer = require_success(send(self.http, "POST", self._path(notice.order), json=body))
        if not (place := answer.headers.get("Location", "")):
            raise Unavailable(f"POST {self._path(notice.order)}: the answer does not say what was made")
        return unquote(place.rpartition("/")[2])

    def _sent(self, order: str) -> Sequence[Sent]:
        found = self._read(Fulfilments, self._path(order)).fulfilments
        is_counted = all(part.quantity is not None for each in found for part in each.lines)
        units = units_sent(found, () if is_counted else self._order(order).lines)
        return [Sent(*each) for each in zip(found, units, strict=True)]

    def _order(self, order: str) -> Ordered:
        return self._read(Ordered, f"{ORDERS}/{quote(order, safe='')}")

    def _read(self, model: type[Model], path: str) -> Model:
        try:
            return parse_model(model, parse_json(call(self.http, "GET", path)))
        except Rejected as error:
            if error.errors:
                raise Unavailable(f"GET {path}: the answer is none") from error
            raise

    def _path(self, order: str) -> str:
        return f"{ORDERS}/{quote(order, safe='')}/shipping_fulfillment"


def carrier_code(carrier: str | None) -> str:
    """Return eBay's code of a carrier.

    >>> carrier_code("Royal Mail"), carrier_code("Hedgehog Express"), carrier_code(None)
    ('RoyalMail', 'Other', 'Other')
    """
    name = "".join(filter(str.isalnum, carrier or ""))
    return CARRIERS.get(carrier_key(name), name if name in CARRIERS.values() else OTHER)


def _numbers(notice: ParcelNotice) -> Iterator[str]:
    """Yield the parcel's tracking numbers as eBay takes them: letters and digits, without blanks and hyphens."""
    for number in sorted(tracking_numbers(notice.tracking)):
        if plain := "".join(each for each in number if each.isascii() and each.isalnum()):
            yield plain


def _may_be_of(sent: Sent, notice: ParcelNotice) -> bool:
    """Return whether a fulfilment is of the parcel as it is, or as an unanswered call may have made it."""
    return any(_is_of(sent, version) for version in notice.versions)


def _is_of(sent: Sent, notice: ParcelNotice) -> bool:
    """Return whether a fulfilment has the parcel's number or, as it none, its units, and is of no other parcel."""
    if sent.fulfilment.id in set(notice.others) - set(notice.references):
        return False
    numbers = {number.casefold() for number in _numbers(notice)}
    if numbers:
        return (sent.fulfilment.tracking or "").casefold() in numbers
    return not sent.fulfilment.tracking and sent.units == units_of(notice.lines)
