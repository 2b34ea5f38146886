"""A small merchant: own warehouses, one of a supplier and one of Amazon, six channels, 25 products, their stock."""

import json
import secrets
from collections.abc import Mapping
from contextlib import closing
from typing import Any
from urllib.parse import quote

import httpx

from local.api import Api, wait_for
from local.home import Home
from local.running import Stack
from local.seed_amazon import AMAZON, AT_AMAZON, create_amazon, keys_of_amazon, open_warehouse, sell_on_amazon
from local.seed_ebay import EBAY, connect_ebay, list_on_ebay
from local.seed_supplier import BOUGHT, SUPPLIED, SUPPLIER, connect_supplier, terms_of
from local.seed_woocommerce import WOO, create_woocommerce, credentials_of, sell_on_woocommerce

SHOPIFY, SHOP, TRADE = "shopify-us", "corner-shop", "trade"
CARRIER = "easypost"

WAREHOUSES: dict[str, dict[str, Any]] = {
    "newark": {
        "name": "Newark, New Jersey",
        "regions": [
            {"country": "US", "state": "NY", "postcode_from": "10001", "postcode_to": "14925"},
            *({"country": "US", "state": state} for state in ("NJ", "PA", "CT", "MA")),
        ],
        "excludes": [TRADE],
        "address": {
            "name": "Dispatch",
            "company": "Packhorse Homeware",
            "address1": "20 Dock Street",
            "city": "Newark",
            "state": "NJ",
            "postcode": "07105",
            "country": "US",
            "phone": "+1 973 555 0100",
        },
    },
    "reno": {
        "name": "Reno, Nevada",
        "regions": [{"country": "US", "state": state} for state in ("CA", "NV", "OR", "WA")],
        "address": {
            "name": "Dispatch",
            "company": "Packhorse Homeware",
            "address1": "1 Silver Way",
            "city": "Reno",
            "state": "NV",
            "postcode": "89501",
            "country": "US",
            "phone": "+1 775 555 0100",
        },
    },
    "leeds": {
        "name": "Leeds, England",
        "regions": [{"country": "GB"}],
        "ships_on": "packed",
        "address": {
            "name": "Dispatch",
            "company": "Packhorse Homeware",
            "address1": "12 Wharf Lane",
            "city": "Leeds",
            "postcode": "LS10 1AB",
            "country": "GB",
            "phone": "+44 113 555 0100",
        },
    },
    "overflow": {"name": "Overflow store, Tulsa"},
    SUPPLIER: {"name": "Loomworks, rugs and blankets", "kind": "dropship"},
}
PRIORITIES = ["newark", "reno", SUPPLIER, "leeds"]

OWN = {
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
PRODUCTS = OWN | SUPPLIED | BOUGHT | AT_AMAZON
GRAMS = {"STOVE-CAST": 9500, "KETTLE-GB": 1300, "KETTLE-US": 1250, "PAN-24": 1400, "PAN-28": 1900, "BOARD-OAK": 2100}
USUAL_GRAMS = 420
CUSTOMS = {"hs_code": "6912.00", "origin_country": "PT"}
PINNED = {"STOVE-CAST": "reno"}
NOWHERE = {"LAMP-SOLD-OUT", *BOUGHT}
ONLY_AT = {
    "KETTLE-GB": ("leeds",),
    "PAN-28": ("reno", "leeds"),
    "STOVE-CAST": ("reno",),
    "RUG-WOOL": (SUPPLIER,),
    "RUG-JUTE": (SUPPLIER,),
    "BLANKET-WOOL": (SUPPLIER, "leeds"),
}
GIFT_SET_PARTS = {"MUG-WHITE": 2, "PLATE-S": 2}
GIFT_SET = ("GIFT-SET", {"name": "Gift set", "kind": "kit", "components": GIFT_SET_PARTS})
BUILT = ("GIFT-BOX", {"name": "Gift box", "kind": "built", "components": {"MUG-WHITE": 2, "BOARD-OAK": 1}})
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
    _connect_carrier(api, stack)
    connect_supplier(api, stack)
    for sku, name in PRODUCTS.items():
        product = {
            "name": name,
            "pinned_warehouse": PINNED.get(sku),
            "weight_g": GRAMS.get(sku, USUAL_GRAMS),
            "bought_from": terms_of(sku),
            **CUSTOMS,
        }
        api.put(f"/products/{quote(sku, safe='')}", product)
    for made, recipe in (GIFT_SET, BUILT):
        api.put(f"/products/{made}", recipe)
    _connect_channels(api, stack)


def _connect_channels(api: Api, stack: Stack) -> None:
    """Connect the shops, which list every product: Shopify under variant ids, the corner shop under skus, eBay by both.

    WooCommerce lists our own under its ids. eBay would check an address of HTTPS, which a local stack does not have.
    """
    skus, keys = [*OWN, GIFT_SET[0], *SUPPLIED, *BOUGHT, *AT_AMAZON], secrets_of(stack.home)
    variants = [{"id": str(FIRST_VARIANT + number), "sku": sku} for number, sku in enumerate(skus)]
    httpx.put(f"{stack.world['shopify_url']}/_control/variants", json=variants).raise_for_status()
    sold = [{"reference": sku, "sku": sku, "title": sku} for sku in skus]
    httpx.put(f"{stack.world['shop_url']}/_control/listings", json=sold).raise_for_status()
    token = {"token": keys["token"]}
    connect(api, stack, SHOPIFY, {**token, "webhook_secrets": [keys["shopify"]]})
    connect(api, stack, SHOP, {**token, "webhook_secrets": [keys["shop"]]})
    for sku in skus:
        api.call("PATCH", f"/products/{quote(sku, safe='')}/listings/{SHOP}", {"max_quantity": 200})
    sell_on_woocommerce(stack, OWN)
    connect(api, stack, WOO, credentials_of(keys))
    list_on_ebay(api, stack, skus)
    sell_on_amazon(stack)
    connect(api, stack, AMAZON, keys_of_amazon(stack))
    open_warehouse(api, [*PRIORITIES])
    for channel in (
        WOO,
        EBAY,
        AMAZON,
    ):  # a stack that is seeded again has listings whose quantities were published before
        api.post(f"/channels/{channel}/sync-now")


def connect(api: Api, stack: Stack, channel: str, credentials: Mapping[str, object]) -> None:
    """Connect a channel, and wait until its webhooks are registered and its listings are listed."""
    api.post(f"/channels/{channel}/connect", {"credentials": credentials, "api_url": stack.api_url})

    def over() -> dict[str, Any] | None:
        run = api.get(f"/channels/{channel}/connection")
        return run if run["finished_at"] else None

    run = wait_for(over, f"the connection of {channel}", seconds=60)
    if run["step"] != "done" or run["unmatched"]:
        raise RuntimeError(f"{channel} was not connected: {run}")


def stock_up(api: Api) -> None:
    """Adjust every shelf to its full stock, fifty shelves a call, and what is bought for orders to none."""
    available = {(each["sku"], each["warehouse"]): each["available"] for each in api.all("/stock?limit=100")}
    full = {
        (sku, warehouse): UNITS
        for sku in sorted(PRODUCTS.keys() - NOWHERE - AT_AMAZON.keys())
        for warehouse in ONLY_AT.get(sku, ("newark", "reno", "leeds"))
    }
    full |= {shelf: 0 for shelf in available if shelf[0] in BOUGHT}
    missing = [
        {"sku": sku, "warehouse": warehouse, "add": units - available.get((sku, warehouse), 0), "reason": "delivery"}
        for (sku, warehouse), units in full.items()
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
        },
    )
    create_woocommerce(api, stack, keys)
    create_amazon(api, stack)
    api.put(f"/channels/{TRADE}", {"name": "Trade orders by file", "kind": "offline"})
    settings = {"token": keys["token"], "requires_signature": True}
    httpx.put(f"{shop_url}/_control/settings", json=settings).raise_for_status()
    store = f"{stack.world['shopify_url']}/_control/settings"
    httpx.put(store, json={"token": keys["token"], "client_secret": keys["shopify"]}).raise_for_status()
    connect_ebay(api, stack, keys)


def _connect_carrier(api: Api, stack: Stack) -> None:
    """Buy labels from the simulated EasyPost, which posts what becomes of the parcels."""
    url, keys = stack.world["easypost_url"], secrets_of(stack.home)
    credentials = {"token": keys["carrier_key"], "webhook_secrets": [keys["carrier"]]}
    account = {"name": "EasyPost", "kind": "easypost", "base_url": url, "credentials": credentials}
    api.put(f"/carriers/{CARRIER}", account)
    settings = {
        "key": keys["carrier_key"],
        "webhook_secret": keys["carrier"],
        "webhook_url": f"{stack.api_url}/carriers/{CARRIER}/webhook",
    }
    httpx.put(f"{url}/_control/settings", json=settings).raise_for_status()


SHARED = (
    *("shopify", "shop", "token", "carrier", "carrier_key"),
    *("ebay", "ebay_secret", "ebay_token", "woo", "woo_key"),
)


def secrets_of(home: Home) -> dict[str, str]:
    """Return the secrets that Packhorse shares with the simulated world, generated once for each home."""
    file = home.folder / "channels.json"
    file.touch(mode=0o600)
    stored = dict(json.loads(file.read_text() or "{}"))
    if missing := [name for name in SHARED if name not in stored]:
        stored |= {name: secrets.token_urlsafe(24) for name in missing}  # 32 characters: eBay takes no fewer
        file.write_text(json.dumps(stored))
    return stored
