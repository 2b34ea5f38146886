"""The part of the demo in which gift boxes are built of mugs and boards: a mug breaks, and one box is taken apart."""

from collections.abc import Iterator
from typing import Any, NamedTuple
from uuid import uuid4

from rich.table import Table

from local.api import Api
from local.seed import BUILT

PLACE, SKU = "leeds", BUILT[0]
UNITS = 3

WorkOrder = dict[str, Any]


class Worked(NamedTuple):
    """The work order that built the boxes, and the one that took one of them apart."""

    built: WorkOrder
    apart: WorkOrder


def build(api: Api) -> Worked:
    """Build gift boxes, take one apart again, and return both work orders once they are done."""
    made = _submitted(api, {"units": UNITS, "labour": {"amount": "1.50", "currency": "USD"}})
    path = f"/work-orders/{made['id']}"
    first = {"report": "CARD-1", "done": UNITS - 1, "scrap": [{"sku": "MUG-WHITE", "units": 1}], "reason": "dropped"}
    for _ in range(2):
        api.post(f"{path}/report", first)
    built: WorkOrder = api.post(f"{path}/report", {"report": "CARD-2", "done": 1})
    apart = _submitted(api, {"kind": "disassembly", "units": 1})
    return Worked(built, api.post(f"/work-orders/{apart['id']}/report", {"report": "CARD-3", "done": 1}))


def _submitted(api: Api, draft: WorkOrder) -> WorkOrder:
    body = {"sku": SKU, "warehouse": PLACE, **draft}
    made = api.post("/work-orders", body, **{"Idempotency-Key": uuid4().hex})
    submitted: WorkOrder = api.post(f"/work-orders/{made['id']}/submit", {})
    return submitted


def differences(api: Api, worked: Worked) -> Iterator[str]:
    """Yield how the end differs from the expected one."""
    built, apart = worked
    made = {each["sku"]: each["made"] for each in apart["outputs"]}
    if (apart["state"], made) != ("done", {"MUG-WHITE": 2, "BOARD-OAK": 1}):
        yield f"work order {apart['id']} is {apart['state']} and has made {made}"
    used = {each["sku"]: (each["used"], each["scrapped"]) for each in built["inputs"]}
    if (built["state"], used) != ("done", {"MUG-WHITE": (2 * UNITS, 1), "BOARD-OAK": (UNITS, 0)}):
        yield f"work order {built['id']} is {built['state']} and has used {used}"
    [balance] = (each for each in api.get(f"/stock?sku={SKU}")["items"] if each["warehouse"] == PLACE)
    if (balance["incoming"], balance["committed"]) != (0, 0):
        yield f"{balance['incoming']} of {SKU} are incoming and {balance['committed']} committed at {PLACE}"


def work_table(order: WorkOrder) -> Table:
    """Show what happened to a work order."""
    done = {"build": "built", "disassembly": "taken apart"}[order["kind"]]
    title = f"Work order {order['id']}: {order['units']} of {SKU} {done}"
    table = Table("at", "what", "who", "detail", title=title)
    for entry in order["timeline"]:
        table.add_row(entry["at"][11:19], entry["what"], entry["who"], entry["detail"])
    return table
