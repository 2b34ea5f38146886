"""Orders that Amazon ships for other channels: Multi-Channel Fulfilment by the Fulfillment Outbound API, 2020-07-01."""

from collections.abc import Mapping
from datetime import datetime
from http import HTTPStatus
from typing import TYPE_CHECKING
from urllib.parse import quote

from packhorse.channels.amazon.marketplaces import MARKETPLACES
from packhorse.channels.amazon.outbound_models import (
    ListAnswer,
    OrderAnswer,
    PreviewAnswer,
    TheirPreview,
    changed_order,
    progress_in,
)
from packhorse.channels.body import parse_answer
from packhorse.channels.moments import moment_text
from packhorse.channels.outbound import IdTaken
from packhorse.domain.address import Address
from packhorse.domain.configuration.fba import Speed
from packhorse.domain.errors import CallFailed, Rejected
from packhorse.domain.fba.outbound import ChangedPage, McfPreview, McfProgress, McfRequest
from packhorse.domain.money import CURRENCIES, Money, round_amount
from packhorse.domain.orders.mcf import McfItem
from packhorse.http.calls import call, require_success, send

if TYPE_CHECKING:
    import httpx

ORDERS = "/fba/outbound/2020-07-01/fulfillmentOrders"
SPEEDS: Mapping[Speed, str] = {
    Speed.STANDARD: "Standard",
    Speed.EXPEDITED: "Expedited",
    Speed.PRIORITY: "Priority",
}
MISSING = frozenset({HTTPStatus.NOT_FOUND, HTTPStatus.BAD_REQUEST})
"""Answers to an id of ours that Amazon does not know: it documents the one, and has been seen to give the other."""
ID_FIELD = "sellerFulfillmentOrderId"
POLICY = "FillAllAvailable"
"""What can be shipped is; the rest is said to be unfulfillable at once, instead of after a day of waiting."""
INVENTORY = "inventory"
"""A part of the reasons of a preview that say that units are not there: Amazon documents no list of them."""
LONGEST_NUMBER = 40
LONGEST_COMMENT = 750
JAPAN = "JP"


class AmazonOutbound:
    """What Amazon ships for a seller from one marketplace's stock; made for each invocation."""

    def __init__(self, marketplace: str, http: "httpx.Client") -> None:
        self.marketplace = marketplace
        self.http = http

    def preview(self, request: McfRequest) -> McfPreview:
        """Return what Amazon would make of a request; raises Rejected if it cannot be one."""
        body: dict[str, object] = {
            "marketplaceId": self.marketplace,
            "address": _address(request.ship_to),
            "items": self._items(request),
            "shippingSpeedCategories": [SPEEDS[request.speed]],
            "featureConstraints": _features(request),
        }
        path = f"{ORDERS}/preview"
        found = parse_answer(PreviewAnswer, call(self.http, "POST", path, json=body), f"POST {path}").payload.previews
        wanted = next((each for each in found if each.speed == SPEEDS[request.speed]), None)
        return _preview(wanted) if wanted else McfPreview(False, {}, ("the speed is not offered",), None, None)

    def create(self, request: McfRequest) -> None:
        """Have a request shipped; raises Rejected if Amazon refuses it, IdTaken if it has one under the id."""
        body: dict[str, object] = {
            "marketplaceId": self.marketplace,
            ID_FIELD: request.id,
            "displayableOrderId": (number := displayable(request.number) or request.id),
            "displayableOrderDate": moment_text(request.placed_at),
            "displayableOrderComment": printable_comment(request.comment) or number,
            "shippingSpeedCategory": SPEEDS[request.speed],
            "destinationAddress": _address(request.ship_to),
            "fulfillmentAction": "Ship",
            "fulfillmentPolicy": POLICY,
            "featureConstraints": _features(request),
            "items": self._items(request),
        }
        response = send(self.http, "POST", ORDERS, json=body)
        try:
            require_success(response)
        except Rejected as error:
            if _is_about_id(response, request.id):
                raise IdTaken(error.in_full, status=error.status) from error
            raise

    def find(self, name: str) -> McfProgress | None:
        """Return how far Amazon is with an order of ours; None if it does not have it."""
        path = f"{ORDERS}/{quote(name, safe='')}"
        response = send(self.http, "GET", path)
        if response.status_code in MISSING:
            return None
        found = parse_answer(OrderAnswer, require_success(response).content, f"GET {ORDERS}/ID").payload
        if found.order.id != name:
            raise CallFailed(f"GET {ORDERS}/ID: the answer is about another order")
        return progress_in(found)

    def cancel(self, name: str) -> None:
        """Request that Amazon keeps back what it has not begun to pick; raises Rejected if it refuses."""
        call(self.http, "PUT", f"{ORDERS}/{quote(name, safe='')}/cancel")

    def changed_since(self, since: datetime, cursor: str | None) -> ChangedPage:
        """Return a page of the orders whose state changed at `since` or later."""
        given: dict[str, str | int | list[str]] = (
            {"nextToken": cursor} if cursor else {"queryStartDate": moment_text(since)}
        )
        found = parse_answer(ListAnswer, call(self.http, "GET", ORDERS, params=given), f"GET {ORDERS}").payload
        return ChangedPage(tuple(map(changed_order, found.orders)), found.next or None)

    def _items(self, request: McfRequest) -> list[dict[str, object]]:
        """Return the items; those of an order to another country than the marketplace's need their value."""
        place = MARKETPLACES.get(self.marketplace)
        is_export = place is None or place.country != request.ship_to.country
        if is_export and (unknown := next((each.sku for each in request.items if each.id not in request.values), None)):
            raise Rejected(f"{unknown}: customs ask for its value, and its price is not known: give it a customs value")
        return [_item(each, request.values.get(each.id) if is_export else None) for each in request.items]


def _is_about_id(response: "httpx.Response", name: str) -> bool:
    """Return whether a refusal is about the id of an order: ours are always valid, so that it can only be taken.

    Amazon documents no code for it: the refusal names the field or the id itself.
    """
    return response.status_code == HTTPStatus.CONFLICT or ID_FIELD in response.text or name in response.text


def displayable(number: str) -> str:
    """Return an order's number as a recipient gets to see it: Latin letters, no two blanks, at most 40 characters.

    >>> displayable("  #1001  – gift ☂ ")
    '#1001 gift'
    """
    latin = number.encode("latin-1", "ignore").decode("latin-1")
    return " ".join(filter(None, ("".join(filter(str.isprintable, part)) for part in latin.split())))[
        :LONGEST_NUMBER
    ].strip()


def printable_comment(comment: str) -> str:
    r"""Return a comment as Amazon prints it: no two blanks or line breaks in a row, at most 750 characters.

    >>> printable_comment("  For  Ada,\r\n \n with\x00 love\u200b ")
    'For Ada,\nwith love'
    """
    lines = ("".join(char for char in line if char.isprintable() or char.isspace()) for line in comment.splitlines())
    whole = "\n".join(filter(None, (" ".join(line.split()) for line in lines)))
    return whole[:LONGEST_COMMENT].strip()


def _preview(found: TheirPreview) -> McfPreview:
    reasons = (*found.reasons, *(reason for each in found.unfulfillable for reason in each.reasons))
    is_out_of_stock = bool(reasons) and all(INVENTORY in reason.casefold() for reason in reasons)
    fee = None
    if found.fee and found.fee[1] in CURRENCIES:
        fee = Money.of(str(round_amount(*found.fee)), found.fee[1])
    arrivals = [each.arrives_by for each in found.shipments if each.arrives_by]
    units = {each.item: each.quantity for each in found.unfulfillable if each.quantity}
    return McfPreview(
        found.is_fulfillable,
        units,
        tuple(dict.fromkeys(filter(None, reasons))),
        fee,
        max(arrivals, default=None),
        is_out_of_stock and bool(units),
    )


def _item(item: McfItem, value: Money | None) -> dict[str, object]:
    found: dict[str, object] = {
        "sellerSku": item.seller_sku,
        "sellerFulfillmentOrderItemId": item.id,
        "quantity": item.quantity,
    }
    if value:
        found["perUnitDeclaredValue"] = {"currencyCode": value.currency, "value": value.amount}
    return found


def _features(request: McfRequest) -> list[dict[str, str]]:
    return [{"featureName": name, "featureFulfillmentPolicy": "Required"} for name in request.features]


def _address(address: Address) -> dict[str, str]:
    """Return an address in Amazon's fields, of which none is the company's; Japan has no city."""
    name, company = address.name or address.company, address.company if address.name else ""
    lines = [each for each in (company, address.address1, address.address2, address.address3) if each]
    if not lines:
        raise Rejected("the address has no street")
    found = dict(zip(("addressLine1", "addressLine2"), lines, strict=False))
    found |= {"addressLine3": ", ".join(lines[2:])} if lines[2:] else {}
    parts = {
        "name": name,
        **found,
        "city": "" if address.country == JAPAN else address.city,
        "districtOrCounty": address.city if address.country == JAPAN else "",
        "stateOrRegion": address.state,
        "postalCode": address.postcode,
        "countryCode": address.country,
        "phone": address.phone,
    }
    return {key: value for key, value in parts.items() if value}
