"""Carrier and tracking numbers of a fulfillment, as Shopify takes them."""

from typing import Any

from packhorse.channels.protocol import ParcelNotice, TrackingOfBox
from packhorse.domain.labels.carrier_names import carrier_key

CARRIERS = {
    "ups": "UPS",
    "usps": "USPS",
    "fedex": "FedEx",
    "dhlexpress": "DHL Express",
    "dhlecommerce": "DHL eCommerce",
    "dhlparcel": "DHL Parcel",
    "canadapost": "Canada Post",
    "royalmail": "Royal Mail",
    "evri": "Evri",
    "dpd": "DPD",
    "gls": "GLS",
    "postnl": "PostNL",
    "laposte": "La Poste",
    "colissimo": "Colissimo",
    "australiapost": "Australia Post",
}
"""Names by which Shopify makes a link of a tracking number; any other name it shows as it is."""


def tracking_info(main: ParcelNotice) -> dict[str, Any]:
    """Return carrier and number of a parcel with those of its extra boxes: an update replaces them all."""
    sent: tuple[ParcelNotice | TrackingOfBox, ...] = (main, *main.boxes)
    companies = dict.fromkeys(
        each.carrier if each.is_named_there else company_of(each.carrier) for each in sent if each.carrier
    )
    numbers = [each.tracking for each in sent if each.tracking]
    found: dict[str, Any] = {"company": ", ".join(companies)}
    found |= {"numbers": numbers} if len(numbers) > 1 else {"number": next(iter(numbers), None)}
    return {field: value for field, value in found.items() if value}


def company_of(carrier: str) -> str:
    """Return Shopify's name of a carrier; another one is shown by its own."""
    return CARRIERS.get(carrier_key(carrier), carrier)
