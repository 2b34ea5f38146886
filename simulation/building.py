"""Acts of a workshop: work orders that are made, nested, reported on twice, scrapped, closed, and taken apart again."""

from collections.abc import Mapping
from functools import partial
from typing import Any

from simulation.day import expect_units
from simulation.expected import Promise
from simulation.opening import CUP, EAST, MUG
from simulation.outside import Outside
from simulation.stated_orders import TRADE, hand_order

HAMPER, CRATE = "HAMPER", "CRATE"
RECIPES: Mapping[str, Mapping[str, int]] = {HAMPER: {MUG: 1, CUP: 2}, CRATE: {HAMPER: 2, CUP: 1}}
STEPS = 12
LABOUR = {"amount": "0.35", "currency": "EUR"}
SIZES = ("weight_g", "length_mm", "width_mm", "height_mm")


def a_workshop(day: Outside, name: str) -> None:
    """Builds hampers, and crates of them, for orders that wait and for stock; a card may be scanned twice."""
    if not sells_what_is_built(day):
        return
    for sku, units in ((MUG, 6), (CUP, 14)):
        receipt = {"sku": sku, "warehouse": EAST, "quantity": units}
        expect_units(day, day.call_api("POST", "/stock/receipts", {"receipts": [receipt]}), (sku, EAST), units)
    for number in range(STEPS):
        day.turns.sleep(90 * day.random.random())
        step = day.random.choice((_by_hand, _sell, _plan, *(_go_on,) * 6))
        step(day, f"{name}-{number}")


def sells_what_is_built(day: Outside) -> bool:
    """Save the built products; return whether both are there."""
    cup = day.call_api("GET", f"/products/{CUP}")
    sizes = {field: cup.body[field] for field in SIZES} if cup.is_done else {}
    saved = [
        day.call_api("PUT", f"/products/{sku}", {"kind": "built", "components": dict(parts), **sizes})
        for sku, parts in RECIPES.items()
    ]
    return all(each.is_done for each in saved)


def _sell(day: Outside, name: str) -> None:
    sold = day.call_api("POST", "/orders", hand_order(name, {HAMPER: day.random.choice((1, 2))}, paid=True))
    if sold.is_done:
        day.expected.promised.add(Promise(TRADE, name))
    if sold.is_done and day.random.random() < 0.3:
        day.expected.cancelled.add(name)
        cancels = partial(day.call_api, "POST", f"/orders/{sold.body['id']}/cancel", {"reason": "too slow"})
        day.turns.spawn(cancels, f"{name}-cancels", 300 * day.random.random())


def _plan(day: Outside, _: str) -> None:
    day.call_api("POST", "/work-orders/from-short-lines")


def _by_hand(day: Outside, _: str) -> None:
    kind = day.random.choice(("build", "build", "build", "disassembly"))
    body: dict[str, Any] = {"kind": kind, "sku": day.random.choice((HAMPER, CRATE)), "warehouse": EAST}
    body["units"] = day.random.choice((1, 2, 3))
    if day.random.random() < 0.5:
        body["labour"] = LABOUR
    day.call_api("POST", "/work-orders", body)


def _go_on(day: Outside, name: str) -> None:
    """Take the next step of some work order that is not over: often of one that another one waits for."""
    listed = day.call_api("GET", "/work-orders")
    items = [each for each in listed.body["items"] if each["open"]] if listed.is_done else []
    if not items:
        _by_hand(day, name)
        return
    awaited = [each for each in items if each["builds_for"]] if day.random.random() < 0.7 else []
    found = day.random.choice(awaited or items)
    path = f"/work-orders/{found['id']}"
    is_new = found["state"] == "new"
    step = day.random.choice(("submit",) * 4 if is_new else (*("report",) * 6, "submit", "close", "cancel", "keep"))
    if step == "report":
        _report(day, path, found["open"], name)
        return
    body: dict[str, Any] | None = {"force": day.random.random() < 0.3} if step == "submit" else None
    if step == "close" and day.random.random() < 0.5:
        body = {"units": 1}
    day.call_api("POST", f"{path}/{step}", body)


def _report(day: Outside, path: str, left: int, name: str) -> None:
    """Report a part of what is open, by two devices at the same moment; sometimes things break."""
    body: dict[str, Any] = {"report": name, "done": day.random.randint(0, left)}
    if day.random.random() < 0.3:
        body |= {"scrap": [{"sku": day.random.choice((MUG, CUP)), "units": 1}], "reason": "dropped"}
    if not body["done"] or day.random.random() < 0.2:
        body |= {"failed": 1, "reason": "crooked"}
    for number in range(2):
        does = partial(day.call_api, "POST", f"{path}/report", body)
        day.turns.spawn(does, f"{name}-scans-{number}", 3 * day.random.random())
