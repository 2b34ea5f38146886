"""A simulated Amazon: one seller's orders, packages, listings and tokens."""

import secrets
import threading
import time
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from local.world.failures import Failure

Json = dict[str, Any]
PENDING = frozenset({"PENDING", "PENDING_AVAILABILITY"})
GONE = "CANCELLED"
MERCHANT = "DEFAULT"
ROLES = ("Product Listing", "Inventory and Order Tracking", "Amazon Fulfillment")
"""What the seller allows the application."""


@dataclass
class Settings:
    """The application, the seller's authorisation, and how long things take; seconds.

    `speeds` are those that are offered, `refused_features` those that no box can have. Orders that Amazon ships for
    other channels move to their next state `moves_after` each; without, the control moves them. They are found by their
    id, and listed, `seen_after` they were sent: their id is taken at once.
    """

    client_id: str = "amzn1.application-oa2-client.packhorse"
    client_secret: str = "amzn1.oa2-cs.v1.packhorse"  # noqa: S105 -- a simulated Amazon's
    refresh_token: str = "Atzr|seller"  # noqa: S105
    token_seconds: int = 3600
    seller: str = "A3TH9S8BH6GOGM"
    marketplaces: tuple[str, ...] | list[str] = ("ATVPDKIKX0DER",)
    listed_after: float = 120.0
    live_after: float = 0.0
    has_rates: bool = True
    speeds: tuple[str, ...] | list[str] = ("Standard", "Expedited", "Priority")
    refused_features: tuple[str, ...] | list[str] = ()
    moves_after: float | None = None
    seen_after: float = 0.0
    roles: tuple[str, ...] | list[str] = ROLES
    report_after: float = 0.0
    report_encoding: str = "cp1252"
    report_fails: str = ""  # FATAL or CANCELLED
    has_notifications: bool = True
    deliveries: int = 1  # of each notification


@dataclass
class Amazon:
    """The whole state."""

    settings: Settings = field(default_factory=Settings)
    orders: dict[str, Json] = field(default_factory=dict)
    listings: dict[str, Json] = field(default_factory=dict)  # by sku, as they are live
    patches: list[Json] = field(default_factory=list)
    tokens: dict[str, float] = field(default_factory=dict)
    grantless: dict[str, float] = field(default_factory=dict)  # tokens of the application
    destinations: dict[str, Json] = field(default_factory=dict)  # by id
    subscriptions: dict[str, Json] = field(default_factory=dict)  # by type
    outbox: list[Json] = field(default_factory=list)  # notifications to be sent
    sent: list[Json] = field(default_factory=list)
    outbound: dict[str, Json] = field(default_factory=dict)  # by the seller's id
    stock: dict[str, Json] = field(default_factory=dict)  # of Amazon's warehouses, by sku
    pages: dict[str, Json] = field(default_factory=dict)  # by pagination token
    reports: dict[str, Json] = field(default_factory=dict)  # by id
    downloads: dict[str, float] = field(default_factory=dict)  # until when, by key
    origin: str = ""  # where it was called last
    buckets: dict[str, list[float]] = field(default_factory=dict)  # operation: units left, at
    failures: list[Failure] = field(default_factory=list)
    delay: float = 0.0  # seconds before every response

    def __post_init__(self) -> None:
        self.lock = threading.RLock()

    # ---- tokens and rates

    def issue(self, *, is_grantless: bool = False) -> str:
        """Return a new access token, of the seller or of the application alone."""
        token = f"{'Atc' if is_grantless else 'Atza'}|{secrets.token_urlsafe(16)}"
        issued = self.grantless if is_grantless else self.tokens
        issued[token] = time.time() + self.settings.token_seconds
        return token

    def is_valid(self, token: str, *, is_grantless: bool = False) -> bool:
        """Return whether a token is the seller's, or the application's, and has not expired."""
        issued = self.grantless if is_grantless else self.tokens
        return time.time() < issued.get(token, 0)

    def takes(self, operation: str, rate: float, burst: float) -> bool:
        """Return whether an operation has a call left, and take it."""
        with self.lock:
            now = time.time()
            left, at = self.buckets.get(operation, [burst, now])
            left = min(burst, left + (now - at) * rate)
            self.buckets[operation] = [left - 1 if left >= 1 else left, now]
            return left >= 1 or not self.settings.has_rates

    # ---- orders

    def put_order(self, order: Json) -> None:
        """Add or replace an order, modified now unless it says when; a new one takes its units from what is offered."""
        if order["orderId"] not in self.orders:
            self._take_units(order)
        kept = self.orders.get(order["orderId"], {}).get("packages", [])
        self.orders[order["orderId"]] = {"packages": kept, "lastUpdatedTime": now(), **order}

    def _take_units(self, order: Json) -> None:
        """Lower the quantities of what the seller ships, at once and whether the payment is authorised or not."""
        by_seller = order["fulfillment"].get("fulfilledBy") == "MERCHANT"
        if not by_seller or order["fulfillment"]["fulfillmentStatus"] == GONE:
            return
        for line in order["orderItems"]:
            listing = self.listings.get(line["product"].get("sellerSku", ""))
            if listing and listing["channel"] == MERCHANT:
                self.live(listing["sku"])
                listing["quantity"] = max(0, listing["quantity"] - line["quantityOrdered"])

    def confirm(self, order: Json, package: Json) -> None:
        """Add a package or replace the one of its number, and count what left."""
        others = [each for each in order["packages"] if each["packageReferenceId"] != package["packageReferenceId"]]
        order["packages"] = [*others, package]
        for line in order["orderItems"]:
            sent = min(line["quantityOrdered"], units_sent(order, line["orderItemId"]))
            counts = {"quantityFulfilled": sent, "quantityUnfulfilled": line["quantityOrdered"] - sent}
            line["fulfillment"] = {**line.get("fulfillment", {}), **counts}
        left = sum(line["fulfillment"]["quantityUnfulfilled"] for line in order["orderItems"])
        order["fulfillment"]["fulfillmentStatus"] = "PARTIALLY_SHIPPED" if left else "SHIPPED"
        order["lastUpdatedTime"] = now()

    # ---- listings

    def put_listing(self, listing: Json) -> None:
        """Add or replace a listing, which the seller ships unless it says another channel."""
        self.listings[listing["sku"]] = {"title": listing["sku"], "quantity": 0, "channel": MERCHANT, **listing}

    def live(self, sku: str) -> Json:
        """Return a listing as buyers see it: what was accepted shows after a while."""
        with self.lock:
            listing = self.listings[sku]
            waiting = listing.get("waiting")
            if waiting and time.time() >= waiting["at"]:
                listing["quantity"] = waiting["quantity"]
                listing["waiting"] = None
            return deepcopy(listing)


def units_sent(order: Json, item: str, without: str = "") -> int:
    """Return the units of a line in the packages of an order, without those of one."""
    return sum(
        part["quantity"]
        for each in order["packages"]
        if each["packageReferenceId"] != without and each.get("packageStatus", {}).get("status") != GONE
        for part in each["packageItems"]
        if part["orderItemId"] == item
    )


def now(later: timedelta = timedelta()) -> str:
    """Return the current time, or one so much later, as Amazon writes it."""
    return (datetime.now(UTC) + later).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def errors(code: str, text: str, details: str = "") -> Json:
    """Return the body of an error."""
    return {"errors": [{"code": code, "message": text, "details": details}]}
