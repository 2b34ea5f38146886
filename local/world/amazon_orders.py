"""The Orders API of the simulated Amazon: version 2026-01-01 to read, version 0 to confirm shipments."""

import secrets
import time
from copy import deepcopy
from datetime import UTC, datetime, timedelta
from typing import Any

from local.world.amazon import PENDING, Amazon, Json, errors, units_sent
from local.world.amazon_notifications import announce
from local.world.routes import BAD_REQUEST, NOT_FOUND, OK, Answer, Query, Reply

PATH, CONFIRM = "/orders/2026-01-01/orders", "/orders/v0/orders"
NO_CONTENT = 204
MOST, TOKEN_SECONDS = 100, 24 * 3600
STATUSES = frozenset("PENDING_AVAILABILITY PENDING UNSHIPPED PARTIALLY_SHIPPED SHIPPED CANCELLED UNFULFILLABLE".split())
DATA = {
    "BUYER": ("buyer",),
    "RECIPIENT": ("recipient",),
    "PROCEEDS": ("proceeds",),
    "EXPENSE": ("expense",),
    "PROMOTION": ("promotion",),
    "CANCELLATION": ("cancellation",),
    "FULFILLMENT": ("fulfillment",),
    "PACKAGES": ("packages",),
    "TAX": ("tax",),
    "PAYMENT": ("payment",),
    "FULFILLMENT_ORDERS": ("fulfillmentOrders",),
}
"""The data sets that a request may ask for, and the fields of order and items that each is."""


class Refused(Exception):
    """Input that the API refuses."""


def search(amazon: Amazon, query: Query, _: Any) -> Answer:
    """GET /orders: a page of the orders, in no order that Amazon documents."""
    given = {name: ",".join(values) for name, values in query.items()}
    try:
        return OK, _page(amazon, given)
    except (Refused, ValueError) as error:
        return BAD_REQUEST, errors("InvalidInput", str(error))


def _page(amazon: Amazon, given: dict[str, str]) -> Json:
    token, asked = given.pop("paginationToken", ""), dict(given)
    size = int(given.get("maxResultsPerPage", MOST))
    if not 0 < size <= MOST:
        raise Refused("maxResultsPerPage must be between 1 and 100")
    if token:
        page = amazon.pages.get(token)
        if page is None or page["asked"] != asked or time.time() - page["at"] > TOKEN_SECONDS:
            raise Refused("Invalid or expired paginationToken")
    else:
        page = {"asked": asked, "at": time.time(), "names": _matching(amazon, given)}
    names = page["names"]
    found: Json = {"orders": [shown(amazon.orders[name], given) for name in names[:size]], "pagination": {}}
    if rest := names[size:]:
        following = secrets.token_urlsafe(24)
        amazon.pages[following] = {**page, "names": rest}
        found["pagination"] = {"nextToken": following}
    return {**found, "lastUpdatedBefore": _until(amazon)}  # of this call: a change since the first one is on no page


def _until(amazon: Amazon) -> str:
    moment = datetime.now(UTC) - timedelta(seconds=amazon.settings.listed_after)
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _matching(amazon: Amazon, given: dict[str, str]) -> list[str]:
    if ("createdAfter" in given) == ("lastUpdatedAfter" in given):
        raise Refused("exactly one of createdAfter and lastUpdatedAfter is required")
    name = "createdTime" if "createdAfter" in given else "lastUpdatedTime"
    start = _moment(given.get("createdAfter") or given["lastUpdatedAfter"])
    end = _moment(_until(amazon))
    places, statuses = _list(given, "marketplaceIds"), _list(given, "fulfillmentStatuses")
    if not set(places) <= set(amazon.settings.marketplaces):
        raise Refused("the seller is not in one of marketplaceIds")
    if not set(statuses) <= STATUSES or not set(_list(given, "includedData")) <= set(DATA):
        raise Refused("an unknown value of fulfillmentStatuses or includedData")
    return sorted(
        number
        for number, order in list(amazon.orders.items())
        if start <= _moment(order[name]) <= end
        if not places or order["salesChannel"].get("marketplaceId") in places
        if not statuses or order["fulfillment"]["fulfillmentStatus"] in statuses
    )


def get_order(amazon: Amazon, query: Query, _: Any, name: str) -> Answer:
    """GET /orders/{orderId}."""
    if name not in amazon.orders:
        return NOT_FOUND, errors("ResourceNotFound", f"order {name} was not found")
    given = {key: ",".join(values) for key, values in query.items()}
    return OK, {"order": shown(amazon.orders[name], given)}


def shown(order: Json, given: dict[str, str]) -> Json:
    """Return an order with the data sets of a request, and without what Amazon withholds of a pending one."""
    asked = {field for each in _list(given, "includedData") for field in DATA[each]}
    left_out = {field for fields in DATA.values() for field in fields} - asked
    found = _without(deepcopy(order), left_out)
    items = [_without(item, left_out) for item in found["orderItems"]]
    if order["fulfillment"]["fulfillmentStatus"] in PENDING:
        found = _without(found, {"recipient", "proceeds", "buyer"})
        items = [{**_without(item, {"proceeds"}), "product": _without(item["product"], {"price"})} for item in items]
    return {**found, "orderItems": items}


def _without(value: Json, names: set[str]) -> Json:
    return {name: each for name, each in value.items() if name not in names}


def confirm(amazon: Amazon, _: Query, body: Json, name: str) -> Answer:
    """POST /orders/v0/orders/{orderId}/shipmentConfirmation: a package, or another state of the one of its number."""
    with amazon.lock:
        order = amazon.orders.get(name)
        if order is None:
            return NOT_FOUND, errors("ResourceNotFound", f"order {name} was not found")
        try:
            package = _package(order, body)
        except (Refused, KeyError, ValueError) as error:
            return BAD_REQUEST, errors("InvalidInput", str(error))
        amazon.confirm(order, package)
        announce(amazon, order)
    return NO_CONTENT, Reply(b"")


def _package(order: Json, body: Json) -> Json:
    given = body["packageDetail"]
    if body["marketplaceId"] != order["salesChannel"]["marketplaceId"]:
        raise Refused("marketplaceId is not that of the order")
    if order["fulfillment"]["fulfillmentStatus"] in {*PENDING, "CANCELLED"}:
        raise Refused("the order cannot be shipped in its state")
    _check_detail(order, given)
    _check_units(order, given["packageReferenceId"], given["orderItems"])
    return {
        "packageReferenceId": given["packageReferenceId"],
        "packageStatus": {"status": "SHIPPED"},
        "carrier": given.get("carrierName") or given["carrierCode"],
        "shipTime": given["shipDate"],
        "trackingNumber": given["trackingNumber"],
        "packageItems": [
            {"orderItemId": each["orderItemId"], "quantity": each["quantity"]} for each in given["orderItems"]
        ],
    }


def _check_detail(order: Json, given: Json) -> None:
    number, code, at = given["packageReferenceId"], given["carrierCode"], _moment(given["shipDate"])
    if not isinstance(number, str) or not number.isdecimal() or int(number) < 1:
        raise Refused("packageReferenceId must be a positive number")
    if not code or (code == "Other" and not given.get("carrierName")):  # an unknown code it takes, and does not verify
        raise Refused("carrierCode or carrierName is missing")
    if at > datetime.now(UTC) + timedelta(minutes=5) or at < _moment(order["createdTime"]) - timedelta(days=1):
        raise Refused("shipDate is in the future, or before the order")
    if not given["trackingNumber"]:
        raise Refused("trackingNumber is empty")


def _check_units(order: Json, number: str, parts: list[Json]) -> None:
    ordered = {line["orderItemId"]: line["quantityOrdered"] for line in order["orderItems"]}
    for part in parts:
        item, units = part["orderItemId"], part["quantity"]
        if item not in ordered or not 0 < units <= ordered[item] - units_sent(order, item, without=number):
            raise Refused(f"order item {item}: more than is left to ship")


def _list(given: dict[str, str], name: str) -> list[str]:
    return [each for each in given.get(name, "").split(",") if each]


def _moment(text: str) -> datetime:
    found = datetime.fromisoformat(text)
    if found.utcoffset() is None:
        raise Refused("a time has no offset")
    return found


ROUTES = (
    ("GET", PATH, search),
    ("GET", rf"{PATH}/([^/]+)", get_order),
    ("POST", rf"{CONFIRM}/([^/]+)/shipmentConfirmation", confirm),
)
RATES = (
    ("searchOrders", rf"GET {PATH}", 0.0056, 20),
    ("getOrder", rf"GET {PATH}/[^/]+", 0.5, 30),
    ("confirmShipment", rf"POST {CONFIRM}/.*", 2, 10),
)
