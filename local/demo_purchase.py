"""The part of the demo in which goods are bought: a purchase order comes in two deliveries, one of them sent twice."""

from collections.abc import Iterator
from typing import Any
from uuid import uuid4

from rich.table import Table

from local.api import Api

MILL, WAREHOUSE, SKU = "acme-mill", "leeds", "PLATE-L"
ORDERED, FIRST = 24, 18
COST = {"amount": "3.20", "currency": "USD"}

Purchase = dict[str, Any]


def buy(api: Api) -> Purchase:
    """Buy plates of a mill, and return the purchase order once the last of them have arrived."""
    api.put(f"/suppliers/{MILL}", {"name": "Acme Mill"})
    line = {"sku": SKU, "ordered": ORDERED, "case_pack": 6, "unit_cost": COST}
    terms = {"supplier": MILL, "warehouse": WAREHOUSE, "currency": COST["currency"]}
    made = api.post("/purchase-orders", {**terms, "lines": [line]}, **{"Idempotency-Key": uuid4().hex})
    path = f"/purchase-orders/{made['id']}"
    api.post(f"{path}/submit")
    for receipt, units in (("DN-1", FIRST), ("DN-1", FIRST), ("DN-2", ORDERED - FIRST)):
        bought: Purchase = api.post(
            f"{path}/receive", {"receipt": receipt, "lines": [{"line": "1", "accepted": units}]}
        )
    return bought


def differences(api: Api, bought: Purchase) -> Iterator[str]:
    """Yield how the end differs from the expected one."""
    [line] = bought["lines"]
    if (bought["state"], line["received"]) != ("received", ORDERED):
        yield f"purchase order {bought['id']} is {bought['state']} with {line['received']} of {ORDERED} received"
    [balance] = (each for each in api.get(f"/stock?sku={SKU}")["items"] if each["warehouse"] == WAREHOUSE)
    if balance["incoming"]:
        yield f"{balance['incoming']} of {SKU} are still incoming to {WAREHOUSE}"


def purchase_table(bought: Purchase) -> Table:
    """Show what happened to the purchase order."""
    table = Table("at", "what", "who", "detail", title=f"Purchase order {bought['id']} of {bought['supplier']}")
    for entry in bought["timeline"]:
        table.add_row(entry["at"][11:19], entry["what"], entry["who"], entry["detail"])
    return table
