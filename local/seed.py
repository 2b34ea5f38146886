"""A small merchant: four warehouses, three channels, twenty products, their listings and their stock."""

import json
import secrets
from contextlib import closing
from typing import Any
from urllib.parse import quote

import httpx

from local.api import Api
from local.home import Home
from local.running import Stack

SHOPIFY, SHOP, TRADE = "shopify-us", "corner-shop", "trade"

WAREHOUSES: dict[str, dict[str, Any]] = {
    "newark": {
        "name": "Newark, New Jersey",
        "regions": [
            {"country": "US", "state": "NY", "postcode_from": "10001", "postcode_to": "14925"},
            *({"country": "US", "state": state} for state in ("NJ", "PA", "CT", "MA")),
        ],
        "excludes": [TRADE],
    },
    "reno": {
        "name": "Reno, Nevada",
        "regions": [{"country": "US", "state": state} for state in ("CA", "NV", "OR", "WA")],
    },
    "leeds": {"name": "Leeds, England", "regions": [{"country": "GB"}]},
    "overflow": {"name": "Overflow store, Tulsa"},
}
PRIORITIES = ["newark", "reno", "leeds"]

PRODUCTS = {
    "MUG-WHITE": "Mug, white",
    "MUG-BLACK": "Mug, black",
    "MUG-ENAMEL": "Mug, enamel",
    "PLATE-S": "Plate, small",
    "PLATE-L": "Plate, large",
    "BOWL-S": "Bowl, small",
    "BOWL-L": "Bowl, large",
    "TEAPOT-1L": "Teapot, 1 l",
    "KETTLE-GB": "Kettle, British plug",
    "KETTLE-US": "Kettle, US plug",
    "SPOON-SET-6": "Spoons, set of six",
    "FORK-SET-6": "Forks, set of six",
    "KNIFE-SET-6": "Knives, set of six",
    "APRON RED L #2": "Apron, red, large",
    "APRON-BLUE-M": "Apron, blue, medium",
    "BOARD-OAK": "Cutting board, oak",
    "PAN-24": "Pan, 24 cm",
    "PAN-28": "Pan, 28 cm",
    "STOVE-CAST": "Stove, cast iron",
    "LAMP-SOLD-OUT": "Lamp, sold out",
}
PINNED = {"STOVE-CAST": "reno"}
NOWHERE = {"LAMP-SOLD-OUT"}
ONLY_AT = {"KETTLE-GB": ("leeds",), "PAN-28": ("reno", "leeds"), "STOVE-CAST": ("reno",)}
GIFT_SET = ("GIFT-SET", {"name": "Gift set", "kind": "kit", "components": {"MUG-WHITE": 2, "PLATE-S": 2}})
UNITS = 500
FIRST_VARIANT = 44001


def seed(stack: Stack) -> None:
    """Configure the merchant through the API, as an operator would, and stock it up."""
    with closing(Api(stack)) as api:
        _configure(api, stack)
        stock_up(api)


def _configure(api: Api, stack: Stack) -> None:
    for name, warehouse in WAREHOUSES.items():
        api.put(f"/warehouses/{name}", warehouse)
    api.put("/account", {"catchall": "overflow", "priorities": PRIORITIES, "sync": True, "currency": "USD"})
    api.call("DELETE", "/warehouses/main")
    _create_channels(api, stack)
    for sku, name in PRODUCTS.items():
        api.put(f"/products/{quote(sku, safe='')}", {"name": name, "pinned_warehouse": PINNED.get(sku)})
    api.put(f"/products/{GIFT_SET[0]}", GIFT_SET[1])
    _create_listings(api, stack)


def _create_listings(api: Api, stack: Stack) -> None:
    """List every product on both shops: on Shopify by variant id, on the corner shop by sku."""
    skus = [*PRODUCTS, GIFT_SET[0]]
    variants = {sku: str(FIRST_VARIANT + number) for number, sku in enumerate(skus)}
    new = [{"id": variant, "sku": sku} for sku, variant in variants.items()]
    httpx.put(f"{stack.world['shopify_url']}/_control/variants", json=new).raise_for_status()
    for sku in skus:
        api.put(f"/products/{quote(sku, safe='')}/listings/{SHOPIFY}", {"reference": variants[sku]})
        api.put(f"/products/{quote(sku, safe='')}/listings/{SHOP}", {"reference": sku, "max_quantity": 200})


def stock_up(api: Api) -> None:
    """Adjust every shelf to its full stock, fifty shelves a call."""
    available = {(each["sku"], each["warehouse"]): each["available"] for each in api.all("/stock?limit=100")}
    missing = [
        {"sku": sku, "warehouse": warehouse, "add": UNITS - available.get((sku, warehouse), 0), "reason": "delivery"}
        for sku in sorted(PRODUCTS.keys() - NOWHERE)
        for warehouse in ONLY_AT.get(sku, ("newark", "reno", "leeds"))
    ]
    deliveries = [each for each in missing if each["add"]]
    for start in range(0, len(deliveries), 50):
        api.post("/stock/adjustments", {"adjustments": deliveries[start : start + 50]})


def _create_channels(api: Api, stack: Stack) -> None:
    shop_url = stack.world["shop_url"]
    keys = secrets_of(stack.home)
    api.put(
        f"/channels/{SHOPIFY}",
        {
            "name": "Shopify, US",
            "kind": "shopify",
            "base_url": stack.world["shopify_url"],
            "reserve": 10,
            "ignore_before": None,  # Shopify's sample orders are older than the stack
            "credentials": {"webhook_secrets": [keys["shopify"]], "token": keys["token"]},
        },
    )
    api.put(
        f"/channels/{SHOP}",
        {
            "name": "Corner shop",
            "kind": "generic",
            "base_url": shop_url,
            "poll_minutes": 1,
            "override_warehouse": "leeds",
            "credentials": {"webhook_secrets": [keys["shop"]], "token": keys["token"]},
        },
    )
    api.put(f"/channels/{TRADE}", {"name": "Trade orders by file", "kind": "offline"})
    settings = {"token": keys["token"], "webhook_secret": keys["shop"]}
    httpx.put(f"{shop_url}/_control/settings", json=settings).raise_for_status()
    store = f"{stack.world['shopify_url']}/_control/settings"
    httpx.put(store, json={"token": keys["token"]}).raise_for_status()


def secrets_of(home: Home) -> dict[str, str]:
    """Return the secrets that Packhorse shares with the simulated channels, generated once for each home."""
    file = home.folder / "channels.json"
    if not file.exists():
        file.touch(mode=0o600)
        file.write_text(json.dumps({name: secrets.token_urlsafe(24) for name in ("shopify", "shop", "token")}))
    return dict(json.loads(file.read_text()))
