"""The Fulfillment Outbound API of the simulated Amazon, version 2020-07-01: orders that it ships for other channels."""

import secrets
import time
from copy import deepcopy
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from local.world.amazon import Amazon, Json, errors, now
from local.world.amazon_orders import Refused
from local.world.amazon_warehouses import CANCELLABLE, announce, moved, reserve, set_status, shelf_of, units_of
from local.world.routes import BAD_REQUEST, NOT_FOUND, OK, Answer, Query

PATH = "/fba/outbound/2020-07-01/fulfillmentOrders"
MOST_ITEMS, MOST_UNITS, PAGE_SIZE = 100, 250, 50
NEEDED = (
    "sellerFulfillmentOrderId",
    "displayableOrderId",
    "displayableOrderDate",
    "displayableOrderComment",
    "shippingSpeedCategory",
    "destinationAddress",
    "items",
)
LENGTHS = {"sellerFulfillmentOrderId": 40, "displayableOrderId": 40, "displayableOrderComment": 750}
FEATURES = frozenset({"BLANK_BOX", "BLOCK_AMZL", "OVERBOX", "PACKING_SLIP", "SIGNATURE_CONFIRMATION"})
POLICIES = frozenset({"FillOrKill", "FillAll", "FillAllAvailable"})
SPEEDS = frozenset({"Standard", "Expedited", "Priority", "ScheduledDelivery"})
ARRIVES_IN = {
    "Standard": timedelta(days=5),
    "Expedited": timedelta(days=2),
    "Priority": timedelta(days=1),
    "ScheduledDelivery": timedelta(days=7),
}
COUNTRIES = {"ATVPDKIKX0DER": "US", "A1PA6795UKMFR9": "DE", "A13V1IB3VIYZZH": "FR"}
"""Countries of marketplaces: an order to another one is an export order."""
FEE = {"Standard": "6.95", "Expedited": "10.95", "Priority": "18.95"}


def preview(amazon: Amazon, _: Query, body: Json) -> Answer:
    """POST …/preview: what becomes of an order at each speed."""
    try:
        _check_address(body.get("address"))
        _check_items(amazon, body.get("items"))
        _check_place(amazon, body)
        _check_values(amazon, body)
        speeds = body.get("shippingSpeedCategories") or list(SPEEDS)
        found = [_preview(amazon, body, speed) for speed in speeds]
    except Refused as error:
        return BAD_REQUEST, errors("InvalidInput", str(error))
    return OK, {"payload": {"fulfillmentPreviews": found}}


def _preview(amazon: Amazon, body: Json, speed: str) -> Json:
    if speed not in SPEEDS:
        raise Refused(f"Value {speed} for parameter shippingSpeedCategories is invalid.")
    left = {sku: shelf["fulfillable"] for sku, shelf in amazon.stock.items()}
    lacking = []
    for item in body["items"]:
        short = max(0, item["quantity"] - left[item["sellerSku"]])
        left[item["sellerSku"]] -= item["quantity"] - short
        if short:
            named = {name: item[name] for name in ("sellerSku", "sellerFulfillmentOrderItemId")}
            lacking.append({**named, "quantity": short, "itemUnfulfillableReasons": ["InsufficientInventory"]})
    reasons = [] if speed in amazon.settings.speeds else ["DeliverySLAUnavailable"]
    reasons += [f"{name}Unavailable" for name in _features(body) if name in amazon.settings.refused_features]
    fulfillable = not lacking and not reasons
    fees = [{"name": "FBAPerUnitFulfillmentFee", "amount": {"currencyCode": "USD", "value": FEE[speed]}}]
    return {
        "shippingSpeedCategory": speed,
        "isFulfillable": fulfillable,
        "isCODCapable": False,
        "marketplaceId": body.get("marketplaceId", amazon.settings.marketplaces[0]),
        "estimatedFees": fees if fulfillable else [],
        "fulfillmentPreviewShipments": [
            {"latestArrivalDate": now(ARRIVES_IN[speed]), "fulfillmentPreviewItems": body["items"]}
        ],
        "unfulfillablePreviewItems": lacking,
        "orderUnfulfillableReasons": reasons,
        "featureConstraints": body.get("featureConstraints"),
    }


def create(amazon: Amazon, _: Query, body: Json) -> Answer:
    """POST /fulfillmentOrders: an id that is taken is refused, whatever the rest says."""
    with amazon.lock:
        try:
            _check_order(amazon, body)
        except Refused as error:
            return BAD_REQUEST, errors("InvalidInput", str(error))
        order = {
            **{name: value for name, value in body.items() if name != "items"},
            "fulfillmentOrderStatus": "RECEIVED",
            "receivedDate": now(),
            "statusUpdatedDate": now(),
        }
        items = [{**each, "cancelledQuantity": 0, "unfulfillableQuantity": 0} for each in body["items"]]
        stored = {"order": order, "items": items, "shipments": [], "moved_at": time.time(), "sent_at": time.time()}
        amazon.outbound[body["sellerFulfillmentOrderId"]] = stored
        wanted = units_of(items)
        lacks = any(shelf_of(amazon, sku)["fulfillable"] < units for sku, units in wanted.items())
        if lacks or _lacks_features(amazon, body):
            set_status(stored, "INVALID")
        else:
            reserve(amazon, wanted)
        announce(amazon, stored)
    return OK, {}


def _check_order(amazon: Amazon, body: Json) -> None:
    for name in NEEDED:
        if not body.get(name):
            raise Refused(f"Value null for parameter {name} is invalid.")
    for name, most in LENGTHS.items():
        if len(body[name]) > most or "  " in body[name] or "\n\n" in body[name]:
            raise Refused(f"Value for parameter {name} is invalid.")
    if body["sellerFulfillmentOrderId"] in amazon.outbound:
        raise Refused("A fulfillment order with this sellerFulfillmentOrderId exists.")
    if body["shippingSpeedCategory"] not in SPEEDS or body.get("fulfillmentPolicy", "FillOrKill") not in POLICIES:
        raise Refused("Value for parameter shippingSpeedCategory or fulfillmentPolicy is invalid.")
    if datetime.fromisoformat(body["displayableOrderDate"]).utcoffset() is None:
        raise Refused("Value for parameter displayableOrderDate is invalid.")
    _check_address(body["destinationAddress"])
    _check_items(amazon, body["items"])
    _check_place(amazon, body)


def _check_place(amazon: Amazon, body: Json) -> None:
    if body.get("marketplaceId") not in (None, *amazon.settings.marketplaces):
        raise Refused("Value for parameter marketplaceId is invalid.")
    if not set(_features(body)) <= FEATURES:
        raise Refused("Value for parameter featureConstraints is invalid.")


def _check_values(amazon: Amazon, body: Json) -> None:
    """Refuse an order to another country without the value of each item."""
    country = COUNTRIES.get(body.get("marketplaceId", amazon.settings.marketplaces[0]))
    if country in (None, body["address"]["countryCode"]):
        return
    for item in body["items"]:
        value = item.get("perUnitDeclaredValue")
        if not value or not value["currencyCode"] or not Decimal(value["value"]):
            raise Refused("Value null for parameter perUnitDeclaredValue is invalid.")


def _check_address(address: Any) -> None:
    if not isinstance(address, dict):
        raise Refused("Value null for parameter address is invalid.")
    needed = ["name", "addressLine1", "postalCode", "countryCode"]
    needed += ["city"] if address.get("countryCode") != "JP" else []
    for name in needed:
        if not address.get(name):
            raise Refused(f"Value null for parameter {name} is invalid.")
    if len(address["countryCode"]) != 2:
        raise Refused("Value for parameter countryCode is invalid.")


def _check_items(amazon: Amazon, items: Any) -> None:
    if not isinstance(items, list) or not 0 < len(items) <= MOST_ITEMS:
        raise Refused("Value for parameter items is invalid.")
    if len({each["sellerFulfillmentOrderItemId"] for each in items}) < len(items):
        raise Refused("sellerFulfillmentOrderItemId is not unique.")
    for item in items:
        name, quantity = item["sellerFulfillmentOrderItemId"], item["quantity"]
        if item["sellerSku"] not in amazon.stock or len(item["sellerSku"]) > 50:
            raise Refused(f"The SellerSKU for Item Id: {name} is invalid.")
        if not isinstance(quantity, int) or quantity < 1 or not 0 < len(name) <= 50:
            raise Refused(f"The quantity for Item Id: {name} is invalid.")
    if sum(each["quantity"] for each in items) > MOST_UNITS:
        raise Refused("The order has too many units.")


def _features(body: Json) -> list[str]:
    wanted = body.get("featureConstraints") or []
    return [each["featureName"] for each in wanted if each["featureFulfillmentPolicy"] == "Required"]


def _lacks_features(amazon: Amazon, body: Json) -> bool:
    return bool(set(_features(body)) & set(amazon.settings.refused_features))


def listed(amazon: Amazon, query: Query, _: Any) -> Answer:
    """GET /fulfillmentOrders: those whose state changed since, in no order that Amazon documents."""
    if "nextToken" in query:
        names = amazon.pages.pop(query["nextToken"][0], {}).get("names")
        if names is None:
            return BAD_REQUEST, errors("InvalidInput", "nextToken is invalid")
    else:
        since = datetime.fromisoformat(query["queryStartDate"][0]) if "queryStartDate" in query else None
        seen = {name: each for name, each in sorted(amazon.outbound.items()) if _is_seen(amazon, each)}
        names = [name for name, each in seen.items() if _is_since(moved(amazon, each), since)]
    page: Json = {"fulfillmentOrders": [deepcopy(amazon.outbound[name]["order"]) for name in names[:PAGE_SIZE]]}
    if rest := names[PAGE_SIZE:]:
        page["nextToken"] = secrets.token_urlsafe(16)
        amazon.pages[page["nextToken"]] = {"names": rest}
    return OK, {"payload": page}


def _is_seen(amazon: Amazon, stored: Json) -> bool:
    return time.time() >= float(stored["sent_at"]) + amazon.settings.seen_after


def _is_since(stored: Json, since: datetime | None) -> bool:
    return since is None or datetime.fromisoformat(stored["order"]["statusUpdatedDate"]) >= since


def get_order(amazon: Amazon, _: Query, __: Any, name: str) -> Answer:
    """GET /fulfillmentOrders/{id}."""
    if name not in amazon.outbound or not _is_seen(amazon, amazon.outbound[name]):
        return NOT_FOUND, errors("InvalidInput", f"Requested order '{name}' not found")
    stored = deepcopy(moved(amazon, amazon.outbound[name]))
    found = {"fulfillmentOrder": stored["order"], "fulfillmentOrderItems": stored["items"]}
    others = {"fulfillmentShipments": stored["shipments"], "returnItems": [], "returnAuthorizations": []}
    return OK, {"payload": {**found, **others}}


def cancel(amazon: Amazon, _: Query, __: Any, name: str) -> Answer:
    """PUT /fulfillmentOrders/{id}/cancel: until picking has begun."""
    with amazon.lock:
        if name not in amazon.outbound:
            return NOT_FOUND, errors("InvalidInput", f"Requested order '{name}' not found")
        stored = moved(amazon, amazon.outbound[name])
        status = stored["order"]["fulfillmentOrderStatus"]
        if status in CANCELLABLE:
            for item in stored["items"]:
                item["cancelledQuantity"] = item["quantity"]
            reserve(amazon, units_of(stored["items"]), -1)
            set_status(stored, "CANCELLED")
        elif status != "CANCELLED":
            return BAD_REQUEST, errors("InvalidInput", "The order cannot be cancelled in its state.")
    return OK, {}


ROUTES = (
    ("POST", rf"{PATH}/preview", preview),
    ("POST", PATH, create),
    ("GET", PATH, listed),
    ("GET", rf"{PATH}/([^/]+)", get_order),
    ("PUT", rf"{PATH}/([^/]+)/cancel", cancel),
)
RATES = (
    ("getFulfillmentPreview", rf"POST {PATH}/preview", 2, 30),
    ("createFulfillmentOrder", rf"POST {PATH}", 2, 30),
    ("listAllFulfillmentOrders", rf"GET {PATH}", 2, 30),
    ("getFulfillmentOrder", rf"GET {PATH}/[^/]+", 2, 30),
    ("cancelFulfillmentOrder", rf"PUT {PATH}/[^/]+/cancel", 2, 30),
)
