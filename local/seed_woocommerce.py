"""The merchant's WooCommerce store: a channel of it, its webhooks, and the products that it sells."""

from collections.abc import Iterable, Mapping

import httpx

from local.api import Api
from local.running import Stack

WOO = "woo-eu"
CONSUMER_KEY = "ck_packhorse"
FIRST_PRODUCT = 7001
VARIATIONS = {"APRON RED L #2": 6001, "APRON-BLUE-M": 6001}
"""Products that are variations there, with the product that they are of."""


def create_woocommerce(api: Api, stack: Stack, keys: Mapping[str, str]) -> None:
    """Create the channel of a store that shows tracking by core fulfillments, and has a state of a plugin's."""
    url = stack.world["woocommerce_url"]
    settings = {"key": CONSUMER_KEY, "secret": keys["woo_key"], "tracking": "fulfillments", "statuses": ["packed"]}
    httpx.put(f"{url}/_control/settings", json=settings).raise_for_status()
    api.put(
        f"/channels/{WOO}",
        {
            "name": "WooCommerce, Europe",
            "kind": "woocommerce",
            "base_url": url,
            "poll_minutes": 1,
            "order_states": {"packed": "processing"},
        },
    )


def credentials_of(keys: Mapping[str, str]) -> dict[str, object]:
    """Return what connecting the channel takes."""
    return {"webhook_secrets": [keys["woo"]], "client_id": CONSUMER_KEY, "client_secret": keys["woo_key"]}


def references(skus: Iterable[str]) -> dict[str, str]:
    """Return the reference of each sku: a product's id, or a product's and its variation's."""
    ids = {sku: FIRST_PRODUCT + number for number, sku in enumerate(skus)}
    return {sku: f"{VARIATIONS[sku]}:{name}" if sku in VARIATIONS else str(name) for sku, name in ids.items()}


def sell_on_woocommerce(stack: Stack, skus: Iterable[str]) -> None:
    """Add the products to the store."""
    parents = [{"id": parent, "type": "variable", "manage_stock": False} for parent in {*VARIATIONS.values()}]
    new = [
        {"id": int(reference.rpartition(":")[2]), "parent_id": VARIATIONS.get(sku, 0), "sku": sku}
        for sku, reference in references(skus).items()
    ]
    httpx.put(f"{stack.world['woocommerce_url']}/_control/products", json=[*parents, *new]).raise_for_status()
