"""The merchant on Amazon: a channel of a few listings, and a warehouse there that ships a product for all channels."""

from typing import Any

import httpx

from local.api import Api
from local.running import Stack

AMAZON, UNITED_STATES = "amazon-us", "ATVPDKIKX0DER"
AMAZON_WAREHOUSE = "amazon"
SOLD_ON_AMAZON = ("MUG-WHITE", "BOWL-S", "PLATE-S", "APRON RED L #2")
AT_AMAZON = {"TRAY-BAMBOO": "Tray, bamboo"}
"""What lies in Amazon's warehouses only; it sells it itself, and ships it for the other channels."""
UNITS_AT_AMAZON = 400


def create_amazon(api: Api, stack: Stack) -> None:
    """Save the channel of the seller."""
    seller = _settings(stack)["seller"]
    given = {"seller": seller, "marketplace": UNITED_STATES, "base_url": stack.world["amazon_url"]}
    api.put(f"/channels/{AMAZON}", {"name": "Amazon, US", "kind": "amazon", **given})


def sell_on_amazon(stack: Stack) -> None:
    """List products on Amazon, which shows an order or a quantity at once here, and stock its warehouses."""
    _put(stack, "settings", {"listed_after": 0.0, "live_after": 0.0})
    own = [{"sku": sku, "title": sku} for sku in SOLD_ON_AMAZON]
    _put(stack, "listings", [*own, *({"sku": sku, "title": sku, "channel": "AMAZON_NA"} for sku in AT_AMAZON)])
    _put(stack, "stock", dict.fromkeys(AT_AMAZON, UNITS_AT_AMAZON))


def open_warehouse(api: Api, priorities: list[str]) -> None:
    """Have Amazon ship what it has for the other channels, after the warehouses that come first."""
    warehouse = {"name": "Amazon, US", "kind": "fba", "fba": {"channel": AMAZON}, "excludes": [AMAZON]}
    api.put(f"/warehouses/{AMAZON_WAREHOUSE}", warehouse)
    api.call("PATCH", "/account", {"priorities": [*priorities, AMAZON_WAREHOUSE]}).raise_for_status()


def keys_of_amazon(stack: Stack) -> dict[str, object]:
    """Return what connecting the channel takes."""
    known = _settings(stack)
    keys = ("client_id", "client_secret")
    return {**{name: known[name] for name in keys}, "token": known["refresh_token"]}


def quantities_on_amazon(stack: Stack) -> dict[str, int]:
    """Return the quantities that Amazon accepted last, by sku, of what it does not ship itself."""
    listings = (each for each in received(stack)["listings"].values() if each["sku"] in SOLD_ON_AMAZON)
    return {each["sku"]: (each.get("waiting") or each)["quantity"] for each in listings}


def received(stack: Stack) -> dict[str, Any]:
    """Return the whole state of the simulated Amazon."""
    return dict(httpx.get(f"{_control(stack)}/received").raise_for_status().json())


def _settings(stack: Stack) -> dict[str, Any]:
    return dict(received(stack)["settings"])


def _put(stack: Stack, what: str, body: object) -> None:
    httpx.put(f"{_control(stack)}/{what}", json=body).raise_for_status()


def _control(stack: Stack) -> str:
    return f"{stack.world['amazon_url']}/_control"
