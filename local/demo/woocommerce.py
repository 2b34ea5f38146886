"""The part of the demo that is about the WooCommerce store: its orders, and what it has of parcels and stock."""

from typing import Any

import httpx

from local.running import Stack
from local.scenario import Example, woo_order

PARCEL = "_packhorse_parcel_"


def place(stack: Stack, examples: list[Example]) -> list[str]:
    """Place orders in the store, and return what is printed; the store posts all but those that a poll finds."""
    for example in examples:
        _put(stack, woo_order(example, example.id), by_webhook="polled" not in example.name)
    posted = sum("polled" not in example.name for example in examples)
    return [
        f"{posted} orders in the WooCommerce store, posted by its signed webhooks",
        f"{len(examples) - posted} order there whose webhook is lost, and that a poll finds",
    ]


def cancel(stack: Stack, example: Example) -> None:
    """Cancel an order in the store, which then posts it."""
    order = received(stack)["orders"][example.id]
    modified = {name: value for name, value in order.items() if name != "date_modified_gmt"}
    _put(stack, {**modified, "status": "cancelled"}, by_webhook=True)


def parcels_in_store(stack: Stack) -> set[str | None]:
    """Return the tracking numbers that the store shows."""
    made = (each for several in received(stack)["fulfillments"].values() for each in several)
    return {meta["value"] for each in made for meta in each["meta_data"] if meta["key"] == "_tracking_number"}


def stock_in_store(stack: Stack) -> dict[str, int]:
    """Return the quantities that the store shows, by sku."""
    products = received(stack)["products"].values()
    return {each["sku"]: each["stock_quantity"] for each in products if each["sku"]}


def cancelled_in_store(stack: Stack) -> set[str]:
    """Return the orders that are cancelled in the store, by their ids."""
    return {name for name, order in received(stack)["orders"].items() if order["status"] == "cancelled"}


def not_completed(stack: Stack, examples: list[Example]) -> list[str]:
    """Return what the store has not completed of orders that have left whole."""
    orders = received(stack)["orders"]
    states = {example.name: orders[example.id]["status"] for example in examples if example.status == "complete"}
    return [f"{name}: {state} in the WooCommerce store" for name, state in states.items() if state != "completed"]


def received(stack: Stack) -> dict[str, Any]:
    """Return the whole state of the store."""
    return dict(httpx.get(f"{stack.world['woocommerce_url']}/_control/received").raise_for_status().json())


def _put(stack: Stack, order: dict[str, Any], *, by_webhook: bool) -> None:
    control = f"{stack.world['woocommerce_url']}/_control/orders"
    answer = httpx.post(control, params={} if by_webhook else {"webhook": "false"}, json=order, timeout=60)
    answer.raise_for_status()
    refused = [each for each in answer.json()["deliveries"] if each["status"] != httpx.codes.OK]
    if refused or (by_webhook and not answer.json()["deliveries"]):
        raise RuntimeError(f"webhooks of the WooCommerce store: {refused or 'none was sent'}")
