"""Acts of people who edit orders before their hand-over."""

from collections.abc import Iterator
from typing import Any

from simulation.books import Violation
from simulation.outside import Outside

ADDRESS = {"name": "Ada Lovelace", "address1": "2 Rue Centrale", "city": "Lyon", "country": "FR"}


def an_editor(day: Outside, name: str) -> None:
    """Edits the address, or the quantity or product of a line, of orders; most are held meanwhile."""
    for _ in range(3):
        day.turns.sleep(1 + 200 * day.random.random())
        existing = sorted(day.books.orders)
        if existing:
            edit(day, day.random.choice(existing))


def edit(day: Outside, order_id: str) -> None:
    """Edit an order at the version that is read; check that the answer has what was set."""
    day.expected.edited.add(day.books.orders[order_id]["channel_order_id"])
    is_held = day.random.random() < 0.85
    if is_held:
        day.call_api("POST", f"/orders/{order_id}/hold", {"reason": "the buyer called"})
    order = day.call_api("GET", f"/orders/{order_id}").body or {}
    if order.get("lines"):
        change = some_change(day, order)
        answer = day.call_api("PATCH", f"/orders/{order_id}", {"version": order["version"], **change})
        for fault in faults(change, answer.body) if answer.status == 200 else ():
            raise Violation(f"a person edited order {order['channel_order_id']}: {fault}")
    if is_held:
        day.turns.sleep(30 * day.random.random())
        day.call_api("POST", f"/orders/{order_id}/release")


def some_change(day: Outside, order: dict[str, Any]) -> dict[str, Any]:
    """Return another address, or another quantity or product of a line."""
    line = {"id": day.random.choice(order["lines"])["id"]}
    quantity = {"lines": [{**line, "quantity": day.random.choice((0, 1, 2, 4)) * day.units}]}
    product = {"lines": [{**line, "sku": day.random.choice(day.stocked)}]}
    return day.random.choice(({"ship_to": ADDRESS}, quantity, quantity, product))


def faults(change: dict[str, Any], order: dict[str, Any]) -> Iterator[str]:
    """Yield what of a change the answer does not have."""
    if "ship_to" in change and order["ship_to"]["city"] != ADDRESS["city"]:
        yield f"its address is {order['ship_to']}"
    lines = {line["id"]: line for line in order["lines"]}
    for wanted in change.get("lines", ()):
        line = lines[wanted["id"]]
        if wanted.get("sku", line["sku"]) != line["sku"]:
            yield f"line {line['id']} is {line['sku']}, not {wanted['sku']}"
        units = line["quantity"] - line["cancelled"]
        if wanted.get("quantity", units) != units:
            yield f"{units} units of line {line['id']} are wanted, not {wanted['quantity']}"
