"""A workshop: builds, scraps and takes apart."""

from collections.abc import Mapping

from simulation import opening
from simulation.building import CRATE, HAMPER, LABOUR, sells_what_is_built
from simulation.crash_days.day import CrashDay, a_warehouse, awaited
from simulation.expected import Promise
from simulation.outside import Outside
from simulation.scene import ALONE, Scene
from simulation.stated_orders import TRADE, hand_order


def a_workshop(outside: Outside, name: str) -> None:
    """Builds a hamper that a buyer waits for, one for a crate, and takes one apart; a cup breaks, one crate is not."""
    if not sells_what_is_built(outside):
        return
    if outside.call_api("POST", "/orders", hand_order(name, {HAMPER: 1}, paid=True)).is_done:
        outside.expected.promised.add(Promise(TRADE, name))
    waits = awaited(outside, lambda: any(outside.books.waits.values()))
    planned = outside.call_api("POST", "/work-orders/from-short-lines") if waits else None
    for each in planned.body["items"] if planned and planned.is_done else ():
        _builds(outside, each["id"], {"report": f"{name}-1", "done": 1})
    crates = outside.call_api("POST", "/work-orders", {"sku": CRATE, "warehouse": opening.EAST, "units": 2})
    if not crates.is_done:
        return
    path = f"/work-orders/{crates.body['id']}"
    nested = outside.call_api("POST", f"{path}/submit", {})
    broken = {"scrap": [{"sku": opening.CUP, "units": 1}], "reason": "dropped"}
    for part in nested.body["inputs"] if nested.is_done else ():
        if part["nested"]:
            _builds(outside, part["nested"], {"report": f"{name}-2", "done": 3, **broken})
    outside.call_api("POST", f"{path}/report", {"report": f"{name}-3", "done": 1, "labour": LABOUR})
    outside.call_api("POST", f"{path}/close")
    body = {"kind": "disassembly", "sku": HAMPER, "warehouse": opening.EAST, "units": 1}
    apart = outside.call_api("POST", "/work-orders", body)
    if apart.is_done:
        _builds(outside, apart.body["id"], {"report": f"{name}-4", "done": 1})


def _builds(outside: Outside, work_order: str, report: Mapping[str, object]) -> None:
    outside.call_api("POST", f"/work-orders/{work_order}/submit", {})
    outside.turns.sleep(60)
    outside.call_api("POST", f"/work-orders/{work_order}/report", report)


WORK = CrashDay(
    (("workshop", a_workshop), ("warehouse", a_warehouse)),
    scene=Scene(ALONE, {(opening.CUP, opening.EAST): 14, (opening.MUG, opening.EAST): 6}),
)
