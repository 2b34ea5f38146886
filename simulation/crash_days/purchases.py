"""Purchase orders: drafted for who waits, bought per order, answered, received in parts, over, closed short."""

from functools import partial

from simulation import day, opening
from simulation.crash_days.day import CrashDay, a_warehouse, awaited
from simulation.expected import Promise
from simulation.order_documents import Document
from simulation.outside import Outside
from simulation.purchasing import EUR_2, MILL, receive
from simulation.scene import ALONE, Scene
from simulation.stated_orders import TRADE, hand_order

SHORT = 3
"""Units that each order lacks."""


def buyers_who_wait(outside: Outside, name: str) -> None:
    """Buy cups and mugs, of which no warehouse has any: mugs are bought per order, cups by who buys."""
    terms = {"supplier": MILL, "price": EUR_2, "lead_days": 3}
    outside.call_api("PUT", f"/suppliers/{MILL}", {"name": "Mill", "purchasing": {"per_order": "submit"}})
    outside.call_api("PATCH", f"/products/{opening.CUP}", {"bought_from": [{**terms, "case_pack": 3}]})
    outside.call_api("PATCH", f"/products/{opening.MUG}", {"bought_from": [terms], "bought_per_order": True})
    for number, sku in enumerate((opening.MUG, opening.CUP)):
        order = f"{name}-{number}"
        if outside.call_api("POST", "/orders", hand_order(order, {sku: SHORT}, paid=True)).is_done:
            outside.expected.promised.add(Promise(TRADE, order))


def a_purchaser(outside: Outside, name: str) -> None:
    """Drafts and submits what waits; receives a unit of each twice by one receipt, then the rest and one too many."""
    awaited(outside, lambda: sum(len(waiting) for waiting in outside.books.waits.values()) > 1)
    drafts = outside.call_api("POST", "/purchase-orders/from-short-lines", {})
    for each in drafts.body["items"] if drafts.is_done else ():
        outside.call_api("POST", f"/purchase-orders/{each['id']}/submit")
    for number, each in enumerate(awaited(outside, partial(_submitted, outside))):
        path = f"/purchase-orders/{each['id']}"
        [line] = each["lines"]
        freight = {"document": f"{name}-{number}", "amount": {"amount": "1.01", "currency": "EUR"}, "by": "quantity"}
        outside.call_api("POST", f"{path}/landed-costs", freight)
        receive(outside, each, f"{name}-{number}-1", {"line": line["id"], "accepted": 1}, twice=True)
        rest = {"line": line["id"], "accepted": SHORT - 1, "rejected": 1, "reason": "broken"}
        receive(outside, each, f"{name}-{number}-2", rest, twice=False)
        receive(outside, each, f"{name}-{number}-3", {"line": line["id"], "accepted": 1}, twice=False)
        seen = outside.call_api("GET", path)
        surplus = sum(record["surplus"] for record in seen.body["receipts"]) if seen.is_done else 0
        decided = outside.call_api("POST", f"{path}/lines/{line['id']}/surplus", {"decision": "accept"})
        day.expect_units(outside, decided, (line["sku"], each["warehouse"]), surplus)
    _buys_what_never_comes(outside, name)


def _submitted(outside: Outside) -> list[Document]:
    """Return the two purchase orders, once both are submitted."""
    listed = outside.call_api("GET", "/purchase-orders")
    items = [each for each in listed.body["items"] if each["state"] == "submitted"] if listed.is_done else []
    return items if len(items) > 1 else []


def _buys_what_never_comes(outside: Outside, name: str) -> None:
    """Orders cups by hand: the supplier refuses one, the next comes, and the last is closed short."""
    line = {"sku": opening.CUP, "ordered": 3, "unit_cost": EUR_2}
    draft = {"supplier": MILL, "warehouse": opening.WEST, "currency": "EUR", "lines": [line]}
    made = outside.call_api("POST", "/purchase-orders", draft)
    if not made.is_done:
        return
    path, only = f"/purchase-orders/{made.body['id']}", made.body["lines"][0]["id"]
    outside.call_api("POST", f"{path}/submit")
    outside.call_api("POST", f"{path}/answer", {"lines": [{"line": only, "refused": 1}]})
    receive(outside, made.body, f"{name}-last", {"line": only, "accepted": 1}, twice=False)
    outside.call_api("POST", f"{path}/close", {})


PURCHASES = CrashDay(
    (("buyers", buyers_who_wait), ("purchaser", a_purchaser), ("warehouse", a_warehouse)),
    scene=Scene(ALONE, {}),
)
