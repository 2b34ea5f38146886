"""Products and variations of the simulated store, and batches with an error for each object."""

from typing import Any

from local.world.routes import OK, Answer, Query
from local.world.woocommerce.rest import Json, RestError, given, ids, page_of, route
from local.world.woocommerce.store import Store

MAX_BATCH = 100


def put_product(store: Store, product: Json) -> None:
    """Add or replace a product, or a variation if it has a `parent_id`."""
    name = str(product["id"])
    kind = "variation" if product.get("parent_id") else "simple"
    usual = {"name": product.get("sku") or name, "sku": "", "type": kind, "parent_id": 0, "virtual": False}
    store.products[name] = {**usual, "manage_stock": True, "stock_quantity": 0, **product, "id": int(name)}


def _listed(store: Store, query: Query, parent: int | None) -> list[Json]:
    skus, include = ids(query, "sku"), ids(query, "include")
    found = []
    for product in sorted(store.products.values(), key=lambda each: each["id"]):
        # a search by sku also finds variations, any other list of products does not
        is_here = product["parent_id"] == (parent or 0) or (parent is None and skus)
        if is_here and (not skus or product["sku"] in skus) and (not include or str(product["id"]) in include):
            found.append(product)
    return found if given(query, "order", "desc") == "asc" else found[::-1]


@route
def list_products(store: Store, query: Query, _: Any) -> Answer:
    """GET /products."""
    return page_of(query, _listed(store, query, None))


@route
def list_variations(store: Store, query: Query, _: Any, parent: str) -> Answer:
    """GET /products/{id}/variations."""
    if parent not in store.products:
        raise RestError(404, "woocommerce_rest_product_invalid_id", "Invalid ID.")
    return page_of(query, _listed(store, query, int(parent)))


@route
def batch_products(store: Store, _: Query, body: Json | None) -> Answer:
    """POST /products/batch."""
    return _batch(store, body or {}, 0)


@route
def batch_variations(store: Store, _: Query, body: Json | None, parent: str) -> Answer:
    """POST /products/{id}/variations/batch."""
    return _batch(store, body or {}, int(parent))


def _batch(store: Store, body: Json, parent: int) -> Answer:
    if sum(map(len, body.values())) > MAX_BATCH:
        raise RestError(413, "woocommerce_rest_request_entity_too_large", "Unable to accept more than 100 items.")
    with store.lock:
        return OK, {what: [_updated(store, each, parent) for each in several] for what, several in body.items()}


def _updated(store: Store, change: Json, parent: int) -> Json:
    product = store.products.get(str(change["id"]))
    if product is None or product["parent_id"] != parent:
        kind = "product_variation" if parent else "product"
        error = {"code": f"woocommerce_rest_{kind}_invalid_id", "message": "Invalid ID.", "data": {"status": 400}}
        return {"id": change["id"], "error": error}
    product["manage_stock"] = change.get("manage_stock", product["manage_stock"])
    if "stock_quantity" in change and product["manage_stock"] is True:  # else it is ignored
        product["stock_quantity"] = int(change["stock_quantity"])
        store.updates.append({"id": product["id"], "quantity": product["stock_quantity"]})
    return product


@route
def get_setting(store: Store, _: Query, __: Any) -> Answer:
    """GET /settings/products/woocommerce_manage_stock."""
    return OK, {"id": "woocommerce_manage_stock", "value": "yes" if store.settings.manages_stock else "no"}
