"""The Fulfillment Outbound API of the simulated Amazon, version 2020-07-01: orders that it ships for other channels."""

import secrets
import time
from collections import Counter
from collections.abc import Iterable
from copy import deepcopy
from datetime import datetime
from typing import Any

from local.world.amazon import Amazon, Json, errors, now
from local.world.amazon_notifications import enqueue
from local.world.amazon_orders import Refused
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
CANCELLABLE = frozenset({"NEW", "RECEIVED", "PLANNING"})
ENDED = frozenset({"COMPLETE", "COMPLETE_PARTIALLED", "UNFULFILLABLE", "INVALID", "CANCELLED"})
FEE = {"Standard": "6.95", "Expedited": "10.95", "Priority": "18.95"}


def put_stock(amazon: Amazon, _: Query, body: dict[str, int]) -> Answer:
    """PUT /_control/stock: units by sku that can be sold."""
    for sku, units in body.items():
        amazon.stock[sku] = {**_shelf(amazon, sku), "fulfillable": units}
    return OK, amazon.stock


def _shelf(amazon: Amazon, sku: str) -> Json:
    return amazon.stock.get(sku, {"fulfillable": 0, "reserved": 0, "inbound": 0, "unfulfillable": 0})


def preview(amazon: Amazon, _: Query, body: Json) -> Answer:
    """POST …/preview: what becomes of an order at each speed."""
    try:
        _check_address(body.get("address"))
        _check_items(amazon, body.get("items"))
        _check_place(amazon, body)
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
        "fulfillmentPreviewShipments": [{"latestArrivalDate": now(), "fulfillmentPreviewItems": body["items"]}],
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
        stored = {"order": order, "items": items, "shipments": [], "moved_at": time.time()}
        amazon.outbound[body["sellerFulfillmentOrderId"]] = stored
        wanted = _units(items)
        lacks = any(_shelf(amazon, sku)["fulfillable"] < units for sku, units in wanted.items())
        if lacks or _lacks_features(amazon, body):
            _set_status(stored, "INVALID")
        else:
            _reserve(amazon, wanted)
    return OK, {}


def _units(items: Iterable[Json], name: str = "quantity") -> "Counter[str]":
    units: Counter[str] = Counter()
    for item in items:
        units[item["sellerSku"]] += item[name]
    return units


def _reserve(amazon: Amazon, units: "Counter[str]", sign: int = 1) -> None:
    for sku, quantity in units.items():
        shelf = _shelf(amazon, sku)
        moved = {"fulfillable": shelf["fulfillable"] - sign * quantity, "reserved": shelf["reserved"] + sign * quantity}
        amazon.stock[sku] = {**shelf, **moved}


def _check_order(amazon: Amazon, body: Json) -> None:
    for name in NEEDED:
        if not body.get(name):
            raise Refused(f"Value null for parameter {name} is invalid.")
    for name, most in LENGTHS.items():
        if len(body[name]) > most or "  " in body[name]:
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
        names = [name for name, each in sorted(amazon.outbound.items()) if _is_since(_moved(amazon, each), since)]
    page: Json = {"fulfillmentOrders": [deepcopy(amazon.outbound[name]["order"]) for name in names[:PAGE_SIZE]]}
    if rest := names[PAGE_SIZE:]:
        page["nextToken"] = secrets.token_urlsafe(16)
        amazon.pages[page["nextToken"]] = {"names": rest}
    return OK, {"payload": page}


def _is_since(stored: Json, since: datetime | None) -> bool:
    return since is None or datetime.fromisoformat(stored["order"]["statusUpdatedDate"]) >= since


def get_order(amazon: Amazon, _: Query, __: Any, name: str) -> Answer:
    """GET /fulfillmentOrders/{id}."""
    if name not in amazon.outbound:
        return NOT_FOUND, errors("InvalidInput", f"Requested order '{name}' not found")
    stored = deepcopy(_moved(amazon, amazon.outbound[name]))
    found = {"fulfillmentOrder": stored["order"], "fulfillmentOrderItems": stored["items"]}
    others = {"fulfillmentShipments": stored["shipments"], "returnItems": [], "returnAuthorizations": []}
    return OK, {"payload": {**found, **others}}


def cancel(amazon: Amazon, _: Query, __: Any, name: str) -> Answer:
    """PUT /fulfillmentOrders/{id}/cancel: until picking has begun."""
    with amazon.lock:
        if name not in amazon.outbound:
            return NOT_FOUND, errors("InvalidInput", f"Requested order '{name}' not found")
        stored = _moved(amazon, amazon.outbound[name])
        status = stored["order"]["fulfillmentOrderStatus"]
        if status in CANCELLABLE:
            for item in stored["items"]:
                item["cancelledQuantity"] = item["quantity"]
            _reserve(amazon, _units(stored["items"]), -1)
            _set_status(stored, "CANCELLED")
        elif status != "CANCELLED":
            return BAD_REQUEST, errors("InvalidInput", "The order cannot be cancelled in its state.")
    return OK, {}


# ---- what happens in the warehouses ------------------------------------------------------------------------------


def move(amazon: Amazon, _: Query, body: Json | None, name: str, step: str) -> Answer:
    """POST /_control/outbound/{id}/{step}: plan, pick, ship (packages), fail (units by item id)."""
    with amazon.lock:
        stored = amazon.outbound[name]
        if stored["order"]["fulfillmentOrderStatus"] in ENDED:
            return BAD_REQUEST, errors("InvalidInput", "the order has ended")
        if step == "plan":
            _set_status(stored, "PLANNING")
        elif step == "pick":
            _set_status(stored, "PROCESSING")
        elif step == "fail":
            _fail(amazon, stored, body or _open(stored))
        else:
            _ship(amazon, stored, (body or {}).get("packages"))
        announce(amazon, stored)
    return OK, stored


def _open(stored: Json) -> dict[str, int]:
    """Return the units by item id that have neither left nor failed."""
    left = Counter(
        {
            each["sellerFulfillmentOrderItemId"]: each["quantity"]
            - each["unfulfillableQuantity"]
            - each["cancelledQuantity"]
            for each in stored["items"]
        }
    )
    for shipment in stored["shipments"]:
        for part in shipment["fulfillmentShipmentItem"]:
            left[part["sellerFulfillmentOrderItemId"]] -= part["quantity"]
    return dict(+left)


def _fail(amazon: Amazon, stored: Json, units: dict[str, int]) -> None:
    for item in stored["items"]:
        lost = min(units.get(item["sellerFulfillmentOrderItemId"], 0), _open(stored).get(_id(item), 0))
        item["unfulfillableQuantity"] += lost
        shelf = amazon.stock[item["sellerSku"]]
        moved = {"reserved": shelf["reserved"] - lost, "unfulfillable": shelf["unfulfillable"] + lost}
        amazon.stock[item["sellerSku"]] = {**shelf, **moved}
    _end(stored)


def _id(item: Json) -> str:
    return str(item["sellerFulfillmentOrderItemId"])


def _ship(amazon: Amazon, stored: Json, packages: list[Json] | None) -> None:
    """Have packages leave: their carriers, tracking numbers and units by item id; without, all that is left in one."""
    open_units = _open(stored)
    packages = packages or [{"carrierCode": "UPS", "trackingNumber": f"1Z{secrets.randbelow(10**12):012}"}]
    sent, boxes = [], []
    skus = {_id(item): item["sellerSku"] for item in stored["items"]}
    for number, package in enumerate(packages, 1):
        for item, units in package.pop("units", open_units).items():
            part = {"sellerSku": skus[item], "sellerFulfillmentOrderItemId": item, "quantity": units}
            sent.append({**part, "packageNumber": number})
        boxes.append({"packageNumber": number, **package})
    shipment = {
        "amazonShipmentId": f"D{len(stored['shipments']) + 1:03}{secrets.token_hex(3)}",
        "fulfillmentCenterId": "RNO1",
        "fulfillmentShipmentStatus": "SHIPPED",
        "shippingDate": now(),
        "fulfillmentShipmentItem": sent,
        "fulfillmentShipmentPackage": boxes,
    }
    stored["shipments"].append(shipment)
    for part in sent:
        shelf = amazon.stock[part["sellerSku"]]
        amazon.stock[part["sellerSku"]] = {**shelf, "reserved": shelf["reserved"] - part["quantity"]}
    if stored["order"]["fulfillmentOrderStatus"] in CANCELLABLE:
        _set_status(stored, "PROCESSING")
    _end(stored)


def _end(stored: Json) -> None:
    if _open(stored):
        return
    lost = any(each["unfulfillableQuantity"] for each in stored["items"])
    if lost:
        _set_status(stored, "COMPLETE_PARTIALLED" if stored["shipments"] else "UNFULFILLABLE")
    else:
        _set_status(stored, "COMPLETE")


def _set_status(stored: Json, status: str) -> None:
    stored["order"] |= {"fulfillmentOrderStatus": status, "statusUpdatedDate": now()}


def announce(amazon: Amazon, stored: Json) -> None:
    """Have a notification of an order that changed sent, if the seller is subscribed."""
    status = {
        "SellerId": amazon.settings.seller,
        "EventType": "Order",
        "StatusUpdatedDateTime": stored["order"]["statusUpdatedDate"],
        "SellerFulfillmentOrderId": stored["order"]["sellerFulfillmentOrderId"],
        "FulfillmentOrderStatus": stored["order"]["fulfillmentOrderStatus"],
    }
    enqueue(amazon, "FULFILLMENT_ORDER_STATUS", {"FulfillmentOrderStatusNotification": status})


def _moved(amazon: Amazon, stored: Json) -> Json:
    """Return an order after it moved on by itself, where the settings say that orders do."""
    after = amazon.settings.moves_after
    while after is not None and time.time() >= stored["moved_at"] + after:
        stored["moved_at"] += after
        status = stored["order"]["fulfillmentOrderStatus"]
        if status == "RECEIVED":
            _set_status(stored, "PLANNING")
        elif status == "PLANNING":
            _set_status(stored, "PROCESSING")
        elif status == "PROCESSING":
            _ship(amazon, stored, None)
        else:
            break
    return stored


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
