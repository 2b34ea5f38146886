"""Carrier and tracking numbers of a fulfillment, as Shopify takes them."""

from typing import Any

from packhorse.channels.protocol import ParcelNotice, TrackingOfBox, carrier_there
from packhorse.channels.shopify.tracking_companies import company_of


def tracking_info(main: ParcelNotice) -> dict[str, Any]:
    """Return carrier and number of a parcel with those of its extra boxes: an update replaces them all."""
    sent: tuple[ParcelNotice | TrackingOfBox, ...] = (main, *main.boxes)
    companies = dict.fromkeys(carrier_there(each, company_of) for each in sent if each.carrier)
    numbers = [each.tracking for each in sent if each.tracking]
    found: dict[str, Any] = {"company": ", ".join(companies)}
    found |= {"numbers": numbers} if len(numbers) > 1 else {"number": next(iter(numbers), None)}
    return {field: value for field, value in found.items() if value}
