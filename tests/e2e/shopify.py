"""Shopify orders for the deployed stack."""

import itertools
import json
import time
from pathlib import Path
from typing import Any

import httpx

from local.running import Stack
from local.scenario import now
from local.seed import SHOPIFY, secrets_of
from local.world.shopify import post_webhook

REAL = json.loads((Path(__file__).parents[1] / "data" / "shopify" / "orders-create.json").read_text())
_ids = itertools.count(int(time.time()) * 1000)


def an_order(sku: str, quantity: int = 1, **news: Any) -> dict[str, Any]:
    """The real payload with an id, a moment and one line of our own, paid, to California."""
    order_id = next(_ids)
    line = {**REAL["line_items"][0], "id": order_id * 10, "sku": sku, "variant_id": None}
    line |= {"quantity": quantity, "current_quantity": quantity, "fulfillable_quantity": quantity}
    address = {**REAL["shipping_address"], "province_code": "CA", "zip": "90012"}
    moment = now()
    return {
        **REAL,
        "id": order_id,
        "name": f"#{order_id}",
        "created_at": moment,
        "processed_at": moment,
        "updated_at": moment,
        "financial_status": "paid",
        "fulfillment_status": None,
        "fulfillments": [],
        "cancelled_at": None,
        "shipping_address": address,
        "line_items": [line],
        **news,
    }


def post(stack: Stack, order: dict[str, Any], topic: str = "orders/create", *, forged: bool = False) -> httpx.Response:
    """Signed as Shopify signs; the store has an order that it posts for the first time."""
    if topic == "orders/create" and not forged:
        httpx.put(f"{stack.world['shopify_url']}/_control/orders", json=[order]).raise_for_status()
    secret = "not theirs" if forged else secrets_of(stack.home)["shopify"]
    return post_webhook(f"{stack.api_url}/webhooks/{SHOPIFY}", secret, topic, order)
