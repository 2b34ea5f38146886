"""The part of the demo in which gift boxes are built of mugs and boards: a mug breaks, and one box is taken apart."""

from collections.abc import Iterator
from typing import Any
from uuid import uuid4

from rich.table import Table

from local.api import Api
from local.seed import BUILT

PLACE, SKU = "leeds", BUILT[0]
UNITS = 3

WorkOrder = dict[str, Any]


def build(api: Api) -> WorkOrder:
    """Build gift boxes, take one apart again, and return the work order that built them."""
    made = _submitted(api, {"units": UNITS, "labour": {"amount": "1.50", "currency": "USD"}})
    path = f"/work-orders/{made['id']}"
    first = {"report": "CARD-1", "done": UNITS - 1, "scrap": [{"sku": "MUG-WHITE", "units": 1}], "reason": "dropped"}
    for _ in range(2):
        api.post(f"{path}/report", first)
    built: WorkOrder = api.post(f"{path}/report", {"report": "CARD-2", "done": 1})
    apart = _submitted(api, {"kind": "disassembly", "units": 1})
    api.post(f"/work-orders/{apart['id']}/report", {"report": "CARD-3", "done": 1})
    return built


def _submitted(api: Api, draft: WorkOrder) -> WorkOrder:
    body = {"sku": SKU, "warehouse": PLACE, **draft}
    made = api.post("/work-orders", body, **{"Idempotency-Key": uuid4().hex})
    submitted: WorkOrder = api.post(f"/work-orders/{made['id']}/submit", {})
    return submitted


def differences(api: Api, built: WorkOrder) -> Iterator[str]:
    """Yield how the end differs from the expected one."""
    used = {each["sku"]: (each["used"], each["scrapped"]) for each in built["inputs"]}
    if (built["state"], used) != ("done", {"MUG-WHITE": (2 * UNITS, 1), "BOARD-OAK": (UNITS, 0)}):
        yield f"work order {built['id']} is {built['state']} and has used {used}"
    [balance] = (each for each in api.get(f"/stock?sku={SKU}")["items"] if each["warehouse"] == PLACE)
    if (balance["incoming"], balance["committed"]) != (0, 0):
        yield f"{balance['incoming']} of {SKU} are incoming and {balance['committed']} committed at {PLACE}"


def work_table(built: WorkOrder) -> Table:
    """Show what happened to the work order."""
    table = Table("at", "what", "who", "detail", title=f"Work order {built['id']}: {built['units']} of {SKU}")
    for entry in built["timeline"]:
        table.add_row(entry["at"][11:19], entry["what"], entry["who"], entry["detail"])
    return table
