"""Two ways of tracking that a store may have: core fulfillments, and the extension Shipment Tracking."""

import uuid
from typing import Any

from local.world.routes import OK, Answer, Query
from local.world.woocommerce.rest import Json, RestError, given, no_route, route
from local.world.woocommerce.store import Store, now

CREATED = 201
PROVIDERS = {
    "Germany": {"DHL": "https://dhl.example/%1$s", "DPD": "https://dpd.example/%1$s"},
    "United States": {"UPS": "https://ups.example/%1$s", "USPS": "https://usps.example/%1$s"},
}


ALIKE = ("extension", "advanced")
"""Plugins with the same API."""


def _require(store: Store, order: str, *ways: str) -> None:
    if store.settings.tracking not in ways:
        raise no_route()
    if order not in store.orders:
        raise RestError(404, "woocommerce_rest_order_invalid_id", "Invalid order ID.")


def _fulfillment(store: Store, order: str, name: str) -> Json:
    found = next((each for each in store.fulfillments.get(order, []) if str(each["id"]) == name), None)
    if found is None:
        raise RestError(400, "0", "Invalid fulfillment ID.")
    return found


def _check_items(store: Store, order: str, body: Json) -> None:
    items: list[Json] = next((each["value"] for each in body["meta_data"] if each["key"] == "_items"), [])
    lines = {line["id"]: line["quantity"] for line in store.orders[order]["line_items"]}
    if not items or any(each["qty"] < 1 or each["qty"] > lines.get(each["item_id"], 0) for each in items):
        raise RestError(400, "0", "The fulfillment should contain valid items.")


def _mail(store: Store, query: Query, order: str, found: Json, what: str) -> None:
    if found["is_fulfilled"] and given(query, "notify_customer") == "true":
        store.mails.append({"order": order, "mail": f"fulfillment {what}"})


@route
def list_fulfillments(store: Store, _: Query, __: Any, order: str) -> Answer:
    """GET /orders/{id}/fulfillments."""
    _require(store, order, "fulfillments")
    return OK, store.fulfillments.get(order, [])


@route
def post_fulfillment(store: Store, query: Query, body: Json, order: str) -> Answer:
    """POST /orders/{id}/fulfillments."""
    _require(store, order, "fulfillments")
    _check_items(store, order, body)
    fixed = {"id": store.next_id(), "entity_type": "WC_Order", "entity_id": order, "date_deleted": None}
    made = {"status": "unfulfilled", "is_fulfilled": False, **body, **fixed, "date_updated": now(), "meta_data": []}
    store.merge_meta(made, body["meta_data"])
    store.fulfillments.setdefault(order, []).append(made)
    _mail(store, query, order, made, "created")
    return CREATED, made


@route
def put_fulfillment(store: Store, query: Query, body: Json, order: str, name: str) -> Answer:
    """PUT /orders/{id}/fulfillments/{id}; meta data that the body does not have is removed."""
    _require(store, order, "fulfillments")
    found = _fulfillment(store, order, name)
    _check_items(store, order, body)
    found |= {key: value for key, value in body.items() if key != "meta_data"}
    found["meta_data"] = []
    store.merge_meta(found, body["meta_data"])
    _mail(store, query, order, found, "updated")
    return OK, found


@route
def delete_fulfillment(store: Store, query: Query, _: Any, order: str, name: str) -> Answer:
    """DELETE /orders/{id}/fulfillments/{id}."""
    _require(store, order, "fulfillments")
    found = _fulfillment(store, order, name)
    store.fulfillments[order].remove(found)
    _mail(store, query, order, found, "deleted")
    return OK, {"message": "Fulfillment deleted successfully."}


@route
def list_providers(store: Store, _: Query, __: Any) -> Answer:
    """GET /wc-shipment-tracking/v3/shipment-trackings/providers."""
    if store.settings.tracking != "extension":
        raise no_route()
    return OK, PROVIDERS


@route
def list_providers_of_order(store: Store, _: Query, __: Any, order: str) -> Answer:
    """GET /wc-shipment-tracking/v3/orders/{id}/shipment-trackings/providers; PHP writes an empty group as a list."""
    _require(store, order, *ALIKE)
    return OK, {**PROVIDERS, "Global": []}


@route
def list_trackings(store: Store, _: Query, __: Any, order: str) -> Answer:
    """GET /wc-shipment-tracking/v3/orders/{id}/shipment-trackings."""
    _require(store, order, *ALIKE)
    return OK, store.trackings.get(order, [])


@route
def post_tracking(store: Store, _: Query, body: Json, order: str) -> Answer:
    """POST /wc-shipment-tracking/v3/orders/{id}/shipment-trackings."""
    _require(store, order, *ALIKE)
    if not body.get("tracking_number"):
        raise RestError(400, "rest_missing_callback_param", "Missing parameter(s): tracking_number")
    known = {name for group in PROVIDERS.values() for name in group}
    provider = body.get("tracking_provider") or body.get("custom_tracking_provider")
    is_custom = "tracking_provider" not in body and body.get("custom_tracking_link")
    if not provider or not (is_custom or provider in known):
        raise RestError(400, "rest_invalid_param", "Invalid tracking provider.")
    made = {
        "tracking_id": uuid.uuid4().hex,
        "tracking_provider": provider,
        "tracking_link": body.get("custom_tracking_link", ""),
        "tracking_number": body["tracking_number"],
        "date_shipped": body.get("date_shipped") or now()[:10],
    }
    store.trackings.setdefault(order, []).append(made)
    return CREATED, made


@route
def delete_tracking(store: Store, _: Query, __: Any, order: str, name: str) -> Answer:
    """DELETE /wc-shipment-tracking/v3/orders/{id}/shipment-trackings/{id}."""
    _require(store, order, *ALIKE)
    found = next((each for each in store.trackings.get(order, []) if each["tracking_id"] == name), None)
    if found is None:
        raise RestError(404, "woocommerce_rest_order_invalid_tracking", "Invalid tracking.")
    store.trackings[order].remove(found)
    return OK, found
