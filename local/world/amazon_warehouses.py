"""Amazon's own warehouses, simulated: the stock in them, and what happens there to orders that they ship."""

import secrets
import time
from collections import Counter
from collections.abc import Iterable
from typing import Any

from local.world.amazon import Amazon, Json, errors, now
from local.world.amazon_notifications import enqueue
from local.world.routes import BAD_REQUEST, OK, Answer, Query

SUMMARIES = "/fba/inventory/v1/summaries"
PAGE_SIZE, TOKEN_SECONDS = 50, 30
CANCELLABLE = frozenset({"NEW", "RECEIVED", "PLANNING"})
ENDED = frozenset({"COMPLETE", "COMPLETE_PARTIALLED", "UNFULFILLABLE", "INVALID", "CANCELLED"})


def put_stock(amazon: Amazon, _: Query, body: dict[str, int]) -> Answer:
    """PUT /_control/stock: units by sku that can be sold."""
    for sku, units in body.items():
        amazon.stock[sku] = {**shelf_of(amazon, sku), "fulfillable": units}
    return OK, amazon.stock


def shelf_of(amazon: Amazon, sku: str) -> Json:
    """Return the units of a sku by what can be done with them."""
    return amazon.stock.get(sku, {"fulfillable": 0, "reserved": 0, "inbound": 0, "unfulfillable": 0})


def units_of(items: Iterable[Json], name: str = "quantity") -> "Counter[str]":
    """Return the units of items by sku."""
    units: Counter[str] = Counter()
    for item in items:
        units[item["sellerSku"]] += item[name]
    return units


def reserve(amazon: Amazon, units: "Counter[str]", sign: int = 1) -> None:
    """Reserve units for an order or, with -1, give them back."""
    for sku, quantity in units.items():
        shelf = shelf_of(amazon, sku)
        moved = {"fulfillable": shelf["fulfillable"] - sign * quantity, "reserved": shelf["reserved"] + sign * quantity}
        amazon.stock[sku] = {**shelf, **moved}


def summaries(amazon: Amazon, query: Query, _: Any) -> Answer:
    """GET /fba/inventory/v1/summaries: pages of all skus that the seller ever had there."""
    given = {
        name: query.get(name, [""])[0] for name in ("granularityType", "granularityId", "marketplaceIds", "details")
    }
    places = amazon.settings.marketplaces
    if given["granularityType"] != "Marketplace" or not {given["granularityId"], given["marketplaceIds"]} <= {*places}:
        return BAD_REQUEST, errors("InvalidInput", "granularityType, granularityId or marketplaceIds is invalid")
    names = sorted(amazon.stock)
    if "nextToken" in query:
        page = amazon.pages.pop(query["nextToken"][0], None)
        if page is None or time.time() - page["at"] > TOKEN_SECONDS:
            return BAD_REQUEST, errors("InvalidInput", "nextToken is invalid")
        names = page["names"]
    found: Json = {"granularity": {"granularityType": "Marketplace", "granularityId": given["granularityId"]}}
    found["inventorySummaries"] = [_summary(amazon, sku, given["details"] == "true") for sku in names[:PAGE_SIZE]]
    pagination = {}
    if rest := names[PAGE_SIZE:]:
        pagination = {"nextToken": secrets.token_urlsafe(16)}
        amazon.pages[pagination["nextToken"]] = {"names": rest, "at": time.time()}
    return OK, {"payload": found, "pagination": pagination}


def _summary(amazon: Amazon, sku: str, has_details: bool) -> Json:
    shelf = shelf_of(amazon, sku)
    found = {"sellerSku": sku, "condition": "NewItem", "totalQuantity": sum(shelf.values())}
    reserved = {"totalReservedQuantity": shelf["reserved"], "pendingCustomerOrderQuantity": shelf["reserved"]}
    details = {
        "fulfillableQuantity": shelf["fulfillable"],
        "inboundShippedQuantity": shelf["inbound"],
        "reservedQuantity": reserved,
        "unfulfillableQuantity": {"totalUnfulfillableQuantity": shelf["unfulfillable"]},
    }
    return {**found, "inventoryDetails": details} if has_details else found


def move(amazon: Amazon, _: Query, body: Json | None, name: str, step: str) -> Answer:
    """POST /_control/outbound/{id}/{step}: plan, pick, ship (packages), fail (units by item id)."""
    with amazon.lock:
        stored = amazon.outbound[name]
        if stored["order"]["fulfillmentOrderStatus"] in ENDED:
            return BAD_REQUEST, errors("InvalidInput", "the order has ended")
        if step == "plan":
            set_status(stored, "PLANNING")
        elif step == "pick":
            set_status(stored, "PROCESSING")
        elif step == "fail":
            _fail(amazon, stored, body or open_units(stored))
        else:
            _ship(amazon, stored, (body or {}).get("packages"))
        announce(amazon, stored)
    return OK, stored


def open_units(stored: Json) -> dict[str, int]:
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
        lost = min(units.get(item["sellerFulfillmentOrderItemId"], 0), open_units(stored).get(_id(item), 0))
        item["unfulfillableQuantity"] += lost
        shelf = amazon.stock[item["sellerSku"]]
        moved = {"reserved": shelf["reserved"] - lost, "unfulfillable": shelf["unfulfillable"] + lost}
        amazon.stock[item["sellerSku"]] = {**shelf, **moved}
    _end(stored)


def _id(item: Json) -> str:
    return str(item["sellerFulfillmentOrderItemId"])


def _ship(amazon: Amazon, stored: Json, packages: list[Json] | None) -> None:
    """Have packages leave: their carriers, tracking numbers and units by item id; without, all that is left in one."""
    left = open_units(stored)
    packages = packages or [{"carrierCode": "UPS", "trackingNumber": f"1Z{secrets.randbelow(10**12):012}"}]
    sent, boxes = [], []
    skus = {_id(item): item["sellerSku"] for item in stored["items"]}
    for number, package in enumerate(packages, 1):
        for item, units in package.pop("units", left).items():
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
        set_status(stored, "PROCESSING")
    _end(stored)


def _end(stored: Json) -> None:
    if open_units(stored):
        return
    lost = any(each["unfulfillableQuantity"] for each in stored["items"])
    if lost:
        set_status(stored, "COMPLETE_PARTIALLED" if stored["shipments"] else "UNFULFILLABLE")
    else:
        set_status(stored, "COMPLETE")


def set_status(stored: Json, status: str) -> None:
    """Have an order change its state now."""
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


def moved(amazon: Amazon, stored: Json) -> Json:
    """Return an order after it moved on by itself, where the settings say that orders do."""
    after = amazon.settings.moves_after
    while after is not None and time.time() >= stored["moved_at"] + after:
        stored["moved_at"] += after
        status = stored["order"]["fulfillmentOrderStatus"]
        if status == "RECEIVED":
            set_status(stored, "PLANNING")
        elif status == "PLANNING":
            set_status(stored, "PROCESSING")
        elif status == "PROCESSING":
            _ship(amazon, stored, None)
        else:
            break
    return stored


ROUTES = (("GET", SUMMARIES, summaries),)
RATES = (("getInventorySummaries", f"GET {SUMMARIES}", 2, 2),)
