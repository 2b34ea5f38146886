"""A shop of the generic protocol: its orders, the stock and shipments that it received, its webhooks.

Orders are the JSON documents of the protocol, of which the shop reads only `id` and `modified_at`.
"""

import base64
import hashlib
import hmac
import json
import threading
import time
import uuid
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import httpx

from local.world.failures import Failure

Json = dict[str, Any]
PAGE = 50
TOLERANCE = 300


@dataclass
class Settings:
    """The settings of the shop that a merchant would enter."""

    token: str = "shop-token"  # noqa: S105 -- a simulated shop's
    webhook_url: str | None = None
    webhook_secret: str = "shop-secret"  # noqa: S105
    requires_signature: bool = False


@dataclass
class Shop:
    """The whole state of the shop."""

    settings: Settings = field(default_factory=Settings)
    orders: dict[str, Json] = field(default_factory=dict)
    stock: dict[str, int] = field(default_factory=dict)
    stock_updates: list[Json] = field(default_factory=list)
    shipments: list[Json] = field(default_factory=list)
    cancellations: list[Json] = field(default_factory=list)
    cancel_calls: list[str] = field(default_factory=list)
    deliveries: list[Json] = field(default_factory=list)
    listings: dict[str, Json] = field(default_factory=dict)
    failures: list[Failure] = field(default_factory=list)
    delay: float = 0.0  # seconds before every response

    def __post_init__(self) -> None:
        self._lock = threading.Lock()

    # ---- requests of Packhorse

    def page(self, modified_since: str, cursor: str | None, limit: int) -> Json:
        """Return a page of the orders modified since a moment (inclusive), sorted by change and id."""
        after = _decode(cursor) if cursor else (modified_since, "")
        found = sorted((order for order in list(self.orders.values()) if _position(order) > after), key=_position)
        return {"orders": found[:limit], "next": _encode(_position(found[limit - 1])) if len(found) > limit else None}

    def listing_page(self, cursor: str | None, limit: int) -> Json:
        """Return a page of what the shop sells, by reference."""
        found = [each for _, each in sorted(self.listings.items()) if each["reference"] > (cursor or "")]
        return {"listings": found[:limit], "next": found[limit - 1]["reference"] if len(found) > limit else None}

    def set_stock(self, reference: str, quantity: int) -> None:
        """Replace a quantity."""
        self.stock[reference] = quantity
        self.stock_updates.append({"reference": reference, "quantity": quantity, "at": now()})

    def add_shipment(self, order: str, shipment: Json) -> None:
        """Record a shipment; a repeated id changes nothing."""
        with self._lock:
            if any((each["order"], each["id"]) == (order, shipment["id"]) for each in self.shipments):
                return
            self.shipments.append({"order": order, **shipment, "at": now()})
            self._list_parcels(order)

    def replace_shipment(self, order: str, shipment: Json) -> bool:
        """Replace a shipment; return whether it exists."""
        with self._lock:
            found = [each for each in self.shipments if (each["order"], each["id"]) == (order, shipment["id"])]
            for each in found:
                each.update(shipment)
            self._list_parcels(order)
            return bool(found)

    def remove_shipment(self, order: str, shipment: str) -> None:
        """Remove a shipment; one that is gone stays so."""
        with self._lock:
            self.shipments[:] = [each for each in self.shipments if (each["order"], each["id"]) != (order, shipment)]
            self._list_parcels(order, gone=shipment)

    def cancel(self, order: str, restock: bool) -> str:
        """Cancel an order; return why it is not, empty if it is: one that is cancelled stays so."""
        with self._lock:
            self.cancel_calls.append(order)
            found = self.orders[order]
            if found.get("cancelled_at"):
                return ""
            if found.get("parcels") or found.get("shipped_at"):
                return "a part of the order has shipped"
            self.cancellations.append({"order": order, "restock": restock, "at": now()})
            self.orders[order] = {**found, "cancelled_at": now(), "modified_at": now()}
            return ""

    def _list_parcels(self, order: str, gone: str = "") -> None:
        """Have the order list its shipments beside the shop's own parcels."""
        sent_ids = {gone, *(each["id"] for each in self.shipments if each["order"] == order)}
        own = [each for each in self.orders[order].get("parcels", []) if each.get("id") not in sent_ids]
        sent = [
            {"id": each["id"], **parcel}
            for each in self.shipments
            if each["order"] == order
            for parcel in each["parcels"]
        ]
        self.orders[order]["parcels"] = [*own, *sent]

    # ---- changes in the shop

    def put_order(self, order: Json) -> str:
        """Add or replace an order, modified now unless it has `modified_at`; return the topic of its webhook."""
        topic = "order.updated" if order["id"] in self.orders else "order.created"
        self.orders[order["id"]] = {**order, "modified_at": order.get("modified_at") or now()}
        return topic

    def deliver(self, order: Json, topic: str, event: str | None = None) -> Json | None:
        """Send a webhook once and record the status of the response; return None without a webhook URL."""
        if not self.settings.webhook_url:
            return None
        event = event or str(uuid.uuid4())
        status = post_webhook(self.settings, order, topic, event)
        delivery = {"order": order["id"], "topic": topic, "event": event, "status": status, "at": now()}
        self.deliveries.append(delivery)
        return delivery


def post_webhook(settings: Settings, order: Json, topic: str, event: str) -> int | None:
    """Sign and send a webhook; return the status of the response, None without one."""
    body = json.dumps(order).encode()
    headers = {
        "Content-Type": "application/json",
        "X-Packhorse-Topic": topic,
        "X-Packhorse-Signature": timed_signature(body, settings.webhook_secret, int(time.time())),
        "X-Packhorse-Event-Id": event,
    }
    try:
        return httpx.post(str(settings.webhook_url), content=body, headers=headers, timeout=30).status_code
    except httpx.TransportError:
        return None


def signature(body: bytes, secret: str) -> str:
    """Return the X-Packhorse-Signature of a raw body.

    >>> signature(b"{}", "secret")[:20]
    'sha256=77325902caca8'
    """
    return "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()


def timed_signature(body: bytes, secret: str, at: int) -> str:
    """Return the X-Packhorse-Signature of a raw body at a time in seconds.

    >>> timed_signature(b"{}", "secret", 1764150000)[:25]
    't=1764150000,v1=b1d170645'
    """
    return f"t={at},v1={hmac.new(secret.encode(), b'%d.' % at + body, hashlib.sha256).hexdigest()}"


def is_signed(given: str, body: bytes, secret: str) -> bool:
    """Return whether a call was signed with the secret, not long ago."""
    at = given.partition(",")[0].removeprefix("t=")
    if not at.isdecimal() or abs(time.time() - int(at)) > TOLERANCE:
        return False
    ours = timed_signature(body, secret, int(at)).partition(",")[2]
    return any(hmac.compare_digest(ours.encode(), each.encode()) for each in given.split(",")[1:])


def now() -> str:
    """Return the current time in microseconds, so that two changes rarely have the same."""
    return datetime.now(UTC).isoformat().replace("+00:00", "Z")


def _position(order: Json) -> tuple[str, str]:
    return order["modified_at"], order["id"]


def _encode(position: tuple[str, str]) -> str:
    return base64.urlsafe_b64encode(json.dumps(position).encode()).decode()


def _decode(cursor: str) -> tuple[str, str]:
    modified_at, order = json.loads(base64.urlsafe_b64decode(cursor))
    return modified_at, order
