"""The Inventory API of the simulated eBay: items by sku, each listed by an offer, unless its `listing` is empty."""

from typing import Any
from urllib.parse import urlencode

from local.world.ebay import ITEMS, ITEMS_READ, Ebay, Json, listed_as, now
from local.world.ebay_orders import errors
from local.world.routes import BAD_REQUEST, NOT_FOUND, OK, Answer, Query

PATH = "/sell/inventory/v1"
AT_ONCE, MOST = 25, 200
LONGEST_SKU = 50
MULTI_STATUS = 207


def put_items(ebay: Ebay, _: Query, body: list[Json]) -> Answer:
    """PUT /_control/items."""
    for item in body:
        ebay.items[item["sku"]] = {"quantity": 0, "title": item["sku"], **item}
    return OK, {"items": list(ebay.items)}


def update(ebay: Ebay, _: Query, body: Json) -> Answer:
    """POST /bulk_update_price_quantity: 207 if something of it is refused."""
    if (requests := _requests(body)) is None:
        return BAD_REQUEST, _error(25709, "Invalid value for requests. At most 25.")
    done = [_update(ebay, each) for each in requests]
    return (OK if all(each["statusCode"] == OK for each in done) else MULTI_STATUS), {"responses": done}


def _update(ebay: Ebay, request: Json) -> Json:
    sku, quantity = str(request.get("sku", "")), request.get("shipToLocationAvailability", {}).get("quantity")
    if sku not in ebay.items:
        text = f"{sku} could not be found or is not available in the system."
        return {"sku": sku, "statusCode": NOT_FOUND, **_error(25702, text)}
    if not isinstance(quantity, int) or quantity < 0:
        return {"sku": sku, "statusCode": BAD_REQUEST, **_error(25709, "Invalid value for quantity.")}
    ebay.items[sku]["quantity"] = quantity
    ebay.updates.append({"reference": sku, "quantity": quantity, "at": now()})
    return {"sku": sku, "statusCode": OK, "errors": [], "warnings": []}


def read_many(ebay: Ebay, _: Query, body: Json) -> Answer:
    """POST /bulk_get_inventory_item."""
    if (requests := _requests(body)) is None:
        return BAD_REQUEST, _error(25709, "Invalid value for requests. At most 25.")
    if any(len(str(each.get("sku", ""))) > LONGEST_SKU for each in requests):
        return BAD_REQUEST, _error(25708, "Invalid SKU. Its length is more than 50.")
    found = [_found(ebay, str(each.get("sku", ""))) for each in requests]
    return (OK if all(each["statusCode"] == OK for each in found) else MULTI_STATUS), {"responses": found}


def _found(ebay: Ebay, sku: str) -> Json:
    if sku not in ebay.items:
        return {"sku": sku, "statusCode": NOT_FOUND, **_error(25702, f"SKU {sku} is not available in the system")}
    return {"sku": sku, "statusCode": OK, "inventoryItem": _item(ebay.items[sku]), "errors": []}


def _item(item: Json) -> Json:
    available = {"shipToLocationAvailability": {"quantity": item["quantity"]}}
    return {"sku": item["sku"], "availability": available, "product": {"title": item["title"]}}


def get_items(ebay: Ebay, query: Query, _: Any) -> Answer:
    """GET /inventory_item; `offset` is the number of the page, from 0."""
    limit, page = int(query.get("limit", ["25"])[0]), int(query.get("offset", ["0"])[0])
    if not 0 < limit <= MOST or page < 0:
        return BAD_REQUEST, _error(25706, "You have provided invalid pagination values.")
    items = list(ebay.items.values())
    found: Json = {"total": len(items), "limit": limit, "size": -(-len(items) // limit)}
    found["inventoryItems"] = [_item(each) for each in items[page * limit : (page + 1) * limit]]
    if (page + 1) * limit < len(items):
        found["next"] = f"{PATH}/inventory_item?{urlencode({'limit': limit, 'offset': page + 1})}"
    return OK, found


def get_offers(ebay: Ebay, query: Query, _: Any) -> Answer:
    """GET /offer: the offer of an item, which was published if the item is listed."""
    sku = query["sku"][0]
    if sku not in ebay.items:
        return NOT_FOUND, _error(25713, "This Offer is not available.")
    offer: Json = {"sku": sku, "format": "FIXED_PRICE", "status": "UNPUBLISHED"}
    if number := listed_as(sku, ebay.items[sku]):
        offer |= {"status": "PUBLISHED", "listing": {"listingId": number, "listingStatus": "ACTIVE"}}
    return OK, {"total": 1, "size": 1, "offers": [offer]}


def _requests(body: Json) -> list[Json] | None:
    found = body.get("requests")
    return found if isinstance(found, list) and 0 < len(found) <= AT_ONCE else None


def _error(number: int, text: str) -> Json:
    return errors((number, text), domain="API_INVENTORY")


ROUTES = (
    ("POST", rf"{PATH}/bulk_update_price_quantity", update),
    ("POST", rf"{PATH}/bulk_get_inventory_item", read_many),
    ("GET", rf"{PATH}/inventory_item", get_items),
    ("GET", rf"{PATH}/offer", get_offers),
    ("PUT", r"/_control/items", put_items),
)
SCOPES = (
    (rf"GET {PATH}/.*", (ITEMS, ITEMS_READ)),
    (rf"POST {PATH}/bulk_get_inventory_item", (ITEMS, ITEMS_READ)),
    (rf"POST {PATH}/.*", (ITEMS,)),
)
