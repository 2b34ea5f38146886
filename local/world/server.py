"""The HTTP server of the generic shop and, below their paths, of the other shops and of carriers.

Shopify is in shopify_server.py, WooCommerce in woocommerce/server.py, eBay in ebay_server.py, carriers are in
carriers/easypost_server.py and carriers/shippo_server.py, the control API of the supplier is in suppliers/server.py.

The protocol of the generic channel, with `Authorization: Bearer <token>` and, where it is set, signed calls:

    GET  /orders?modified_since=&cursor=&limit=      POST /orders/{id}/shipments
    PUT  /stock/{reference}                          PUT, DELETE /orders/{id}/shipments/{shipment}
    GET  /stock?reference=&reference=                PUT  /orders/{id}/cancellation
    GET  /listings?cursor=&limit=                    GET, PUT /webhook

The control API for tests and the demo, without a token:

    PUT    /_control/settings     {"token", "webhook_url", "webhook_secret", "requires_signature"}, any of them
    POST   /_control/orders       an order or a list: added or replaced, then sent by webhook (not with ?webhook=false)
    POST   /_control/webhooks     {"order": id, "topic", "event"}: send a webhook (again)
    POST   /_control/stock        {reference: quantity}: change the shop's own quantities, as a sale does
    PUT    /_control/listings     [{"reference", "sku", "title"}]: what the shop sells, in place of what it sold
    POST   /_control/failures     {"status", "times", "method", "path", "ending", "text", "retry_after"}: return this
                                  status instead, for any method and path by default; with "after": true the request
                                  takes effect first; status 0: close the connection, the answer is lost
    PUT    /_control/delay        {"seconds"}: before every response to Packhorse
    GET    /_control/received     the whole state: settings, orders, stock, stock_updates, shipments, deliveries, ...
    DELETE /_control              reset the state
"""

from collections.abc import Callable
from dataclasses import replace
from email.message import Message
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, NamedTuple

from local.loopback import refusal
from local.world import control, shopify_server
from local.world.carriers import easypost_server, shippo_server
from local.world.carriers.easypost import EasyPostAccount
from local.world.carriers.shippo import ShippoAccount
from local.world.control import Protocol, Request
from local.world.failures import LOST
from local.world.routes import BAD_REQUEST, CONFLICT, FORBIDDEN, NOT_FOUND, OK, Answer, Query, reply_of, routes
from local.world.shop import PAGE, Json, Shop, is_signed
from local.world.shopify_store import Store
from local.world.shopify_webhooks import send_events

MAX_REFERENCES = 50

# ---- the shop's protocol


def list_orders(shop: Shop, query: Query, _: Any) -> Answer:
    """GET /orders."""
    limit = min(int(query.get("limit", [str(PAGE)])[0]), 250)
    return OK, shop.page(query.get("modified_since", [""])[0], query.get("cursor", [None])[0], limit)


def put_stock(shop: Shop, _: Query, body: Json, reference: str) -> Answer:
    """PUT /stock/{reference}."""
    shop.set_stock(reference, int(body["quantity"]))
    return OK, {"reference": reference, "quantity": shop.stock[reference]}


def get_stock(shop: Shop, query: Query, _: Any) -> Answer:
    """GET /stock."""
    references = query["reference"]
    if len(references) > MAX_REFERENCES:
        return BAD_REQUEST, {"error": f"at most {MAX_REFERENCES} references"}
    listed = [reference for reference in references if reference in shop.stock]
    return OK, {"stock": [{"reference": reference, "quantity": shop.stock[reference]} for reference in listed]}


def get_listings(shop: Shop, query: Query, _: Any) -> Answer:
    """GET /listings."""
    limit = min(int(query.get("limit", [str(PAGE)])[0]), 250)
    return OK, shop.listing_page(query.get("cursor", [None])[0], limit)


def get_webhook(shop: Shop, _: Query, __: Any) -> Answer:
    """GET /webhook."""
    return OK, {"url": shop.settings.webhook_url, "active": shop.settings.webhook_url is not None}


def put_webhook(shop: Shop, _: Query, body: Json) -> Answer:
    """PUT /webhook."""
    shop.settings = replace(shop.settings, webhook_url=body["url"], webhook_secret=body["secret"])
    return get_webhook(shop, {}, None)


def put_listings(shop: Shop, _: Query, body: list[Json]) -> Answer:
    """PUT /_control/listings."""
    shop.listings = {each["reference"]: each for each in body}
    return OK, {"listings": list(shop.listings)}


def post_shipment(shop: Shop, _: Query, body: Json, order: str) -> Answer:
    """POST /orders/{id}/shipments."""
    if order not in shop.orders:
        return NOT_FOUND, {"error": f"no order {order}"}
    shop.add_shipment(order, body)
    return OK, {"id": body["id"]}


def put_shipment(shop: Shop, _: Query, body: Json, order: str, shipment: str) -> Answer:
    """PUT /orders/{id}/shipments/{shipment}."""
    if order not in shop.orders or not shop.replace_shipment(order, {**body, "id": shipment}):
        return NOT_FOUND, {"error": f"no shipment {shipment} of order {order}"}
    return OK, {"id": shipment}


def delete_shipment(shop: Shop, _: Query, __: Any, order: str, shipment: str) -> Answer:
    """DELETE /orders/{id}/shipments/{shipment}."""
    if order not in shop.orders:
        return NOT_FOUND, {"error": f"no order {order}"}
    shop.remove_shipment(order, shipment)
    return OK, {"id": shipment}


def put_cancellation(shop: Shop, _: Query, body: Json, order: str) -> Answer:
    """PUT /orders/{id}/cancellation."""
    if order not in shop.orders:
        return NOT_FOUND, {"error": f"no order {order}"}
    problem = shop.cancel(order, bool(body["restock"]))
    return (CONFLICT, {"error": problem}) if problem else (OK, {"id": order})


# ---- the control API


def put_orders(shop: Shop, query: Query, body: Any) -> Answer:
    """POST /_control/orders."""
    orders = body if isinstance(body, list) else [body]
    topics = {order["id"]: shop.put_order(order) for order in orders}
    by_webhook = query.get("webhook") != ["false"]
    deliveries = [shop.deliver(shop.orders[order], topic) for order, topic in topics.items()] if by_webhook else []
    return OK, {"orders": [shop.orders[order] for order in topics], "deliveries": deliveries}


def post_stock(shop: Shop, _: Query, body: dict[str, int]) -> Answer:
    """POST /_control/stock."""
    shop.stock |= body
    return OK, shop.stock


def post_webhook(shop: Shop, _: Query, body: Json) -> Answer:
    """POST /_control/webhooks."""
    return OK, shop.deliver(shop.orders[body["order"]], body.get("topic", "order.updated"), body.get("event"))


ROUTES = routes(
    ("GET", r"/orders", list_orders),
    ("GET", r"/stock", get_stock),
    ("GET", r"/listings", get_listings),
    ("GET", r"/webhook", get_webhook),
    ("PUT", r"/webhook", put_webhook),
    ("PUT", r"/stock/([^/]+)", put_stock),
    ("POST", r"/orders/([^/]+)/shipments", post_shipment),
    ("PUT", r"/orders/([^/]+)/shipments/([^/]+)", put_shipment),
    ("DELETE", r"/orders/([^/]+)/shipments/([^/]+)", delete_shipment),
    ("PUT", r"/orders/([^/]+)/cancellation", put_cancellation),
    ("PUT", r"/_control/listings", put_listings),
    ("POST", r"/_control/orders", put_orders),
    ("POST", r"/_control/stock", post_stock),
    ("POST", r"/_control/webhooks", post_webhook),
)


PROTOCOL = Protocol(ROUTES, lambda text: {"error": text}, "wrong or missing token or signature")


def answer(shop: Shop, method: str, target: str, token: str, body: bytes, signature: str = "") -> Answer:
    """Answer a request with the given `Authorization` and `X-Packhorse-Signature` headers."""
    has_token = token == f"Bearer {shop.settings.token}"
    gives_secret = (method, target) == ("PUT", "/webhook")  # which nothing can be signed with before
    needs_none = method == "GET" or gives_secret or not (signature or shop.settings.requires_signature)
    is_authorized = has_token and (needs_none or is_signed(signature, body, shop.settings.webhook_secret))
    return control.answer(PROTOCOL, shop, Request(method, target, body, is_authorized))


class Carriers(NamedTuple):
    """The accounts of the simulated carriers, each below a path of its own."""

    easypost: EasyPostAccount
    shippo: ShippoAccount

    def answer(self, method: str, target: str, headers: Message, body: bytes) -> Answer | None:
        """Answer a request to one of them; None if it is for none."""
        token, host = headers.get("Authorization", ""), headers.get("Host", "")
        if target.startswith(f"{easypost_server.PREFIX}/"):
            return easypost_server.answer(self.easypost, method, target, token, body, host)
        if target.startswith(f"{shippo_server.PREFIX}/"):
            return shippo_server.answer(self.shippo, method, target, token, body, host)
        return None


Beside = Callable[[str, str, Message, bytes], Answer | None]
"""Answers a request by method, target, headers and body; None if it is for another."""


def server(
    shop: Shop,
    port: int = 0,
    store: Store | None = None,
    carriers: Carriers | None = None,
    *beside: Beside,
) -> ThreadingHTTPServer:
    """Create a server of the shop and the others on a local port (0: a free one), not yet serving."""
    shopify, sellers = store or Store(), carriers or Carriers(EasyPostAccount(), ShippoAccount())

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        wbufsize = -1  # headers and body in one packet: a second one would wait for an acknowledgement

        def _respond(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            reason = refusal({name.lower(): value for name, value in self.headers.items()})
            status, content = self._answer(body) if reason is None else (FORBIDDEN, {"error": reason})
            if status == LOST:
                self.close_connection = True
                return
            reply = reply_of(content)
            self.send_response(status)
            for name, value in {"Content-Type": reply.media_type, **reply.headers}.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(reply.body)))
            self.end_headers()
            self.wfile.write(reply.body)

        def _answer(self, body: bytes) -> Answer:
            if self.path.startswith(f"{shopify_server.PREFIX}/"):
                token = self.headers.get("X-Shopify-Access-Token", "")
                answered = shopify_server.answer(shopify, self.command, self.path, token, body)
                send_events(shopify)
                return answered
            for others in (sellers.answer, *beside):
                if found := others(self.command, self.path, self.headers, body):
                    return found
            token, signature = (self.headers.get(name, "") for name in ("Authorization", "X-Packhorse-Signature"))
            return answer(shop, self.command, self.path, token, body, signature)

        do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = _respond  # noqa: N815 -- the names that http.server looks for

    return ThreadingHTTPServer(("127.0.0.1", port), Handler)
