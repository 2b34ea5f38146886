"""The WooCommerce store over HTTP, below /woocommerce.

WordPress' REST API, with the consumer key and secret by HTTP Basic authentication:

    /wp-json/wc/v3/orders, /orders/{id}, /orders/{id}/refunds, /orders/{id}/notes, /orders/{id}/fulfillments
    /wp-json/wc/v3/products, /products/batch, /products/{id}/variations, /products/{id}/variations/batch
    /wp-json/wc/v3/webhooks, /settings/products/woocommerce_manage_stock
    /wp-json/wc-shipment-tracking/v3/orders/{id}/shipment-trackings

The control API for tests and the demo, without a token:

    PUT    /_control/settings     {"key", "secret", "permissions", "tracking", "sorts_by_change", "manages_stock",
                                  "statuses"}, any of them (see store.py)
    POST   /_control/orders       an order of the API or a list, its refunds with their lines: added or replaced, then
                                  sent by webhook (not with ?webhook=false)
    DELETE /_control/orders/{id}  move to the trash, sent by webhook, too
    POST   /_control/webhooks     {"order": id, "topic"}: send webhooks (again)
    PUT    /_control/products     [{"id", "sku", "parent_id", "manage_stock", "stock_quantity"}]: added or replaced
    PUT    /_control/drift        [order ids]: modified as soon as a page of orders was read
    POST   /_control/failures     as of the generic shop (server.py)
    PUT    /_control/delay        {"seconds"}
    GET    /_control/received     the whole state
    DELETE /_control              reset the state
"""

import base64
from collections.abc import Callable
from email.message import Message
from typing import Any

from local.world import control
from local.world.control import CONTROL, Protocol, Request
from local.world.routes import OK, Answer, Query, routes
from local.world.woocommerce import hooks, orders, products, tracking
from local.world.woocommerce.rest import Json, no_route
from local.world.woocommerce.store import Store

PREFIX = "/woocommerce"
API = r"/wp-json/wc/v3"
ORDER = rf"{API}/orders/(\d+)"
EXTENSION = r"/wp-json/wc-shipment-tracking/v3/orders/(\d+)/shipment-trackings"


def post_orders(store: Store, query: Query, body: Any) -> Answer:
    """POST /_control/orders."""
    with store.lock:
        topics = {str(each["id"]): store.put_order(each) for each in (body if isinstance(body, list) else [body])}
    by_webhook = query.get("webhook") != ["false"]
    sent = [each for name, topic in topics.items() for each in hooks.send(store, name, topic)] if by_webhook else []
    return OK, {"orders": list(topics), "deliveries": sent}


def trash_order(store: Store, _: Query, __: Any, order: str) -> Answer:
    """DELETE /_control/orders/{id}."""
    store.order(order)["status"] = "trash"
    store.touch(order)
    return OK, {"deliveries": hooks.send(store, order, "order.deleted")}


def post_webhook(store: Store, _: Query, body: Json) -> Answer:
    """POST /_control/webhooks."""
    return OK, {"deliveries": hooks.send(store, str(body["order"]), body.get("topic", "order.updated"))}


def put_products(store: Store, _: Query, body: list[Json]) -> Answer:
    """PUT /_control/products."""
    for product in body:
        products.put_product(store, product)
    return OK, {"products": list(store.products)}


def put_drift(store: Store, _: Query, body: list[Any]) -> Answer:
    """PUT /_control/drift."""
    store.drifting = [str(each) for each in body]
    return OK, store.drifting


ROUTES = routes(
    ("GET", rf"{API}/orders", orders.list_orders),
    ("GET", ORDER, orders.get_order),
    ("PUT", ORDER, orders.put_order),
    ("GET", rf"{ORDER}/refunds", orders.list_refunds),
    ("GET", rf"{ORDER}/notes", orders.list_notes),
    ("POST", rf"{ORDER}/notes", orders.post_note),
    ("DELETE", rf"{ORDER}/notes/(\d+)", orders.delete_note),
    ("GET", rf"{ORDER}/fulfillments", tracking.list_fulfillments),
    ("POST", rf"{ORDER}/fulfillments", tracking.post_fulfillment),
    ("PUT", rf"{ORDER}/fulfillments/(\d+)", tracking.put_fulfillment),
    ("DELETE", rf"{ORDER}/fulfillments/(\d+)", tracking.delete_fulfillment),
    ("GET", r"/wp-json/wc-shipment-tracking/v3/shipment-trackings/providers", tracking.list_providers),
    ("GET", rf"{EXTENSION}/providers", tracking.list_providers_of_order),
    ("GET", EXTENSION, tracking.list_trackings),
    ("POST", EXTENSION, tracking.post_tracking),
    ("DELETE", rf"{EXTENSION}/(\w+)", tracking.delete_tracking),
    ("GET", rf"{API}/products", products.list_products),
    ("POST", rf"{API}/products/batch", products.batch_products),
    ("GET", rf"{API}/products/(\d+)/variations", products.list_variations),
    ("POST", rf"{API}/products/(\d+)/variations/batch", products.batch_variations),
    ("GET", rf"{API}/settings/products/woocommerce_manage_stock", products.get_setting),
    ("GET", rf"{API}/webhooks", hooks.list_webhooks),
    ("POST", rf"{API}/webhooks", hooks.post_webhook),
    ("PUT", rf"{API}/webhooks/(\d+)", hooks.put_webhook),
    ("DELETE", rf"{API}/webhooks/(\d+)", hooks.delete_webhook),
    ("POST", r"/_control/orders", post_orders),
    ("DELETE", r"/_control/orders/(\d+)", trash_order),
    ("POST", r"/_control/webhooks", post_webhook),
    ("PUT", r"/_control/products", put_products),
    ("PUT", r"/_control/drift", put_drift),
)


def _error(text: str) -> Json:
    return {"code": "woocommerce_rest_cannot_view", "message": text, "data": {"status": 401}}


PROTOCOL = Protocol(ROUTES, _error, "Sorry, you cannot list resources.")


def answer(store: Store, method: str, target: str, authorization: str, body: bytes) -> Answer:
    """Answer a request with the given `Authorization` header; a key that may only read changes nothing."""
    path = target.removeprefix(PREFIX)
    pair = f"{store.settings.key}:{store.settings.secret}"
    may = method == "GET" or store.settings.permissions == "read_write"
    is_authorized = may and authorization == f"Basic {base64.b64encode(pair.encode()).decode()}"
    status, content = control.answer(PROTOCOL, store, Request(method, path, body, is_authorized))
    is_unrouted = status == no_route().status and isinstance(content, dict) and set(content) == {"error"}
    return (status, no_route().body) if is_unrouted and not path.startswith(CONTROL) else (status, content)


def site(store: Store) -> Callable[[str, str, Message, bytes], Answer | None]:
    """Return what answers the requests to the store, and None to any other."""

    def respond(method: str, target: str, headers: Message, body: bytes) -> Answer | None:
        is_ours = target.startswith(f"{PREFIX}/")
        return answer(store, method, target, headers.get("Authorization", ""), body) if is_ours else None

    return respond
