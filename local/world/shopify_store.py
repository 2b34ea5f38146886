"""A Shopify store as its Admin API shows it: variants, their stock at locations, tokens, and points to spend.

What it keeps to are the rules of `inventorySetQuantities` as of API version 2026-10: all of a call or nothing,
compare-and-set, and an idempotency key that answers as it did the first time.
"""

import json
import re
import secrets
import threading
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from local.world.failures import Failure

Json = dict[str, Any]
DAY = 86_399
MOST = 1_000_000_000
NAMES = frozenset({"available", "on_hand"})
REASONS = frozenset(
    "correction cycle_count_available damaged movement_canceled movement_created movement_received movement_updated "
    "other promotion quality_control received reservation_created reservation_deleted reservation_updated restock "
    "safety_stock shrinkage".split()
)


@dataclass
class Settings:
    """A permanent token, and the app that can fetch tokens which end."""

    token: str = "shpat_of-the-store"  # noqa: S105 -- a simulated store's
    client_id: str = "app-of-the-store"
    client_secret: str = "shpss_of-the-store"  # noqa: S105
    token_seconds: float = DAY


@dataclass
class Bucket:
    """Points for questions: as many as `maximum`, `restored` a second, as the standard plan has it."""

    maximum: float = 2000.0
    restored: float = 100.0
    available: float = 2000.0
    at: float = field(default_factory=time.time)

    def refill(self) -> float:
        """What is there now."""
        now = time.time()
        self.available = min(self.maximum, self.available + (now - self.at) * self.restored)
        self.at = now
        return self.available


@dataclass
class Variant:
    """What is sold, its inventory item, and how many of it are available at each location that stocks it."""

    id: str
    sku: str
    item: str
    levels: dict[str, int]


@dataclass
class Store:
    """Everything the store knows; its first location is the primary one."""

    settings: Settings = field(default_factory=Settings)
    locations: dict[str, str] = field(default_factory=lambda: {"7001": "Main street", "7002": "Warehouse"})
    variants: dict[str, Variant] = field(default_factory=dict)
    updates: list[Json] = field(default_factory=list)
    replies: dict[str, Json] = field(default_factory=dict)
    tokens: dict[str, float] = field(default_factory=dict)
    bucket: Bucket = field(default_factory=Bucket)
    questions: int = 0
    failures: list[Failure] = field(default_factory=list)
    delay: float = 0.0  # seconds before every answer

    def __post_init__(self) -> None:
        self.lock = threading.RLock()

    # ---- who asks

    def grant(self, client_id: str, client_secret: str) -> str | None:
        """A new token for the app; None for anybody else."""
        if (client_id, client_secret) != (self.settings.client_id, self.settings.client_secret):
            return None
        token = f"shpat_{secrets.token_hex(16)}"
        self.tokens[token] = time.time() + self.settings.token_seconds
        return token

    def knows(self, token: str) -> bool:
        """Whether that token opens the store now."""
        return bool(token) and (token == self.settings.token or self.tokens.get(token, 0) > time.time())

    # ---- what is there

    def put_variant(self, new: Json) -> None:
        """Adds or replaces a variant; without `levels` it has none at the primary location."""
        name, primary = str(new["id"]), next(iter(self.locations))
        item = str(new.get("item") or f"9{name}")
        self.variants[name] = Variant(name, new.get("sku") or "", item, dict(new.get("levels") or {primary: 0}))

    def variant_of(self, item: str) -> Variant | None:
        """The variant behind an inventory item."""
        return next((variant for variant in self.variants.values() if variant.item == item), None)

    def sell(self, variant: str, location: str, quantity: int) -> None:
        """The store sells units itself, below zero if need be."""
        self.variants[variant].levels[location] -= quantity

    # ---- what is told

    def set_quantities(self, key: str, asked: Json) -> Json:
        """The payload of `inventorySetQuantities` under an idempotency key."""
        with self.lock:
            known = self.replies.get(key)
            if known and known["asked"] != asked:
                text = "The same idempotency key cannot be used with different operation parameters."
                return {"userErrors": [_error("IDEMPOTENCY_KEY_PARAMETER_MISMATCH", text, ())]}
            if known is None:
                known = self.replies[key] = {"asked": asked, "payload": self._set(key, asked)}
            return dict(known["payload"])

    def _set(self, key: str, asked: Json) -> Json:
        errors = [*_general_errors(asked), *self._errors(asked["quantities"])]
        if errors:
            return {"userErrors": errors}
        for each in asked["quantities"]:
            item, location = _number(each["inventoryItemId"]), _number(each["locationId"])
            variant = self.variant_of(item)
            assert variant  # noqa: S101 -- or there would have been an error
            was, variant.levels[location] = variant.levels[location], each["quantity"]
            self.updates.append(
                {"variant": variant.id, "location": location, "from": was, "to": each["quantity"], "key": key}
            )
        return {"userErrors": [], "inventoryAdjustmentGroup": {"id": f"gid://shopify/InventoryAdjustmentGroup/{key}"}}

    def _errors(self, quantities: list[Json]) -> Iterator[Json]:
        places: set[tuple[str, str]] = set()
        for at, each in enumerate(quantities):
            place = _number(each["inventoryItemId"]), _number(each["locationId"])
            for code, name, text in self._wrong(each, *place):
                yield _error(code, text, (*PATH, str(at), name))
            if place in places:
                text = "The combination of inventoryItemId and locationId must be unique."
                yield _error("NO_DUPLICATE_INVENTORY_ITEM_ID_GROUP_ID_PAIR", text, (*PATH, str(at)))
            places.add(place)

    def _wrong(self, each: Json, item: str, location: str) -> Iterator[tuple[str, str, str]]:
        variant = self.variant_of(item)
        if variant is None:
            yield "INVALID_INVENTORY_ITEM", "inventoryItemId", "The specified inventory item could not be found."
        if location not in self.locations:
            yield "INVALID_LOCATION", "locationId", "The specified location could not be found."
        elif variant and location not in variant.levels:
            text = "The specified inventory item is not stocked at the location."
            yield "ITEM_NOT_STOCKED_AT_LOCATION", "locationId", text
        if each["quantity"] < 0:
            yield "INVALID_QUANTITY_NEGATIVE", "quantity", "The quantity can't be negative."
        if each["quantity"] > MOST:
            yield "INVALID_QUANTITY_TOO_HIGH", "quantity", "The total quantity can't be higher than 1,000,000,000."
        expected = each["changeFromQuantity"]
        if variant and expected is not None and variant.levels.get(location, expected) != expected:
            text = "The changeFromQuantity value does not match persisted value."
            yield "CHANGE_FROM_QUANTITY_STALE", "changeFromQuantity", text

    # ---- between `down` and `up`

    def save(self, file: Path) -> None:
        """Write all of it."""
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(json.dumps(asdict(self)))

    @classmethod
    def load(cls, file: Path) -> "Store":
        """What was saved there, or a new store."""
        if not file.exists():
            return cls()
        kept = json.loads(file.read_text())
        kept["settings"], kept["bucket"] = Settings(**kept["settings"]), Bucket(**kept["bucket"])
        kept["variants"] = {name: Variant(**variant) for name, variant in kept["variants"].items()}
        kept["failures"] = [Failure(**failure) for failure in kept["failures"]]
        return cls(**kept)


PATH = ("input", "quantities")


def _general_errors(asked: Json) -> Iterator[Json]:
    if asked["name"] not in NAMES:
        yield _error("INVALID_NAME", "The quantity name must be either 'available' or 'on_hand'.", ("input", "name"))
    if asked["reason"] not in REASONS:
        yield _error("INVALID_REASON", "The specified reason is invalid.", ("input", "reason"))
    reference = asked.get("referenceDocumentUri")
    if reference and not re.fullmatch(r"gid://[^/]+/[^/]+/.+|(?!gid:)[a-z][a-z0-9+.-]*://.+", reference):
        text = "The specified reference document is invalid."
        yield _error("INVALID_REFERENCE_DOCUMENT", text, ("input", "referenceDocumentUri"))


def _error(code: str, message: str, path: tuple[str, ...]) -> Json:
    return {"code": code, "message": message, "field": list(path) or None}


def _number(gid: str) -> str:
    return gid.rpartition("/")[2]
