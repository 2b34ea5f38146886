"""A van: takes goods to the other warehouse, where some come damaged, some are lost and found."""

from collections.abc import Sequence

from simulation import opening
from simulation.crash_days.day import CrashDay, a_warehouse
from simulation.expected import Promise
from simulation.outside import Outside
from simulation.scene import ALONE, Scene
from simulation.stated_orders import TRADE, hand_order


def a_van(outside: Outside, name: str) -> None:
    """Takes cups to the west, where one comes damaged and one is lost and found; a buyer gets those that come back."""
    lines = [{"sku": opening.CUP, "units": 5}, {"sku": opening.MUG, "units": 1}]
    draft = {"from_warehouse": opening.EAST, "to_warehouse": opening.WEST, "lines": lines}
    made = outside.call_api("POST", "/transfer-orders", draft)
    if not made.is_done:
        return
    path = f"/transfer-orders/{made.body['id']}"
    some = {"line": "1", "accepted": 1, "damaged": 1, "reason": "wet"}
    steps: Sequence[tuple[str, object]] = (
        ("send", {}),
        ("receive", {"receipt": f"{name}-1", "lines": [some, {"line": "2", "accepted": 1}]}),
        ("return", {"receipt": f"{name}-2", "lines": [{"line": "1", "accepted": 2}]}),
        ("close", {}),
        ("receive", {"receipt": f"{name}-3", "lines": [{"line": "1", "accepted": 1}]}),
    )
    for step, body in steps:
        outside.turns.sleep(60)
        if (
            step == "return"
            and outside.call_api("POST", "/orders", hand_order(name, {opening.CUP: 2}, paid=True)).is_done
        ):
            outside.expected.promised.add(Promise(TRADE, name))
        outside.call_api("POST", f"{path}/{step}", body)


TRANSFERS = CrashDay(
    (("van", a_van), ("warehouse", a_warehouse)),
    scene=Scene(ALONE, {(opening.CUP, opening.EAST): 6, (opening.MUG, opening.EAST): 2}),
)
