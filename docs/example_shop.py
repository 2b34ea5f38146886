"""A shop that speaks the generic protocol of generic-channel.md, to read and to copy; it needs Python 3.11 alone.

TOKEN=the-token SECRET=the-webhook-secret python3 example_shop.py 8080
"""

import hashlib
import hmac
import json
import os
import re
import sys
import threading
import time
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit


class Shop:
    """Orders and stock; a real shop has them in its database."""

    def __init__(self, token: str, secret: str) -> None:
        self.token, self.secret = token, secret
        self.orders: dict[str, Any] = {}  # by id, each as the page describes it
        self.stock: dict[str, int] = {}  # by reference
        self.webhook_url: str | None = None  # where to send webhooks, once we were given it
        self.lock = threading.Lock()

    def change(self, order: dict[str, Any], **changes: Any) -> None:
        """Change an order; its `modified_at` moves, so that polls find it."""
        order.update(changes, modified_at=datetime.now(UTC).isoformat())

    def list_orders(self, query: dict[str, list[str]]) -> dict[str, Any]:
        """Return a page of the orders that were modified since a moment.

        The cursor is the change and id of its last order, not a number of orders: one that changes between two pages
        moves behind all others, and those behind its old place come one place ahead.
        """
        since = datetime.fromisoformat(query["modified_since"][0])
        limit = int(query.get("limit", ["50"])[0])
        last, _, name = query.get("cursor", [""])[0].partition(" ")
        places = sorted((datetime.fromisoformat(each["modified_at"]), each["id"]) for each in self.orders.values())
        if last:
            found = [place for place in places if place > (datetime.fromisoformat(last), name)]
        else:
            found = [place for place in places if place[0] >= since]
        page = found[:limit]
        more = len(found) > limit
        return {
            "orders": [self.orders[each] for _, each in page],
            "next": f"{page[-1][0].isoformat()} {page[-1][1]}" if more else None,
        }

    def set_parcels(self, order: dict[str, Any], shipment: str, parcels: list[Any], *, is_new: bool) -> None:
        """Set the parcels of a shipment; one that is stored is not added again."""
        others = [each for each in order["parcels"] if each.get("id") != shipment]
        if not is_new or len(others) == len(order["parcels"]):
            self.change(order, parcels=[*others, *({**each, "id": shipment} for each in parcels)])

    def cancel(self, order: dict[str, Any]) -> tuple[int, Any]:
        """Cancel an order of which nothing has left; its money is for a person to refund."""
        if order["parcels"]:
            return 409, {"error": "a part of the order has shipped"}
        if not order["cancelled_at"]:
            self.change(order, cancelled_at=datetime.now(UTC).isoformat())
        return 200, {}

    def is_signed(self, given: str, body: bytes) -> bool:
        """Return whether `t=<seconds>,v1=<digest>` was made with our secret, not long ago."""
        parts = [part.partition("=") for part in given.split(",")]
        at = next((value for name, _, value in parts if name == "t"), "")
        if not at.isdecimal() or abs(time.time() - int(at)) > 300:
            return False
        ours = hmac.new(self.secret.encode(), at.encode() + b"." + body, hashlib.sha256).hexdigest()
        return any(hmac.compare_digest(value.encode(), ours.encode()) for name, _, value in parts if name == "v1")

    def answer(self, method: str, target: str, headers: Any, body: bytes) -> tuple[int, Any]:
        """Answer a request with a status and JSON."""
        if not hmac.compare_digest(headers.get("Authorization", "").encode(), f"Bearer {self.token}".encode()):
            return 401, {"error": "wrong token"}
        needs_none = method == "GET" or (method, target) == ("PUT", "/webhook")  # which gives the secret to sign with
        if not needs_none and not self.is_signed(headers.get("X-Packhorse-Signature", ""), body):
            return 401, {"error": "wrong or old signature"}
        with self.lock:
            return self.route(method, target, json.loads(body) if body else {})

    def route(self, method: str, target: str, body: dict[str, Any]) -> tuple[int, Any]:
        """Do what the method and path are for."""
        path, query = urlsplit(target).path, parse_qs(urlsplit(target).query)
        if (method, path) == ("GET", "/orders"):
            return 200, self.list_orders(query)
        if (method, path) == ("PUT", "/webhook"):
            self.webhook_url, self.secret = body["url"], body["secret"]
        if path == "/webhook":
            return 200, {"url": self.webhook_url, "active": self.webhook_url is not None}
        if (method, path) == ("GET", "/stock"):
            listed = [name for name in query["reference"] if name in self.stock]
            return 200, {"stock": [{"reference": name, "quantity": self.stock[name]} for name in listed]}
        if method == "PUT" and (found := re.fullmatch("/stock/([^/]+)", path)):
            self.stock[unquote(found[1])] = body["quantity"]
            return 200, {}
        found = re.fullmatch("/orders/([^/]+)/(cancellation|shipments)(?:/([^/]+))?", path)
        order = self.orders.get(unquote(found[1])) if found else None
        if found is None or order is None:
            return 404, {"error": f"no {path}"}
        if found[2] == "cancellation":
            return self.cancel(order)
        shipment = unquote(found[3]) if found[3] else body["id"]
        self.set_parcels(order, shipment, body.get("parcels", []), is_new=method == "POST")
        return 200, {}


def server(shop: Shop, port: int) -> ThreadingHTTPServer:
    """Return a server of the shop on this machine."""

    class Handler(BaseHTTPRequestHandler):
        def respond(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            status, content = shop.answer(self.command, self.path, self.headers, body)
            raw = json.dumps(content).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(raw)))
            self.end_headers()
            self.wfile.write(raw)

        do_GET = do_POST = do_PUT = do_DELETE = respond  # noqa: N815 -- the names that http.server looks for

    return ThreadingHTTPServer(("127.0.0.1", port), Handler)


if __name__ == "__main__":
    server(Shop(os.environ["TOKEN"], os.environ["SECRET"]), int(sys.argv[1])).serve_forever()
