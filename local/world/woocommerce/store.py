"""The state of the simulated WooCommerce store, and what changes in it of one order."""

import threading
from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import UTC, datetime

from local.world.failures import Failure
from local.world.woocommerce.rest import Json, RestError, invalid

STATUSES = ("pending", "processing", "on-hold", "completed", "cancelled", "refunded", "failed", "trash")
REDUCED = frozenset({"processing", "completed", "on-hold"})
RESTORED = frozenset({"cancelled", "pending"})
"""States in which WooCommerce itself takes the stock of an order, and gives it back."""


@dataclass
class Settings:
    """What a merchant sets: `tracking` is `fulfillments`, `extension`, `advanced` or empty.

    `advanced` is a plugin that speaks the extension's API, but for the place of its carriers. `statuses` are those of
    plugins.

    `sorts_by_change`: orders can be sorted by their change, which older versions cannot. `permissions` are those of the
    key, `read` or `read_write`.
    """

    key: str = "ck_simulated"
    secret: str = "cs_simulated"  # noqa: S105 -- a simulated store's
    permissions: str = "read_write"
    tracking: str = ""
    sorts_by_change: bool = True
    manages_stock: bool = True
    statuses: list[str] = field(default_factory=list)


@dataclass
class Store:
    """The whole state. `drifting` are orders that change as soon as a page of orders was read.

    `later` does what the store does beside its answers: post webhooks.
    """

    settings: Settings = field(default_factory=Settings)
    orders: dict[str, Json] = field(default_factory=dict)
    refunds: dict[str, list[Json]] = field(default_factory=dict)
    notes: dict[str, list[Json]] = field(default_factory=dict)
    fulfillments: dict[str, list[Json]] = field(default_factory=dict)
    trackings: dict[str, list[Json]] = field(default_factory=dict)
    products: dict[str, Json] = field(default_factory=dict)
    webhooks: dict[str, Json] = field(default_factory=dict)
    deliveries: list[Json] = field(default_factory=list)
    mails: list[Json] = field(default_factory=list)
    updates: list[Json] = field(default_factory=list)
    drifting: list[str] = field(default_factory=list)
    stock_taken: list[str] = field(default_factory=list)
    failures: list[Failure] = field(default_factory=list)
    delay: float = 0.0
    last_id: int = 9000

    def __post_init__(self) -> None:
        self.lock = threading.RLock()
        self.later: Callable[[Callable[[], object]], None] = _in_thread

    def next_id(self) -> int:
        """Return a new id of anything."""
        self.last_id += 1
        return self.last_id

    def order(self, name: str) -> Json:
        """Return an order; raises the error of one that does not exist."""
        if name not in self.orders:
            raise RestError(404, "woocommerce_rest_shop_order_invalid_id", "Invalid ID.")
        return self.orders[name]

    def put_order(self, order: Json) -> str:
        """Add or replace an order, modified now unless it says when; return the topic of its webhook."""
        name = str(order["id"])
        topic = "order.updated" if name in self.orders else "order.created"
        self.refunds[name] = order.get("refunds", [])
        short = [{"id": each["id"], "reason": each.get("reason", ""), "total": "-1.00"} for each in self.refunds[name]]
        self.orders[name] = {"meta_data": [], "date_modified_gmt": now(), **deepcopy(order), "refunds": short}
        self.move_stock(name)
        return topic

    def touch(self, name: str) -> None:
        """Have an order modified now."""
        self.orders[name]["date_modified_gmt"] = now()

    def set_status(self, name: str, status: str) -> None:
        """Move an order on, with its stock and its e-mail."""
        known = (*STATUSES, *self.settings.statuses)
        if status not in known:
            raise invalid("status")
        order = self.orders[name]
        if order["status"] == status:
            return
        order["status"] = status
        if status == "completed":
            order["date_completed_gmt"] = now()
            self.mails.append({"order": name, "mail": "completed order"})
        self.move_stock(name)

    def move_stock(self, name: str) -> None:
        """Take or give back the stock of an order, once, as WooCommerce does by the state."""
        order = self.orders[name]
        takes = order["status"] in REDUCED and name not in self.stock_taken
        gives = order["status"] in RESTORED and name in self.stock_taken
        if takes:
            self.stock_taken.append(name)
        if gives:
            self.stock_taken.remove(name)
        for line in order["line_items"] if takes or gives else ():
            product = self.products.get(str(line.get("variation_id") or line.get("product_id")))
            if product and product["manage_stock"] is True:
                product["stock_quantity"] += line["quantity"] if gives else -line["quantity"]

    def merge_meta(self, holder: Json, changes: list[Json]) -> None:
        """Change meta data: by id or key, a null value deletes."""
        for change in changes:
            kept = holder.setdefault("meta_data", [])
            found = next((each for each in kept if each["id"] == change.get("id")), None) or next(
                (each for each in kept if "id" not in change and each["key"] == change["key"]), None
            )
            if found and change["value"] is None:
                kept.remove(found)
            elif found:
                found["value"] = change["value"]
            elif change["value"] is not None:
                kept.append({"id": self.next_id(), "key": change["key"], "value": change["value"]})


def _in_thread(work: Callable[[], object]) -> None:
    threading.Thread(target=work, daemon=True).start()


def now() -> str:
    """Return the time as WooCommerce writes it: in seconds, without an offset."""
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S")
