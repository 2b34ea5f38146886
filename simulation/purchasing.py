"""A person who buys: drafts, submits, receives in parts, twice, too many, broken or by mistake, and closes the rest."""

from collections import Counter
from functools import partial
from typing import Any
from urllib.parse import quote

from simulation.day import expect_units, place_by_hand
from simulation.opening import WEST
from simulation.order_documents import Document
from simulation.outside import Outside

MILL = "mill"
STEPS = 8
EUR_2 = {"amount": "2.05", "currency": "EUR"}
PRICES = tuple({"amount": amount, "currency": "EUR"} for amount in ("1.98", "2.05", "3.01"))


def a_purchaser(day: Outside, name: str) -> None:
    """Buys what orders wait for and what is suggested; one that sells well is bought per order, perhaps at once."""
    per_order = day.random.choice(("draft", "submit"))
    day.call_api("PUT", f"/suppliers/{MILL}", {"name": "Mill", "purchasing": {"per_order": per_order}})
    for place, sku in enumerate(day.stocked[:2]):
        terms = {"supplier": MILL, "price": EUR_2, "case_pack": day.random.choice((1, 3)), "lead_days": 3}
        body = {"bought_from": [terms], "bought_per_order": not place}
        day.call_api("PATCH", f"/products/{quote(sku, safe='')}", body)
    for number in range(STEPS):
        day.turns.sleep(120 * day.random.random())
        step = day.random.choice((_draft, _draft, _sell, _go_on, _go_on, _go_on, _by_hand))
        step(day, f"{name}-{number}")


def _draft(day: Outside, _: str) -> None:
    day.call_api("POST", f"/purchase-orders/{day.random.choice(('from-short-lines', 'from-suggestions'))}", {})


def _sell(day: Outside, name: str) -> None:
    place_by_hand(day, name, {day.stocked[0]: day.random.choice((3, 30))}, paid=True)


def _by_hand(day: Outside, _: str) -> None:
    skus = day.random.sample(day.stocked, k=min(2, len(day.stocked)))
    lines = [{"sku": sku, "ordered": day.random.choice((1, 3, 5)), "unit_cost": EUR_2} for sku in skus]
    body = {"supplier": MILL, "warehouse": WEST, "currency": "EUR", "lines": lines}
    day.call_api("POST", "/purchase-orders", body)


def _go_on(day: Outside, name: str) -> None:
    """Take the next step of some purchase order, or the next ones."""
    listed = day.call_api("GET", "/purchase-orders")
    items = listed.body["items"] if listed.is_done else []
    if not items:
        return
    path = f"/purchase-orders/{day.random.choice(items)['id']}"
    for number in range(day.random.choice((1, 3, 5))):
        found = day.call_api("GET", path)
        if found.is_done:
            _take_step(day, path, found.body, f"{name}-{number}")


def _take_step(day: Outside, path: str, found: Document, name: str) -> None:
    if found["state"] == "new":
        day.call_api("POST", f"{path}/{day.random.choice(('submit', 'submit', 'submit', 'cancel'))}")
        return
    step = day.random.choice((_receive, _receive, _receive, _decide, _withdraw, _pay_freight, _answer, _end, _keep))
    step(day, path, found, name)


def _receive(day: Outside, path: str, found: Document, name: str) -> None:
    """Receive a part of a line, all or more, some of it broken, perhaps twice; what is over may wait for a decision.

    Sometimes another person receives a unit at the same moment.
    """
    line = day.random.choice(found["lines"])
    units = day.random.choice((1, max(1, line["open"]), line["open"] + 1))
    takes_over = day.random.random() < 0.5
    arrived: dict[str, Any] = {"line": line["id"], "accepted": units, "accept_over": takes_over}
    if day.random.random() < 0.3:
        arrived |= {"rejected": 1, "reason": "broken", "replaced": day.random.random() < 0.5}
    if day.random.random() < 0.3:
        one = {"line": day.random.choice(found["lines"])["id"], "accepted": 1}
        day.turns.spawn(partial(receive, day, found, f"{name}-other", one, twice=False), f"{name}-other")
    receive(day, found, name, arrived, twice=day.random.random() < 0.4)


def receive(day: Outside, found: Document, receipt: str, arrived: Document, *, twice: bool) -> None:
    """Post a receipt of one line, again where no answer came or `twice`; its units are the shelf's from then on."""
    [line] = [each for each in found["lines"] if each["id"] == arrived["line"]]
    path, body = f"/purchase-orders/{found['id']}/receive", {"receipt": receipt, "lines": [arrived]}
    answer = day.call_api("POST", path, body)
    if answer.is_none or twice:
        again = day.call_api("POST", path, body)
        answer = again if again.is_done else answer
    units = arrived["accepted"]
    if answer.is_done:
        records = [each for each in answer.body["receipts"] if (each["receipt"], each["line"]) == (receipt, line["id"])]
        units = sum(each["accepted"] for each in records)
    expect_units(day, answer, (line["sku"], found["warehouse"]), units)


def _withdraw(day: Outside, path: str, found: Document, name: str) -> None:
    """Withdraw a line of a receipt that left nothing to be decided; it may be that orders have its units."""
    settled = [each for each in found["receipts"] if not each["surplus"]]
    if not settled:
        return
    wrong = day.random.choice(settled)
    body = {"receipt": wrong["receipt"], "line": wrong["line"], "reason": name}
    answer = day.call_api("POST", f"{path}/receipts/withdraw", body)
    is_ours = answer.is_none or (answer.is_done and any(name in each["detail"] for each in answer.body["timeline"]))
    [line] = [each for each in found["lines"] if each["id"] == wrong["line"]]
    expect_units(day, answer, (line["sku"], found["warehouse"]), -wrong["accepted"] if is_ours else 0)


def _decide(day: Outside, path: str, found: Document, _: str) -> None:
    """Accept what came over of a line, or return it: all that has come when it is decided."""
    seen = day.call_api("GET", path)
    waiting = surplus_by_line(seen.body, None) if seen.is_done else Counter[str]()
    for line in seen.body["lines"] if waiting else ():
        if units := waiting[line["id"]]:
            decision = day.random.choice(("accept", "return"))
            answer = day.call_api("POST", f"{path}/lines/{line['id']}/surplus", {"decision": decision})
            if answer.is_done:
                accepted = surplus_by_line(answer.body, "accept") - surplus_by_line(seen.body, "accept")
                units = accepted[line["id"]]
            expect_units(day, answer, (line["sku"], found["warehouse"]), units if decision == "accept" else 0)


def surplus_by_line(purchase: Document, decision: str | None) -> "Counter[str]":
    """Return the units over of each line about which that was decided."""
    units: Counter[str] = Counter()
    for each in purchase["receipts"]:
        units[each["line"]] += each["surplus"] if each["decision"] == decision else 0
    return units


def _pay_freight(day: Outside, path: str, _: Document, name: str) -> None:
    cost = {"document": name, "amount": {"amount": "1.01", "currency": "EUR"}, "by": "quantity"}
    for _time in range(day.random.choice((1, 2))):
        day.call_api("POST", f"{path}/landed-costs", cost)


def _answer(day: Outside, path: str, found: Document, _: str) -> None:
    """Enter what the supplier answers about a line: units that it refuses, another price, or both."""
    line = day.random.choice(found["lines"])
    said: dict[str, Any] = {"line": line["id"]}
    if (dice := day.random.random()) < 0.7:
        said["refused"] = day.random.choice((0, 1, line["ordered"]))
    if dice > 0.4:
        said["unit_cost"] = day.random.choice(PRICES)
    day.call_api("POST", f"{path}/answer", {"lines": [said]})


def _end(day: Outside, path: str, found: Document, _: str) -> None:
    """Close a line short, or all that are open, or cancel the purchase order."""
    one = {"lines": [day.random.choice(found["lines"])["id"]]}
    step, body = day.random.choice((("close", one), ("close", {}), ("cancel", {})))
    day.call_api("POST", f"{path}/{step}", body)


def _keep(day: Outside, path: str, _: Document, __: str) -> None:
    day.call_api("POST", f"{path}/keep")
