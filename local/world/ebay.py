"""A simulated eBay: one seller's orders, parcels, listings of both kinds, tokens and subscriptions to notifications."""

import secrets
import threading
import time
import zlib
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from local.world.failures import Failure

Json = dict[str, Any]
SCOPE = "https://api.ebay.com/oauth/api_scope"
ORDERS, ORDERS_READ = f"{SCOPE}/sell.fulfillment", f"{SCOPE}/sell.fulfillment.readonly"
ITEMS, ITEMS_READ = f"{SCOPE}/sell.inventory", f"{SCOPE}/sell.inventory.readonly"
SUBSCRIPTIONS = f"{SCOPE}/commerce.notification.subscription"
SELLER = (SCOPE, ORDERS, ITEMS, SUBSCRIPTIONS)
"""What the seller allowed the application when it connected."""
PATH = "/sell/fulfillment/v1/order"


@dataclass
class Settings:
    """The application, the consent of the seller, how long access tokens are valid, and what orders say."""

    client_id: str = "Packhorse-App"
    client_secret: str = "Packhorse-Cert"  # noqa: S105 -- a simulated eBay's
    refresh_token: str = "v^1.1#seller"  # noqa: S105
    token_seconds: int = 7200
    seller: str = "packhorse_home"
    scopes: tuple[str, ...] | list[str] = SELLER
    counts_units: bool = True  # fulfilments say how many units of a line they hold
    trading_calls: int = 5000  # of the Trading API, a day
    alert_email: str = "developer@example.com"  # without one eBay sends no notifications


@dataclass
class Ebay:
    """The whole state."""

    settings: Settings = field(default_factory=Settings)
    orders: dict[str, Json] = field(default_factory=dict)
    fulfilments: dict[str, list[Json]] = field(default_factory=dict)
    items: dict[str, Json] = field(default_factory=dict)  # of the Inventory API, by sku
    listings: dict[str, Json] = field(default_factory=dict)  # of the Trading API, by item number
    trading_calls: dict[str, int] = field(default_factory=dict)  # by day
    updates: list[Json] = field(default_factory=list)
    tokens: dict[str, Json] = field(default_factory=dict)
    destinations: dict[str, Json] = field(default_factory=dict)
    subscriptions: dict[str, Json] = field(default_factory=dict)
    deliveries: list[Json] = field(default_factory=list)
    signing_key: str = ""  # PEM, made at the first notification
    failures: list[Failure] = field(default_factory=list)
    delay: float = 0.0  # seconds before every response

    def __post_init__(self) -> None:
        self.lock = threading.RLock()

    # ---- tokens

    def issue(self, scopes: tuple[str, ...] | list[str], *, of_seller: bool) -> str:
        """Return a new access token."""
        token = f"v^1.1#{secrets.token_urlsafe(16)}"
        until = time.time() + self.settings.token_seconds
        self.tokens[token] = {"until": until, "scopes": list(scopes), "of_seller": of_seller}
        return token

    def scopes_of(self, token: str) -> list[str] | None:
        """Return what a token allows; None if it is none, or has expired."""
        found = self.tokens.get(token)
        return list(found["scopes"]) if found and time.time() < found["until"] else None

    # ---- orders

    def put_order(self, order: Json) -> None:
        """Add or replace an order, modified now unless it says when; a new one takes its units from what is offered."""
        if order["orderId"] not in self.orders and order.get("cancelStatus", {}).get("cancelState") != "CANCELED":
            self._take_units(order)
        self.orders[order["orderId"]] = {**order, "lastModifiedDate": order.get("lastModifiedDate") or now()}

    def _take_units(self, order: Json) -> None:
        """Lower the quantities of items of the Inventory API; listings of the Trading API count what they sold."""
        for line in order["lineItems"]:
            sku, item = line.get("sku"), self.items.get(line.get("sku") or "")
            listing = self.listings.get(line.get("legacyItemId") or "")
            if item and listed_as(sku, item):
                item["quantity"] = max(0, item["quantity"] - line["quantity"])
            elif listing:
                part = (listing.get("variations") or {}).get(sku, listing)
                part["sold"] = min(part.get("quantity", 0), part.get("sold", 0) + line["quantity"])

    def listed(self, order: Json) -> Json:
        """Return an order as getOrders has it: with addresses of its parcels, without requests to cancel."""
        found = self.whole(order)
        found.setdefault("cancelStatus", {"cancelState": "NONE_REQUESTED"})["cancelRequests"] = []
        return found

    def whole(self, order: Json) -> Json:
        """Return an order as getOrder has it."""
        name = order["orderId"]
        sent = self.fulfilments.get(name, [])
        hrefs = [f"https://api.ebay.com{PATH}/{name}/shipping_fulfillment/{each['fulfillmentId']}" for each in sent]
        return {**deepcopy(order), "fulfillmentHrefs": hrefs}

    def ship(self, name: str, body: Json) -> Json:
        """Mark units as shipped; the id of a fulfilment is its tracking number, or 999 and on without one."""
        order, sent = self.orders[name], self.fulfilments.setdefault(name, [])
        tracking = body.get("trackingNumber")
        made = {
            "fulfillmentId": tracking or str(999 + len(sent)),
            "shippingCarrierCode": body.get("shippingCarrierCode"),
            "shipmentTrackingNumber": tracking,
            "shippedDate": body.get("shippedDate") or now(),
            "lineItems": [{"quantity": 1, **each} for each in body["lineItems"]],
        }
        sent.append({key: value for key, value in made.items() if value is not None})
        self._count_sent(order, sent)
        return made

    def _count_sent(self, order: Json, sent: list[Json]) -> None:
        states = []
        for line in order["lineItems"]:
            units = sum(
                part["quantity"]
                for each in sent
                for part in each["lineItems"]
                if part["lineItemId"] == line["lineItemId"]
            )
            line["lineItemFulfillmentStatus"] = _state(units, line["quantity"])
            states.append(line["lineItemFulfillmentStatus"])
        if set(states) == {"FULFILLED"}:
            order["orderFulfillmentStatus"] = "FULFILLED"
        else:
            order["orderFulfillmentStatus"] = "NOT_STARTED" if set(states) == {"NOT_STARTED"} else "IN_PROGRESS"
        order["lastModifiedDate"] = now()


def listed_as(sku: str, item: Json) -> str:
    """Return the number of the listing that an item's offer published; empty if it is not published."""
    return str(item.get("listing", f"3{zlib.crc32(sku.encode()):011}"))


def _state(units: int, ordered: int) -> str:
    if units >= ordered:
        return "FULFILLED"
    return "IN_PROGRESS" if units else "NOT_STARTED"


def now() -> str:
    """Return the current time as eBay writes it."""
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
