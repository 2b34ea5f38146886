"""A Shopify store as its Admin API shows it: orders, variants, their stock at locations, tokens, points of requests.

It follows the rules of `inventorySetQuantities` in API version 2026-10: a call succeeds or fails as a whole,
quantities are set by compare-and-set, and a repeated idempotency key returns the first payload.
"""

import json
import secrets
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from local.world.failures import Failure
from local.world.shop import now
from local.world.shopify_events import level_event
from local.world.shopify_quantities import MAX_QUANTITY, PATH, error, input_errors, number

Json = dict[str, Any]
DAY = 86_399


@dataclass
class Settings:
    """A permanent token, the credentials of an app for tokens that expire, and where its privacy requests go.

    `services` are locations that other apps manage. `hides_buyers`: its plan shows no personal data to the app.
    """

    token: str = "shpat_of-the-store"  # noqa: S105 -- a simulated store's
    client_id: str = "app-of-the-store"
    client_secret: str = "shpss_of-the-store"  # noqa: S105
    token_seconds: float = DAY
    job_seconds: float = 0.0
    services: list[str] = field(default_factory=list)
    compliance_url: str = ""
    hides_buyers: bool = False


@dataclass
class Bucket:
    """The points of requests, a leaky bucket: at most `maximum`, `restored` a second; defaults of the standard plan."""

    maximum: float = 2000.0
    restored: float = 100.0
    available: float = 2000.0
    at: float = field(default_factory=time.time)

    def refill(self) -> float:
        """Add the points restored since the last call, and return what is available."""
        now = time.time()
        self.available = min(self.maximum, self.available + (now - self.at) * self.restored)
        self.at = now
        return self.available


@dataclass
class Variant:
    """A variant with its inventory item and its available quantity at each location that stocks it.

    `inactive` are the quantities at locations that do not: the store keeps them and offers none of them. A variant that
    is not `tracked` has quantities, too, and is sold without limit.
    """

    id: str
    sku: str
    item: str
    levels: dict[str, int]
    title: str = ""
    inactive: dict[str, int] = field(default_factory=dict)
    tracked: bool = True

    def quantity_at(self, location: str) -> int:
        """Return the quantity at a location, whether that stocks it or not."""
        return self.levels.get(location, self.inactive.get(location, 0))


SCOPES = (
    "write_orders",
    "read_products",
    "write_inventory",
    "read_locations",
    "write_merchant_managed_fulfillment_orders",
)


@dataclass
class Store:
    """The whole state of the store; the first location is the primary one."""

    settings: Settings = field(default_factory=Settings)
    locations: dict[str, str] = field(default_factory=lambda: {"7001": "Main street", "7002": "Warehouse"})
    variants: dict[str, Variant] = field(default_factory=dict)
    orders: dict[str, Json] = field(default_factory=dict)
    updates: list[Json] = field(default_factory=list)
    scopes: list[str] = field(default_factory=lambda: list(SCOPES))
    webhooks: list[Json] = field(default_factory=list)
    jobs: list[Json] = field(default_factory=list)
    holds_made: int = 0
    requests_made: int = 0
    events: list[Json] = field(default_factory=list)  # webhooks that are still to be sent
    deliveries: list[Json] = field(default_factory=list)
    replies: dict[str, Json] = field(default_factory=dict)
    tokens: dict[str, float] = field(default_factory=dict)
    bucket: Bucket = field(default_factory=Bucket)
    questions: int = 0
    failures: list[Failure] = field(default_factory=list)
    delay: float = 0.0  # seconds before every response

    def __post_init__(self) -> None:
        self.lock = threading.RLock()

    # ---- authorization

    def grant(self, client_id: str, client_secret: str) -> str | None:
        """Issue a token to the app, None for other credentials."""
        if (client_id, client_secret) != (self.settings.client_id, self.settings.client_secret):
            return None
        token = f"shpat_{secrets.token_hex(16)}"
        self.tokens[token] = time.time() + self.settings.token_seconds
        return token

    def accepts(self, token: str) -> bool:
        """Return whether the token is valid now."""
        return bool(token) and (token == self.settings.token or self.tokens.get(token, 0) > time.time())

    # ---- variants

    def put_variant(self, new: Json) -> None:
        """Add or replace a variant; without `levels` it keeps its levels, or starts with 0 at the primary location."""
        name, primary = str(new["id"]), next(iter(self.locations))
        item = str(new.get("item") or f"9{name}")
        present = self.variants[name].levels if name in self.variants else {primary: 0}
        levels = dict(new.get("levels") or present)
        title, tracked = str(new.get("title") or ""), bool(new.get("tracked", True))
        self.variants[name] = Variant(name, new.get("sku") or "", item, levels, title, tracked=tracked)

    def variant_of(self, item: str) -> Variant | None:
        """Return the variant of an inventory item."""
        return next((variant for variant in self.variants.values() if variant.item == item), None)

    def sell(self, variant: str, location: str, quantity: int) -> None:
        """Subtract units that the store itself sells; the level may become negative."""
        self.set_level(self.variants[variant], location, self.variants[variant].levels[location] - quantity)

    def set_level(self, variant: Variant, location: str, units: int) -> None:
        """Set a quantity, for whatever reason; what buyers see change is posted."""
        if location not in variant.levels:
            variant.inactive[location] = units
        elif variant.levels[location] != units:
            variant.levels[location] = units
            self.events.append(level_event(variant.item, location, units))

    # ---- orders

    def put_order(self, order: Json) -> None:
        """Add or replace an order, in the shape of a webhook's body, which does not say whether it is on hold."""
        if holds := self.orders.get(str(order["id"]), {}).get("holds"):
            order.setdefault("holds", holds)
        self.orders[str(order["id"])] = order

    def new_hold_id(self) -> int:
        """Return an id that no hold has or had."""
        self.holds_made += 1
        return 90_000 + self.holds_made

    # ---- quantities

    def set_quantities(self, key: str, requested: Json) -> Json:
        """Set quantities under an idempotency key, and return the payload of `inventorySetQuantities`."""
        with self.lock:
            reply = self.replies.get(key)
            if reply and reply["asked"] != requested:
                text = "The same idempotency key cannot be used with different operation parameters."
                return {"userErrors": [error("IDEMPOTENCY_KEY_PARAMETER_MISMATCH", text, ())]}
            if reply is None:
                reply = self.replies[key] = {"asked": requested, "payload": self._set(key, requested)}
            return dict(reply["payload"])

    def _set(self, key: str, requested: Json) -> Json:
        errors = [*input_errors(requested), *self._quantity_errors(requested["quantities"])]
        if errors:
            return {"userErrors": errors}
        for each in requested["quantities"]:
            item, location = number(each["inventoryItemId"]), number(each["locationId"])
            variant = self.variant_of(item)
            assert variant  # noqa: S101 -- a missing variant is an error above
            before = variant.quantity_at(location)
            self.updates.append(
                {"variant": variant.id, "location": location, "from": before, "to": each["quantity"], "key": key}
            )
            self.set_level(variant, location, each["quantity"])
        group = {"id": f"gid://shopify/InventoryAdjustmentGroup/{key}", "createdAt": now()}
        return {"userErrors": [], "inventoryAdjustmentGroup": group}

    def _quantity_errors(self, quantities: list[Json]) -> Iterator[Json]:
        pairs: set[tuple[str, str]] = set()
        for index, each in enumerate(quantities):
            pair = number(each["inventoryItemId"]), number(each["locationId"])
            for code, name, text in self._errors_of(each, *pair):
                yield error(code, text, (*PATH, str(index), name))
            if pair in pairs:
                text = "The combination of inventoryItemId and locationId must be unique."
                yield error("NO_DUPLICATE_INVENTORY_ITEM_ID_GROUP_ID_PAIR", text, (*PATH, str(index)))
            pairs.add(pair)

    def _errors_of(self, each: Json, item: str, location: str) -> Iterator[tuple[str, str, str]]:
        variant = self.variant_of(item)
        if variant is None:
            yield "INVALID_INVENTORY_ITEM", "inventoryItemId", "The specified inventory item could not be found."
        if location not in self.locations:
            yield "INVALID_LOCATION", "locationId", "The specified location could not be found."
        if each["quantity"] < 0:
            yield "INVALID_QUANTITY_NEGATIVE", "quantity", "The quantity can't be negative."
        if each["quantity"] > MAX_QUANTITY:
            yield "INVALID_QUANTITY_TOO_HIGH", "quantity", "The total quantity can't be higher than 1,000,000,000."
        expected = each["changeFromQuantity"]
        if variant and expected is not None and variant.quantity_at(location) != expected:
            text = "The changeFromQuantity value does not match persisted value."
            yield "CHANGE_FROM_QUANTITY_STALE", "changeFromQuantity", text

    # ---- between `down` and `up`

    @classmethod
    def load(cls, file: Path) -> "Store":
        """Return the saved store, or a new one."""
        if not file.exists():
            return cls()
        saved = json.loads(file.read_text())
        saved["settings"], saved["bucket"] = Settings(**saved["settings"]), Bucket(**saved["bucket"])
        saved["variants"] = {name: Variant(**variant) for name, variant in saved["variants"].items()}
        saved["failures"] = [Failure(**failure) for failure in saved["failures"]]
        return cls(**saved)
