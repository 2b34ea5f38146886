"""A shop that speaks the generic protocol: its orders, the stock and shipments it was told, its webhooks.

Orders are the JSON documents of the protocol; the shop knows their `id` and `modified_at` and nothing more.
"""

import base64
import hashlib
import hmac
import json
import threading
import uuid
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx

from local.world.failures import Failure

Json = dict[str, Any]
PAGE = 50


@dataclass
class Settings:
    """What the merchant set up in the shop."""

    token: str = "shop-token"  # noqa: S105 -- a simulated shop's
    webhook_url: str | None = None
    webhook_secret: str = "shop-secret"  # noqa: S105


@dataclass
class Shop:
    """Everything the shop knows."""

    settings: Settings = field(default_factory=Settings)
    orders: dict[str, Json] = field(default_factory=dict)
    stock: dict[str, int] = field(default_factory=dict)
    stock_updates: list[Json] = field(default_factory=list)
    shipments: list[Json] = field(default_factory=list)
    deliveries: list[Json] = field(default_factory=list)
    failures: list[Failure] = field(default_factory=list)
    delay: float = 0.0  # seconds before every answer

    def __post_init__(self) -> None:
        self._lock = threading.Lock()

    # ---- what Packhorse asks

    def page(self, modified_since: str, cursor: str | None, limit: int) -> Json:
        """Orders modified then or later, oldest change first, ties by id."""
        after = _decoded(cursor) if cursor else (modified_since, "")
        found = sorted((order for order in list(self.orders.values()) if _place(order) > after), key=_place)
        return {"orders": found[:limit], "next": _encoded(_place(found[limit - 1])) if len(found) > limit else None}

    def set_stock(self, reference: str, quantity: int) -> None:
        """Take a quantity as absolute."""
        self.stock[reference] = quantity
        self.stock_updates.append({"reference": reference, "quantity": quantity, "at": now()})

    def add_shipment(self, order: str, shipment: Json) -> None:
        """Record it; the same id again changes nothing."""
        with self._lock:
            if any((known["order"], known["id"]) == (order, shipment["id"]) for known in self.shipments):
                return
            parcels = [{name: parcel[name] for name in ("carrier", "tracking")} for parcel in shipment["parcels"]]
            self.shipments.append({"order": order, **shipment, "at": now()})
            self.orders[order]["parcels"] = [*self.orders[order].get("parcels", []), *parcels]

    # ---- what happens in the shop

    def put_order(self, order: Json) -> str:
        """Add or replace an order, modified now unless it says when. Returns the webhook's topic."""
        topic = "order.updated" if order["id"] in self.orders else "order.created"
        self.orders[order["id"]] = {**order, "modified_at": order.get("modified_at") or now()}
        return topic

    def deliver(self, order: Json, topic: str, event: str | None = None) -> Json | None:
        """Send the webhook once and note how it was answered; None if no one is to be told."""
        if not self.settings.webhook_url:
            return None
        event = event or str(uuid.uuid4())
        status = post_webhook(self.settings, order, topic, event)
        delivery = {"order": order["id"], "topic": topic, "event": event, "status": status, "at": now()}
        self.deliveries.append(delivery)
        return delivery

    # ---- between `down` and `up`

    def save(self, file: Path) -> None:
        """Write all of it."""
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(json.dumps(asdict(self)))

    @classmethod
    def load(cls, file: Path) -> "Shop":
        """What was saved there, or a new shop."""
        if not file.exists():
            return cls()
        kept = json.loads(file.read_text())
        settings, failures = Settings(**kept.pop("settings")), [Failure(**f) for f in kept.pop("failures")]
        return cls(settings=settings, failures=failures, **kept)


def post_webhook(settings: Settings, order: Json, topic: str, event: str) -> int | None:
    """Sign and send it. The answer's status, None if nobody answered."""
    body = json.dumps(order).encode()
    headers = {
        "Content-Type": "application/json",
        "X-Packhorse-Topic": topic,
        "X-Packhorse-Signature": signature(body, settings.webhook_secret),
        "X-Packhorse-Event-Id": event,
    }
    try:
        return httpx.post(str(settings.webhook_url), content=body, headers=headers, timeout=30).status_code
    except httpx.TransportError:
        return None


def signature(body: bytes, secret: str) -> str:
    """The X-Packhorse-Signature of a raw body.

    >>> signature(b"{}", "secret")[:20]
    'sha256=77325902caca8'
    """
    return "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()


def now() -> str:
    """This moment, to the microsecond, so that two changes rarely share it."""
    return datetime.now(UTC).isoformat().replace("+00:00", "Z")


def _place(order: Json) -> tuple[str, str]:
    return order["modified_at"], order["id"]


def _encoded(place: tuple[str, str]) -> str:
    return base64.urlsafe_b64encode(json.dumps(place).encode()).decode()


def _decoded(cursor: str) -> tuple[str, str]:
    modified_at, order = json.loads(base64.urlsafe_b64decode(cursor))
    return modified_at, order
