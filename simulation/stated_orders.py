"""Orders as the shop, a person and a file of the simulated merchant state them."""

import re
from collections import Counter
from collections.abc import Mapping
from typing import Any

from local.world.shop import now

SHOP, TRADE = "shop", "trade"
OURS = re.compile(r"[0-9a-f]{32}-[0-9]+-")
"""The beginning of our ids of parcels."""
GERMAN = {"postcode": "10117", "country": "DE"}


def units_left(order: Mapping[str, Any]) -> "Counter[str]":
    """Return the units by line in the parcels of a shop's order, without those that we notified it of."""
    units: Counter[str] = Counter()
    for parcel in order.get("parcels", ()):
        if OURS.match(str(parcel.get("id", ""))):
            continue
        for part in parcel.get("lines", ()):
            units[part["line"]] += part["quantity"]
    return units


def listed(facts: Mapping[str, Any]) -> str:
    """Return the units and the moments of a shop's order in short.

    >>> listed({"lines": [{"sku": "MUG", "quantity": 2}], "paid_at": None, "cancelled_at": "2026-11-02T12:00:00Z"})
    'MUG 2, cancelled'
    """
    units = [f"{line['sku']} {line['quantity']}" for line in facts.get("lines", ())]
    moments = [name.removesuffix("_at") for name, value in facts.items() if name.endswith("_at") and value]
    return ", ".join([*units, *moments])


def shop_order(number: str, lines: Mapping[str, int], **facts: Any) -> dict[str, Any]:
    """Return an order as the shop lists it."""
    return {
        "number": number,
        "placed_at": now(),
        "currency": "EUR",
        "customer": {"name": "Ada Lovelace", "email": "lovelace@example.org"},
        "ship_to": {"name": "Ada Lovelace", "address1": "Unter den Linden 1", "city": "Berlin", **GERMAN},
        "lines": [
            {"id": str(index), "reference": sku, "sku": sku, "quantity": quantity, "unit_price": "9.50"}
            for index, (sku, quantity) in enumerate(lines.items(), 1)
        ],
        **facts,
    }


def hand_order(number: str, lines: Mapping[str, int], *, paid: bool) -> dict[str, Any]:
    """Return the request body of an order placed by a person."""
    return {
        "channel": TRADE,
        "channel_order_id": number,
        "paid": paid,
        "ship_to": {"name": "Grace", "address1": "1 Main Street", "city": "Hamburg", **GERMAN},
        "lines": [
            {"sku": sku, "quantity": quantity, "unit_price": {"amount": "9.50", "currency": "EUR"}}
            for sku, quantity in lines.items()
        ],
    }


HEADER = "OrderNumber,SKU,Quantity,UnitPrice,Currency,ShipName,ShipAddress1,ShipCity,ShipZip,ShipCountry,PaymentDate"


def order_file(orders: Mapping[str, Mapping[str, int]]) -> str:
    """Return a CSV file of orders, one row a line."""
    rows = [
        f"{number},{sku},{quantity},9.50,EUR,Mary Ltd,5 Dock Road,Bremen,10117,DE,{now()}"
        for number, lines in orders.items()
        for sku, quantity in lines.items()
    ]
    return "\n".join([HEADER, *rows])
