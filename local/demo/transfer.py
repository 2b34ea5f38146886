"""The part of the demo in which goods go from one warehouse to another: one comes damaged, one is lost and found."""

from collections.abc import Iterator
from typing import Any
from uuid import uuid4

from rich.table import Table

from local.api import Api

SOURCE, DESTINATION, SKU = "leeds", "reno", "PLATE-L"
SENT = 6

TransferOrder = dict[str, Any]


def move(api: Api) -> TransferOrder:
    """Send plates to the other warehouse, and return the transfer order once all are accounted for."""
    draft = {"from_warehouse": SOURCE, "to_warehouse": DESTINATION, "lines": [{"sku": SKU, "units": SENT}]}
    made = api.post("/transfer-orders", draft, **{"Idempotency-Key": uuid4().hex})
    path = f"/transfer-orders/{made['id']}"
    api.post(f"{path}/send", {})
    first = {"line": "1", "accepted": SENT - 2, "damaged": 1, "reason": "chipped"}
    for _ in range(2):
        api.post(f"{path}/receive", {"receipt": "VAN-1", "lines": [first]})
    api.post(f"{path}/close", {})
    moved: TransferOrder = api.post(f"{path}/receive", {"receipt": "VAN-2", "lines": [{"line": "1", "accepted": 1}]})
    return moved


def differences(api: Api, moved: TransferOrder) -> Iterator[str]:
    """Yield how the end differs from the expected one."""
    [line] = moved["lines"]
    if (moved["state"], line["received"], line["damaged"]) != ("received", SENT - 1, 1):
        yield f"transfer order {moved['id']} is {moved['state']} with {line['received']} of {SENT} received"
    [balance] = (each for each in api.get(f"/stock?sku={SKU}")["items"] if each["warehouse"] == DESTINATION)
    if balance["in_transit"]:
        yield f"{balance['in_transit']} of {SKU} are still on their way to {DESTINATION}"


def transfer_table(moved: TransferOrder) -> Table:
    """Show what happened to the transfer order."""
    title = f"Transfer order {moved['id']} from {moved['from_warehouse']} to {moved['to_warehouse']}"
    table = Table("at", "what", "who", "detail", title=title)
    for entry in moved["timeline"]:
        table.add_row(entry["at"][11:19], entry["what"], entry["who"], entry["detail"])
    return table
