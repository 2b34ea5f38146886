"""The merchant's WooCommerce store: a channel of it, its webhooks, and the products that it sells."""

from collections.abc import Iterable, Mapping
from urllib.parse import quote

import httpx

from local.api import Api
from local.running import Stack

WOO = "woo-eu"
CONSUMER_KEY = "ck_packhorse"
FIRST_PRODUCT = 7001
VARIATIONS = {"APRON RED L #2": 6001, "APRON-BLUE-M": 6001}
"""Products that are variations there, with the product that they are of."""

TOPICS = ("order.created", "order.updated", "order.deleted", "order.restored")
API = "/wp-json/wc/v3"


def connect_woocommerce(api: Api, stack: Stack, keys: Mapping[str, str]) -> None:
    """Create the channel, then the webhooks in the store, which shows tracking by core fulfillments."""
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
            "credentials": {
                "webhook_secrets": [keys["woo"]],
                "client_id": CONSUMER_KEY,
                "client_secret": keys["woo_key"],
            },
        },
    )
    _create_webhooks(url, f"{stack.api_url}/webhooks/{WOO}", keys)


def _create_webhooks(url: str, delivery_url: str, keys: Mapping[str, str]) -> None:
    """Create the webhooks as a merchant does; each is tried by a ping."""
    with httpx.Client(base_url=url, auth=(CONSUMER_KEY, keys["woo_key"]), timeout=60) as store:
        listed = store.get(f"{API}/webhooks", params={"per_page": 100}).raise_for_status().json()
        existing = {each["topic"] for each in listed if each["delivery_url"] == delivery_url}
        for topic in (each for each in TOPICS if each not in existing):
            new = {"name": topic, "topic": topic, "delivery_url": delivery_url, "secret": keys["woo"]}
            store.post(f"{API}/webhooks", json=new).raise_for_status()


def references(skus: Iterable[str]) -> dict[str, str]:
    """Return the reference of each sku: a product's id, or a product's and its variation's."""
    ids = {sku: FIRST_PRODUCT + number for number, sku in enumerate(skus)}
    return {sku: f"{VARIATIONS[sku]}:{name}" if sku in VARIATIONS else str(name) for sku, name in ids.items()}


def list_on_woocommerce(api: Api, stack: Stack, skus: Iterable[str]) -> None:
    """Add the products to the store, and list them."""
    listed = references(skus)
    parents = [{"id": parent, "type": "variable", "manage_stock": False} for parent in {*VARIATIONS.values()}]
    new = [
        {"id": int(reference.rpartition(":")[2]), "parent_id": VARIATIONS.get(sku, 0), "sku": sku}
        for sku, reference in listed.items()
    ]
    store = stack.world["woocommerce_url"]
    httpx.put(f"{store}/_control/products", json=[*parents, *new]).raise_for_status()
    for sku, reference in listed.items():
        api.put(f"/products/{quote(sku, safe='')}/listings/{WOO}", {"reference": reference})
