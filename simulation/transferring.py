"""Acts of vans between warehouses: transfer orders that are sent, received in parts, lost, found and returned."""

from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

from simulation.day import some_units
from simulation.expected import Answer
from simulation.opening import EAST, WEST
from simulation.outside import Outside


def a_van(day: Outside, name: str) -> None:
    """Takes units to the other warehouse; scanners send each receipt at once, some units are damaged, lost or found.

    Most say a day on which all of it is to arrive, which may be over by then; some do not arrive that day at all.
    """
    source, to = day.random.sample((EAST, WEST), 2)
    skus = day.random.sample(day.stocked, day.random.choice((1, 2)))
    lines = [{"sku": sku, "units": some_units(day)} for sku in skus]
    after = timedelta(days=day.random.choice((-1, -1, 1)))
    arrives = {"expected_on": str(datetime.fromtimestamp(day.turns.now, UTC).date() + after)}
    wanted = {"from_warehouse": source, "to_warehouse": to, "lines": lines, **day.random.choice(({}, arrives, arrives))}
    made = day.call_api("POST", "/transfer-orders", wanted)
    if not made.is_done:
        return
    path = f"/transfer-orders/{made.body['id']}"
    for number in range(2):  # two people press the button
        body = {"force": day.random.random() < 0.3}
        day.turns.spawn(
            partial(day.call_api, "POST", f"{path}/send", body), f"{name}-sends-{number}", day.random.random()
        )
    if day.random.random() < 0.25:
        return
    day.turns.sleep(30 + 60 * day.random.random())
    for number in range(3):
        order = day.call_api("GET", path)
        if order.is_done and order.body["sent_at"]:
            _bring(day, f"{name}-{number}", path, order)
        day.turns.sleep(60 * day.random.random())
    if day.random.random() < 0.5:
        day.call_api("POST", f"{path}/close", {})


def _bring(day: Outside, name: str, path: str, order: Answer) -> None:
    """Send a receipt twice, at the same moment or later; sometimes what is on its way comes back instead."""
    lines = [_units(day, line) for line in order.body["lines"] if line["open"] or line["lost"]]
    if not lines:
        return
    is_back = day.random.random() < 0.25
    if is_back:
        lines = [{key: part for key, part in line.items() if key != "lost"} for line in lines]
    lines = [line for line in lines if line["accepted"] or line["damaged"] or line.get("lost")]
    body = {"receipt": name, "lines": lines}
    for number in range(2 if lines else 0):
        does = partial(day.call_api, "POST", f"{path}/{'return' if is_back else 'receive'}", body)
        day.turns.spawn(does, f"{name}-scans-{number}", 5 * day.random.random())


def _units(day: Outside, line: dict[str, Any]) -> dict[str, Any]:
    """Return what comes of a line: a part of what is on its way, or what was lost."""
    left = line["open"] or line["lost"]
    accepted = day.random.randint(0, left)
    damaged = day.random.randint(0, left - accepted) if day.random.random() < 0.3 else 0
    rest = line["open"] - accepted - damaged
    lost = rest if rest > 0 and day.random.random() < 0.2 else 0
    return {"line": line["id"], "accepted": accepted, "damaged": damaged, "lost": lost, "reason": "wet"}
