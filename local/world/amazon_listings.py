"""The Listings Items and Sellers APIs of the simulated Amazon; what is accepted shows after `live_after` seconds."""

import time
from typing import Any

from local.world.amazon import MERCHANT, Amazon, Json, errors, now
from local.world.routes import BAD_REQUEST, NOT_FOUND, OK, Answer, Query

PATH, SELLERS = "/listings/2021-08-01/items", "/sellers/v1/marketplaceParticipations"
MOST_IN_PAGE, MOST_FOUND = 20, 1000
AVAILABILITY = "/attributes/fulfillment_availability"
OPTIONAL = ("lead_time_to_ship_max_days", "restock_date")
REPLACE, MERGE = "replace", "merge"


def put_listings(amazon: Amazon, _: Query, body: list[Json]) -> Answer:
    """PUT /_control/listings."""
    for listing in body:
        amazon.put_listing(listing)
    return OK, {"listings": list(amazon.listings)}


def search(amazon: Amazon, query: Query, _: Any, seller: str) -> Answer:
    """GET /items/{sellerId}: pages of the first thousand."""
    if wrong := _fault(amazon, query, seller):
        return BAD_REQUEST, wrong
    size, start = int(query.get("pageSize", ["10"])[0]), int(query.get("pageToken", ["0"])[0])
    if not 0 < size <= MOST_IN_PAGE:
        return BAD_REQUEST, errors("InvalidInput", "pageSize must be between 1 and 20")
    names = sorted(amazon.listings)[:MOST_FOUND]
    found: Json = {
        "numberOfResults": len(amazon.listings),
        "items": [_item(amazon, sku, query) for sku in names[start : start + size]],
    }
    if start + size < len(names):
        found["pagination"] = {"nextToken": str(start + size)}
    return OK, found


def get_item(amazon: Amazon, query: Query, _: Any, seller: str, sku: str) -> Answer:
    """GET /items/{sellerId}/{sku}."""
    if wrong := _fault(amazon, query, seller):
        return BAD_REQUEST, wrong
    if sku not in amazon.listings:
        return NOT_FOUND, errors("NOT_FOUND", f"SKU '{sku}' not found in the marketplace")
    return OK, _item(amazon, sku, query)


def patch_item(amazon: Amazon, query: Query, body: Json, seller: str, sku: str) -> Answer:
    """PATCH /items/{sellerId}/{sku}: accepted, or invalid with its issues in a 200."""
    if wrong := _fault(amazon, query, seller):
        return BAD_REQUEST, wrong
    if not body.get("productType") or not body.get("patches"):
        return BAD_REQUEST, errors("InvalidInput", "productType and patches are required")
    if sku not in amazon.listings:
        return OK, _submission(sku, f"The SKU '{sku}' does not exist in the marketplace.", "13013")
    listing = amazon.listings[sku]
    for patch in body["patches"]:
        [value] = patch["value"]
        quantity = value.get("quantity")
        if patch["op"] not in {REPLACE, MERGE} or patch["path"] != AVAILABILITY:
            return OK, _submission(sku, "The patch is not supported by the simulated Amazon.", "90000900")
        if value.get("fulfillment_channel_code") != listing["channel"]:
            return OK, _submission(sku, "The fulfillment channel does not match the listing's.", "90057")
        if not isinstance(quantity, int) or not 0 <= quantity <= 1_000_000_000:
            return OK, _submission(sku, "The quantity is not valid.", "90244")
        listing["waiting"] = {"quantity": quantity, "at": time.time() + amazon.settings.live_after}
        _set_optional(listing, patch["op"], value)
        amazon.patches.append({"sku": sku, "quantity": quantity, "at": now()})
    return OK, _submission(sku)


def _set_optional(listing: Json, op: str, value: Json) -> None:
    """Set the handling time and the restock date; `replace` drops one that the value lacks, `merge` keeps it."""
    if op == REPLACE:
        for name in OPTIONAL:
            listing.pop(name, None)
    listing.update({name: value[name] for name in OPTIONAL if name in value})


def _submission(sku: str, issue: str = "", code: str = "") -> Json:
    issues = [{"code": code, "message": issue, "severity": "ERROR", "categories": []}] if issue else []
    return {
        "sku": sku,
        "status": "INVALID" if issue else "ACCEPTED",
        "submissionId": f"s{time.time_ns()}",
        "issues": issues,
    }


def _item(amazon: Amazon, sku: str, query: Query) -> Json:
    listing, asked = amazon.live(sku), ",".join(query.get("includedData", ["summaries"])).split(",")
    found: Json = {"sku": sku}
    if "summaries" in asked:
        place = amazon.settings.marketplaces[0]
        found["summaries"] = [{"marketplaceId": place, "productType": "PRODUCT", "itemName": listing["title"]}]
    if "fulfillmentAvailability" in asked:
        quantity = {"quantity": listing["quantity"]} if listing["channel"] == MERCHANT else {}
        found["fulfillmentAvailability"] = [{"fulfillmentChannelCode": listing["channel"], **quantity}]
    if "attributes" in asked:
        quantity = {"quantity": listing["quantity"]} if listing["channel"] == MERCHANT else {}
        optional = {name: listing[name] for name in OPTIONAL if name in listing}
        availability = {"fulfillment_channel_code": listing["channel"], **quantity, **optional}
        found["attributes"] = {"fulfillment_availability": [availability]}
    return found


def _fault(amazon: Amazon, query: Query, seller: str) -> Json | None:
    places = ",".join(query.get("marketplaceIds", [])).split(",")
    if seller != amazon.settings.seller:
        return errors("InvalidInput", "sellerId is not the seller of the token")
    if not set(places) <= set(amazon.settings.marketplaces):
        return errors("InvalidInput", "marketplaceIds is missing, or the seller is not there")
    return None


def participations(amazon: Amazon, _: Query, __: Any) -> Answer:
    """GET /sellers/v1/marketplaceParticipations."""
    return OK, {
        "payload": [
            {
                "marketplace": {"id": each, "name": each, "countryCode": "US"},
                "participation": {"isParticipating": True, "hasSuspendedListings": False},
            }
            for each in amazon.settings.marketplaces
        ]
    }


ROUTES = (
    ("GET", rf"{PATH}/([^/]+)", search),
    ("GET", rf"{PATH}/([^/]+)/([^/]+)", get_item),
    ("PATCH", rf"{PATH}/([^/]+)/([^/]+)", patch_item),
    ("GET", SELLERS, participations),
)
RATES = (
    ("searchListingsItems", rf"GET {PATH}/[^/]+", 5, 5),
    ("getListingsItem", rf"GET {PATH}/[^/]+/[^/]+", 5, 10),
    ("patchListingsItem", rf"PATCH {PATH}/.*", 5, 5),
    ("getMarketplaceParticipations", rf"GET {SELLERS}", 0.016, 15),
)
