"""The merchant's eBay account: most listings by the Inventory API, some older ones by the Trading API."""

from collections.abc import Iterable
from urllib.parse import quote

import httpx

from local.api import Api
from local.running import Stack

EBAY = "ebay-us"
TRADED = {"PLATE-S": "110012340001", "PLATE-L": "110012340002"}
"""Item numbers of listings that were not made by the Inventory API."""


def connect_ebay(api: Api, stack: Stack, keys: dict[str, str]) -> None:
    """Save the seller with its keys; its listings are made one by one below, and `connect` would find them by sku.

    `keys` are what Packhorse shares with eBay.
    """
    url = stack.world["ebay_url"]
    settings = {
        "client_id": "Packhorse-Home",
        "client_secret": keys["ebay_secret"],
        "refresh_token": keys["ebay_token"],
    }
    httpx.put(f"{url}/_control/settings", json=settings).raise_for_status()
    credentials = {
        "client_id": settings["client_id"],
        "client_secret": settings["client_secret"],
        "token": settings["refresh_token"],
        "webhook_secrets": [keys["ebay"]],
    }
    channel = {"name": "eBay, US", "kind": "ebay", "base_url": url, "credentials": credentials}
    api.put(f"/channels/{EBAY}", channel)


def list_on_ebay(api: Api, stack: Stack, skus: Iterable[str]) -> None:
    """List products on eBay, each by its API."""
    control = f"{stack.world['ebay_url']}/_control"
    names = list(skus)
    items = [{"sku": sku, "title": sku} for sku in names if sku not in TRADED]
    listings = [{"item": TRADED[sku], "sku": sku, "title": sku} for sku in names if sku in TRADED]
    httpx.put(f"{control}/items", json=items).raise_for_status()
    httpx.put(f"{control}/listings", json=listings).raise_for_status()
    for sku in names:
        reference = f"item:{TRADED[sku]}" if sku in TRADED else sku
        api.put(f"/products/{quote(sku, safe='')}/listings/{EBAY}", {"reference": reference})


def quantities_on_ebay(stack: Stack) -> dict[str, int]:
    """Return the quantities that eBay shows now, by sku."""
    received = httpx.get(f"{stack.world['ebay_url']}/_control/received").json()
    found = {sku: each["quantity"] for sku, each in received["items"].items()}
    return found | {each["sku"]: each["quantity"] - each["sold"] for each in received["listings"].values()}
