"""The Fulfillment API of the simulated eBay, with the errors that eBay documents."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import quote, urlencode

from local.world.ebay import ORDERS, ORDERS_READ, PATH, Ebay, Json
from local.world.routes import BAD_REQUEST, OK, Answer, Query, Reply

CREATED = 201
MOST, MOST_NAMED = 200, 50
OLDEST = timedelta(days=730)
RANGE = re.compile(r"(creationdate|lastmodifieddate):\[([^\]]*?)\.\.([^\]]*?)\]")
STATES = re.compile(r"orderfulfillmentstatus:\{([A-Z_|]+)\}")
FIELD = {"creationdate": "creationDate", "lastmodifieddate": "lastModifiedDate"}
CARRIERS = frozenset(
    "UPS USPS FedEx DHL DHLEKB DHLGlobalMail DeutschePost Hermes DPD GLS RoyalMail ParcelForce Yodel CanadaPost "
    "AustraliaPost PostNL LaPoste Colissimo Chronopost BPost TNT OnTrac LaserShip AnPost Correos Seur ARAMEX "
    "Other".split()
)
"""Codes of carriers that GeteBayDetails lists, as far as the laptop needs them."""


def errors(*found: tuple[int, str], domain: str = "API_FULFILLMENT") -> Json:
    """Return the body of an error."""
    return {
        "errors": [
            {"errorId": number, "domain": domain, "category": "REQUEST", "message": text, "longMessage": text}
            for number, text in found
        ]
    }


class Refused(Exception):
    """An error of the API, by its number."""

    def __init__(self, number: int, text: str) -> None:
        super().__init__(text)
        self.body = errors((number, text))


def get_orders(ebay: Ebay, query: Query, _: Any) -> Answer:
    """GET /order."""
    try:
        return OK, _found(ebay, {name: values[0] for name, values in query.items()})
    except Refused as error:
        return BAD_REQUEST, error.body


def _found(ebay: Ebay, given: dict[str, str]) -> Json:
    if "orderIds" in given:
        names = given["orderIds"].split(",")
        if len(names) > MOST_NAMED:
            raise Refused(30900, "Exceeded maximum number of order IDs")
        named = [ebay.listed(ebay.orders[name]) for name in names if name in ebay.orders]
        return {"href": PATH, "total": len(named), "limit": MOST_NAMED, "offset": 0, "orders": named}
    limit, offset = int(given.get("limit", 50)), int(given.get("offset", 0))
    if not 0 < limit <= MOST or offset < 0:
        raise Refused(30810, "Invalid limit or offset")
    matching = sorted(
        _matching(ebay, given.get("filter", "")), key=lambda each: (each["creationDate"], each["orderId"])
    )
    page = {"href": PATH, "total": len(matching), "limit": limit, "offset": offset}
    if offset + limit < len(matching):
        again = {**given, "limit": limit, "offset": offset + limit}
        page["next"] = f"https://api.ebay.com{PATH}?{urlencode(again)}"
    return {**page, "orders": [ebay.listed(each) for each in matching[offset : offset + limit]]}


def _matching(ebay: Ebay, wanted: str) -> list[Json]:
    """Return the orders of a filter; without one those of the last 90 days. creationdate makes the other one void."""
    rest = STATES.sub("", RANGE.sub("", wanted)).strip(", ")
    if rest:
        raise Refused(30700, f"Invalid filter name: {rest}")
    ranges = {name: _range(start, end) for name, start, end in RANGE.findall(wanted)}
    name = "creationdate" if "creationdate" in ranges or not ranges else "lastmodifieddate"
    start, end = ranges.get(name) or (datetime.now(UTC) - timedelta(days=90), None)
    states = STATES.search(wanted)
    return [
        order
        for order in list(ebay.orders.values())
        if start <= (at := datetime.fromisoformat(order[FIELD[name]])) and (end is None or at <= end)
        if states is None or order["orderFulfillmentStatus"] in states[1].split("|")
        if datetime.now(UTC) - datetime.fromisoformat(order["creationDate"]) < OLDEST
    ]


def _range(start: str, end: str) -> tuple[datetime, datetime | None]:
    if not start:
        raise Refused(30820, "Start date is missing")
    try:
        first, last = datetime.fromisoformat(start), datetime.fromisoformat(end) if end else None
    except ValueError:
        raise Refused(30810, "Invalid date format") from None
    if first.utcoffset() != timedelta(0) or (last and last.utcoffset() != timedelta(0)):
        raise Refused(30810, "Invalid date format")
    now = datetime.now(UTC)
    if first > now or (last and last > now):
        raise Refused(30850, "Start and end dates can't be in the future")
    if last and last < first:
        raise Refused(30840, "Start date should be before end date")
    if now - first > OLDEST:
        raise Refused(30830, "Time range between start date and end date must be within '2' years.")
    return first, last


def get_order(ebay: Ebay, _: Query, __: Any, name: str) -> Answer:
    """GET /order/{orderId}."""
    if name not in ebay.orders:
        return BAD_REQUEST, errors((32100, f"Invalid order ID: {name}"))
    return OK, ebay.whole(ebay.orders[name])


def get_fulfilments(ebay: Ebay, _: Query, __: Any, name: str) -> Answer:
    """GET /order/{orderId}/shipping_fulfillment."""
    if name not in ebay.orders:
        return BAD_REQUEST, errors((32100, f"Invalid order ID: {name}"))
    sent = ebay.fulfilments.get(name, [])
    listed = sent if ebay.settings.counts_units else [_uncounted(each) for each in sent]
    return OK, {"fulfillments": listed, "total": len(sent)}


def _uncounted(sent: Json) -> Json:
    return {**sent, "lineItems": [{"lineItemId": part["lineItemId"]} for part in sent["lineItems"]]}


def post_fulfilment(ebay: Ebay, _: Query, body: Json, name: str) -> Answer:
    """POST /order/{orderId}/shipping_fulfillment: 201 with the address of the fulfilment, and no body."""
    with ebay.lock:
        if wrong := _fault(ebay, name, body):
            return BAD_REQUEST, errors(wrong)
        made = ebay.ship(name, body)
    where = f"https://api.ebay.com{PATH}/{name}/shipping_fulfillment/{quote(made['fulfillmentId'])}"
    return CREATED, Reply(b"", headers={"Location": where})


def _fault(ebay: Ebay, name: str, body: Json) -> tuple[int, str] | None:
    if name not in ebay.orders:
        return 32100, f"Invalid Order Id: {name}"
    units = {line["lineItemId"]: line["quantity"] for line in ebay.orders[name]["lineItems"]}
    parts = [part["lineItemId"] for part in body.get("lineItems") or []]
    tracking, carrier = body.get("trackingNumber"), body.get("shippingCarrierCode")
    if unknown := [part for part in parts if part not in units]:
        return 32200, f"Invalid line item id: {unknown[0]}"
    if len(set(parts)) < len(parts):
        return 32210, "Duplicate line item in the request"
    if not parts or any(not 0 < part.get("quantity", 1) <= units[part["lineItemId"]] for part in body["lineItems"]):
        return 32600, "Invalid input data"
    if (tracking is None) != (carrier is None) or (carrier and carrier not in CARRIERS):
        return 32300, "Invalid shipment tracking number or carrier"
    if tracking is not None and not re.fullmatch(r"[A-Za-z0-9]+", tracking):
        return 32300, "Invalid shipment tracking number or carrier"
    if any(each.get("shipmentTrackingNumber") == tracking for each in ebay.fulfilments.get(name, []) if tracking):
        return 34500, "Please use PUT operation for updating shipping fulfillment"
    return None


ROUTES = (
    ("GET", PATH, get_orders),
    ("GET", rf"{PATH}/([^/]+)", get_order),
    ("GET", rf"{PATH}/([^/]+)/shipping_fulfillment", get_fulfilments),
    ("POST", rf"{PATH}/([^/]+)/shipping_fulfillment", post_fulfilment),
)
SCOPES = ((r"GET /sell/fulfillment/.*", (ORDERS, ORDERS_READ)), (r"POST /sell/fulfillment/.*", (ORDERS,)))
