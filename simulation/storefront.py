"""A Shopify store of a simulated day: it counts its own stock, and posts webhooks until they are accepted."""

import json
from collections import Counter
from collections.abc import Callable, Mapping
from copy import deepcopy
from typing import Any

import httpx

from local.world import shopify_server
from local.world.shop import now
from local.world.shopify import signature
from local.world.shopify_fulfilments import fulfillment_orders
from local.world.shopify_store import Bucket, Store
from simulation.outlets.outlet import Seen, plain
from simulation.turns import Turns

PLACE = {
    "name": "Ada Lovelace",
    "address1": "Unter den Linden 1",
    "city": "Berlin",
    "zip": "10117",
    "country_code": "DE",
}
STORE, STORE_URL, STORE_SECRET = "store", "https://store.example", "shpss_webhooks"
VARIANTS = {"MUG": "101", "CUP": "102", "SET": "103", "JUG": "104", "BOWL": "105", "PLATE": "106"}
PRIMARY = "7001"


class Storefront:
    """The store, with a clock of its own; `moved` are the skus whose stock it changed by itself.

    It calls `report` with the body of a webhook after every change of its stock, also those that we make, and those of
    orders that we have cancelled.
    """

    def __init__(self, turns: Turns, report: Callable[[Mapping[str, Any]], None]) -> None:
        self.turns = turns
        self.report = report
        self.store = Store(bucket=Bucket(at=turns.now))
        self.moved: set[str] = set()
        self._orders = 5000
        for sku, variant in VARIANTS.items():
            self.store.put_variant({"id": variant, "sku": sku})

    def answers(self, received: httpx.Request) -> httpx.Response:
        """Return the answer of its Admin API."""
        token = received.headers.get("x-shopify-access-token", "")
        target = received.url.raw_path.decode()
        seen, before = len(self.store.updates), self._levels()
        with self.turns.skewed(0.0):
            status, body = shopify_server.answer(self.store, received.method, target, token, received.read())
            published = [update["variant"] for update in self.store.updates[seen:]]
            restocked = dict(self._levels() - before).keys() - {*published}
            for variant in (*published, *sorted(restocked)):
                self._report(variant)
        return httpx.Response(status, json=body)

    def _levels(self) -> set[tuple[str, int]]:
        return {(name, variant.levels[PRIMARY]) for name, variant in self.store.variants.items()}

    def offers(self, sku: str) -> int:
        """Return the quantity that it shows."""
        return self.store.variants[VARIANTS[sku]].levels[PRIMARY]

    def stock_up(self, sku: str, units: int) -> None:
        """Add units before the day begins."""
        self.store.variants[VARIANTS[sku]].levels[PRIMARY] += units

    def _report(self, variant: str) -> None:
        found = self.store.variants[variant]
        level = {"inventory_item_id": int(found.item), "location_id": int(PRIMARY), "available": found.levels[PRIMARY]}
        self.report({**level, "updated_at": now()})

    def published(self) -> list[str]:
        """Return the skus that we published to it."""
        return sorted({sku for sku, name in VARIANTS.items() for each in self.store.updates if each["variant"] == name})

    def type_in(self, sku: str, units: int) -> None:
        """Set the quantity of a sku as a person does in the store."""
        self.store.variants[VARIANTS[sku]].levels[PRIMARY] = units
        self.moved.add(sku)
        self._report(VARIANTS[sku])

    def change(self, order: Mapping[str, Any]) -> dict[str, Any]:
        """Change an order to this version, from now on; return it as the store posts it. What we made of it stays.

        Whatever we do later is done to this version, however late its webhook is.
        """
        shown = self.store.orders[str(order["id"])]
        made = [each for each in shown["fulfillments"] if is_made(each)]
        own = [each for each in order["fulfillments"] if not is_made(each)]
        changed = {**order, "updated_at": now(), "fulfillments": [*own, *made]}
        self.store.put_order({**changed, "holds": shown.get("holds", [])})
        return deepcopy(changed)

    def parcels(self, number: str) -> tuple[list[Seen], list[Seen]]:
        """Return the parcels of an order that count: those that we made, and those of the store itself."""
        sent = [each for each in self.store.orders[number]["fulfillments"] if each["status"] == "success"]
        made = [_seen(each) for each in sent if is_made(each)]
        return made, [_seen(each) for each in sent if not is_made(each)]

    def hold(self, number: str, *, is_held: bool) -> str:
        """Put a hold of the store on the fulfilment order of an order, or release it; return its global id."""
        order = self.store.orders[number]
        hold = {"id": f"{number}7", "place": PRIMARY, "reason": "other"}
        others = [each for each in order.get("holds") or () if each["id"] != hold["id"]]
        order["holds"] = [*others, hold] if is_held else others  # which is no change of the order: its time stays
        return str(fulfillment_orders(self.store, order)[0]["id"])

    def delete(self, number: str) -> None:
        """Delete an order."""
        self.store.orders.pop(number, None)

    def sell(self, lines: Mapping[str, int]) -> dict[str, Any]:
        """Sell units; return the paid order as the store posts it, which polls find from now on."""
        self._orders += 1
        for sku, quantity in lines.items():
            self.store.sell(VARIANTS[sku], PRIMARY, quantity)
            self.moved.add(sku)
            self._report(VARIANTS[sku])
        order = {
            "id": self._orders,
            "name": f"#{self._orders}",
            "created_at": now(),
            "processed_at": now(),
            "updated_at": now(),
            "cancelled_at": None,
            "currency": "EUR",
            "email": "lovelace@example.org",
            "financial_status": "paid",
            "fulfillment_status": None,
            "fulfillments": [],
            "shipping_address": PLACE,
            "line_items": [
                {
                    "id": self._orders * 100 + index,
                    "variant_id": int(VARIANTS[sku]),
                    "sku": sku,
                    "quantity": quantity,
                    "current_quantity": quantity,
                    "price": "9.50",
                }
                for index, (sku, quantity) in enumerate(lines.items(), 1)
            ],
        }
        self.store.put_order(deepcopy(order))
        return order


def is_made(fulfillment: Mapping[str, Any]) -> bool:
    """Return whether a fulfilment was made by a call of its API, which alone says whether the buyer is notified."""
    return "notified" in fulfillment


def _seen(fulfillment: Mapping[str, Any]) -> Seen:
    units = Counter({str(part["id"]): part["quantity"] for part in fulfillment["line_items"]})
    return Seen(plain(fulfillment.get("tracking_number")), units)


def _wanted(line: Mapping[str, Any], sent: "Counter[str]") -> int:
    if "fulfillable_quantity" not in line:
        return int(line["current_quantity"])
    return int(line["fulfillable_quantity"]) + sent[str(line["id"])]


def headers(raw: bytes, topic: str) -> dict[str, str]:
    """Return the headers of a webhook of the store."""
    return {"x-shopify-topic": topic, "x-shopify-hmac-sha256": signature(raw, STORE_SECRET)}


def webhook(order: Mapping[str, Any]) -> bytes:
    """Return the body of a webhook."""
    return json.dumps(order).encode()


def in_shop_terms(order: Mapping[str, Any]) -> dict[str, Any]:
    """Return the compared fields of an order as the generic shop would list them.

    Where a line says what can still be fulfilled, it is that and what was sent: units that came back stay in the order.
    """
    sent = [each for each in order["fulfillments"] if each["status"] == "success"]
    units = sum((_seen(each).units for each in sent), Counter())
    parcels = [
        {"lines": [{"line": line, "quantity": quantity} for line, quantity in _seen(each).units.items()]}
        for each in sent
        if not is_made(each)
    ]
    lines = [{"id": str(line["id"]), "quantity": _wanted(line, units)} for line in order["line_items"]]
    return {
        "id": str(order["id"]),
        "modified_at": order["updated_at"],
        "cancelled_at": order["cancelled_at"],
        "lines": lines,
        "parcels": parcels,
    }
