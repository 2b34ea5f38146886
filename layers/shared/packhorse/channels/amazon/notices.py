"""Parcels at Amazon: a package for each, under a number of ours, by which it can be changed later."""

import hashlib
from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from urllib.parse import quote

from pydantic import Field

from packhorse.channels.amazon.marketplaces import MARKETPLACES
from packhorse.channels.amazon.order_models import Line, Package
from packhorse.channels.amazon.polling import ORDERS
from packhorse.channels.body import parse_answer
from packhorse.channels.moments import moment_left, moment_text
from packhorse.channels.protocol import ParcelNotice, carrier_there
from packhorse.domain.errors import NotYet, Rejected, Unavailable
from packhorse.domain.labels.carrier_names import carrier_key
from packhorse.domain.orders.parcel import tracking_numbers, units_of
from packhorse.http.body import ExternalModel, Moment
from packhorse.http.calls import call, require_success, send

if TYPE_CHECKING:
    import httpx

CONFIRM = "/orders/v0/orders"
CONFIRMED = 204
SHOWN_WITHIN, LATER = timedelta(hours=1), 1200.0
"""How long after it left a package may not be shown yet, and the seconds until it is looked for again."""
OTHER = "Other"
CARRIERS: Mapping[str, str] = {
    "ups": "UPS",
    "usps": "USPS",
    "fedex": "FedEx",
    "dhlexpress": "DHL",
    "dhlecommerce": "DHL eCommerce",
    "deutschepost": "Deutsche Post",
    "dpd": "DPD",
    "evri": "Evri",
    "hermes": "Hermes Logistik Gruppe",
    "gls": "GLS",
    "royalmail": "Royal Mail",
    "parcelforce": "Parcelforce",
    "yodel": "Yodel",
    "canadapost": "Canada Post",
    "australiapost": "Australia Post",
    "laposte": "La Poste",
    "colissimo": "Colissimo",
    "chronopost": "Chronopost",
    "correos": "Correos",
    "posteitaliane": "Poste Italiane",
    "tnt": "TNT",
    "ontrac": "OnTrac",
}
"""Amazon's codes of carriers; any other is `Other` with the carrier's name."""
CARRIERS_IN = {("hermes", "GB"): "Evri", ("hermes", "IE"): "Evri"}
"""Amazon's codes of carriers that have another name in a country."""


class OrderSent(ExternalModel):
    """When an order was placed, and what of it is in packages."""

    created_at: Moment | None = Field(None, validation_alias="createdTime")
    lines: tuple[Line, ...] = Field(validation_alias="orderItems")
    packages: tuple[Package, ...] = ()


class ParcelsAnswer(ExternalModel):
    """One order."""

    order: OrderSent


class AmazonNotices:
    """The packages of a seller's orders; made for each invocation."""

    finds_parcels = True

    def __init__(self, marketplace: str, http: "httpx.Client") -> None:
        self.marketplace = marketplace
        self.http = http

    def notify_shipped(self, notice: ParcelNotice) -> tuple[str, ...]:
        """Confirm a parcel, unless Amazon has it, or has all of its units in others."""
        order = self._order(notice.order)
        if made := tuple(each.id for each in _packages(order) if _may_be_of(each, notice)):
            return made
        if notice.main:
            raise Rejected(
                f"Amazon has one tracking number for units, and has those of {notice.tracking} with another one: send"
                f" it to the buyer of order {notice.order} in Seller Central, then dismiss this"
            )
        notice.require_lines(_ordered(order), "Amazon")
        parts = _unsent(order, notice)
        if not parts:
            return ()
        number = package_number(notice.id)
        self._confirm(notice, number, parts, order.created_at)
        return (number,)

    def notify_corrected(self, notice: ParcelNotice) -> None:
        """Confirm the package of the parcel again, under its number."""
        order = self._order(notice.order)
        found = next((each for each in _packages(order) if each.id in notice.references), None)
        if found is None and _is_not_shown(order, notice) and (parts := _unsent(order, notice)):
            self._confirm(notice, package_number(notice.id), parts, order.created_at)
            return
        if found is None:
            raise Rejected(
                f"Amazon has no package of this parcel: enter its tracking at order {notice.order}, then retry this"
            )
        if _numbers_of(found.tracking) != set(_numbers(notice)):
            self._confirm(notice, found.id, {each.id: each.quantity for each in found.lines}, order.created_at)

    def notify_withdrawn(self, notice: ParcelNotice) -> None:
        """Accept what is gone from Amazon; raises Rejected with what to do there."""
        order = self._order(notice.order)
        if any(each.id in notice.references or _may_be_of(each, notice) for each in _packages(order)):
            raise Rejected(
                f"Amazon's API cannot withdraw a package: edit the shipment of order {notice.order} in Seller Central,"
                " or enter there the tracking of the parcel sent instead, then retry this, or dismiss it"
            )
        if _is_not_shown(order, notice) and _left_lately(notice):
            raise NotYet("Amazon accepted the package, and does not show it yet", LATER)

    def _confirm(self, notice: ParcelNotice, number: str, parts: Mapping[str, int], placed_at: datetime | None) -> None:
        tracking = next(_numbers(notice), None)
        if tracking is None:
            raise Rejected(
                "Amazon takes no parcel without a tracking number: add it to the parcel, or confirm the shipment of"
                f" order {notice.order} in Seller Central"
            )
        code = carrier_there(notice, lambda carrier: carrier_code(carrier, self.marketplace))
        detail: dict[str, object] = {
            "packageReferenceId": number,
            "carrierCode": code,
            "trackingNumber": tracking,
            "shipDate": moment_text(moment_left(notice.shipped_at or datetime.now(UTC), placed_at)),
            "orderItems": [{"orderItemId": line, "quantity": units} for line, units in parts.items()],
        }
        if code == OTHER:
            detail["carrierName"] = notice.carrier or OTHER
        path = f"{CONFIRM}/{quote(notice.order, safe='')}/shipmentConfirmation"
        body = {"marketplaceId": self.marketplace, "packageDetail": detail}
        if require_success(send(self.http, "POST", path, json=body)).status_code != CONFIRMED:
            raise Unavailable(f"POST {path}: the answer does not confirm the package")

    def _order(self, name: str) -> OrderSent:
        path = f"{ORDERS}/{quote(name, safe='')}"
        raw = call(self.http, "GET", path, params={"includedData": "FULFILLMENT,PACKAGES,CANCELLATION"})
        return parse_answer(ParcelsAnswer, raw, f"GET {path}").order


def package_number(parcel: str) -> str:
    """Return the number of a parcel's package: positive, as Amazon takes it, and always the same.

    >>> package_number("3b1f") == package_number("3b1f"), int(package_number("3b1f")) > 0
    (True, True)
    """
    return str(int(hashlib.sha256(parcel.encode()).hexdigest()[:8], 16) + 1)


def carrier_code(carrier: str | None, marketplace: str) -> str:
    """Return Amazon's code of a carrier.

    >>> [carrier_code(name, "A1F83G8C2ARO7P") for name in ("royal mail", "Hermes", "Hedgehog Express", None)]
    ['Royal Mail', 'Evri', 'Other', 'Other']
    """
    key = carrier_key(carrier or "")
    country = MARKETPLACES[marketplace].country if marketplace in MARKETPLACES else ""
    return CARRIERS_IN.get((key, country)) or CARRIERS.get(key, OTHER)


def _packages(order: OrderSent) -> Iterator[Package]:
    return (each for each in order.packages if not each.is_gone)


def _is_not_shown(order: OrderSent, notice: ParcelNotice) -> bool:
    """Return whether Amazon accepted the package of a parcel, and does not show it: it does some minutes later."""
    number = package_number(notice.id)
    return number in notice.references and all(each.id != number for each in order.packages)


def _left_lately(notice: ParcelNotice) -> bool:
    return notice.shipped_at is not None and datetime.now(UTC) - notice.shipped_at < SHOWN_WITHIN


def _ordered(order: OrderSent) -> "Counter[str]":
    return Counter({line.id: line.quantity for line in order.lines})


def _sent(order: OrderSent) -> "Counter[str]":
    units: Counter[str] = Counter()
    for each in _packages(order):
        units += each.units
    return units


def _unsent(order: OrderSent, notice: ParcelNotice) -> dict[str, int]:
    """Return the units of a parcel, by line, that are in no package yet."""
    left = _ordered(order) - _sent(order)
    return {line: min(units, left[line]) for line, units in units_of(notice.lines).items() if left[line] > 0}


def _may_be_of(package: Package, notice: ParcelNotice) -> bool:
    """Return whether a package is of the parcel as it is, or as an unanswered call may have made it."""
    return any(_is_of(package, version) for version in notice.versions)


def _is_of(package: Package, notice: ParcelNotice) -> bool:
    """Return whether a package is the parcel's: it has its number or its tracking, and is of no other parcel."""
    if package.id in set(notice.others) - set(notice.references):
        return False
    return package.id == package_number(notice.id) or bool(_numbers_of(package.tracking) & set(_numbers(notice)))


def _numbers(notice: ParcelNotice) -> Iterator[str]:
    yield from sorted(_numbers_of(notice.tracking))


def _numbers_of(tracking: str | None) -> set[str]:
    return {number.replace(" ", "").upper() for number in tracking_numbers(tracking)}
